"""Jobs on the command line: what a push would empty, what each row did, what an undo took back."""

import hashlib
import json
import sys

import openpyxl
import pytest

from core.cli import main
from core.database import open_database

HEADERS = ("customer_code", "last_name", "first_name", "email", "note")


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Return a function that runs the command in this process: its code, and what it said with plain spaces."""
    monkeypatch.setenv("CARNET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CARNET_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.chdir(tmp_path)

    def carnet(*words):
        with pytest.raises(SystemExit) as end:
            main([*words, "--db", "c.db"])
        said = capsys.readouterr()
        return end.value.code, (said.out + said.err).replace("\u00a0", " ")

    return carnet


def write(note):
    """Write six customers, with this note."""
    book = openpyxl.Workbook()
    book.active.append(HEADERS)
    for n, (last, first) in enumerate((("Roux", "Ana"), ("Blanc", "Luc"), ("Faure", "Mia"), ("Petit", "Tom"),
                                       ("Leroy", "Eva"), ("Garnier", "Max"))):  # fmt: skip
        book.active.append((f"C{n}", last, first, f"{first.lower()}@example.fr", note))
    book.save("clients.xlsx")


def test_a_mass_erasure_is_counted_by_the_dry_run_and_stopped_in_the_words_of_the_sheet(run):
    """The stop names the columns by their headers, and the option that confirms."""
    write("fidèle")
    push = ("push", "clients.xlsx", "--system", "lightspeed", "--no-backup")
    assert run(*push)[0] == 0
    write("#EFFACER")
    code, said = run(*push, "--dry-run")
    assert (code, "Valeurs qui seraient vidées dans la base : 6." in said) == (0, True)
    code, said = run(*push)
    assert code == 2
    assert "Cet envoi viderait 6 valeurs, par exemple lignes 2 (note : fidèle), 3 (note : fidèle)" in said
    assert "confirmez ce nombre exact (en ligne de commande : --confirm-erasures 6)" in said
    code, said = run(*push, "--confirm-erasures", "6")
    assert (code, "Valeurs vidées dans la base : 6." in said) == (0, True)


def test_a_script_gets_the_values_that_a_mass_erasure_would_lose_as_data(run, monkeypatch):
    write("fidèle")
    push = ("push", "clients.xlsx", "--system", "lightspeed", "--no-backup")
    run(*push)
    write("#EFFACER")
    monkeypatch.setattr(sys, "argv", ["carnet", "push", "--json"])
    error = json.JSONDecoder().raw_decode(run(*push, "--json")[1])[0]["error"]
    assert (error["code"], error["count"], len(error["erasures"])) == ("push.mass_erasure", 6, 6)
    assert error["erasures"][0] == {"row": 2, "field": "notes", "value": "fidèle"}


def test_a_job_shows_what_each_row_changed_and_an_undo_which_job_it_took_back(run):
    write("fidèle")
    push = ("push", "clients.xlsx", "--system", "lightspeed", "--no-backup")
    run(*push)
    write("absent")
    run(*push)
    assert "  ligne 2 : Modifié, client 1 – remarques : fidèle → absent\n" in run("job", "2")[1]
    assert json.loads(run("job", "2", "--json")[1])["erasures"] == 0
    assert "  ligne 2 : Créé, client 1\n" in run("job", "1")[1]
    run("undo", "2")
    line = run("jobs")[1].splitlines()[0]
    assert line.startswith("Annulation n° 3, du lot n° 2, le ")
    assert line.endswith(" : 6 remis comme avant")


def test_a_refused_row_of_a_job_names_the_column_and_no_customer(run):
    write("fidèle")
    book = openpyxl.load_workbook("clients.xlsx")
    book.worksheets[0]["C3"] = "#N/A"
    book.save("clients.xlsx")
    run("push", "clients.xlsx", "--system", "lightspeed", "--no-backup")
    said = "first_name : la cellule affiche l'erreur #N/A. Corrigez la formule ou saisissez la valeur."
    assert run("job", "1")[1].splitlines()[3] == f"  ligne 3 : Refusé – {said}"


def test_the_list_of_jobs_says_the_system_as_users_know_it_and_whose_clock_it_is(run):
    write("fidèle")
    run("push", "clients.xlsx", "--system", "lightspeed", "--no-backup")
    said = run("jobs")[1].splitlines()
    assert "clients.xlsx vers Lightspeed Retail X-Series : 6 créés" in said[0]
    assert said[-1].startswith("Heures de cet ordinateur (aujourd'hui UTC")
    assert run("job", "1")[1].splitlines()[:2] == [said[0], said[-1]]
    assert json.loads(run("jobs", "--json")[1])[0]["started"].endswith("+00:00")


def test_a_cell_that_cannot_be_read_is_no_blank(run):
    """It neither erases what the database holds nor is said to have been emptied: the check says what is wrong."""
    write("fidèle")
    push = ("push", "clients.xlsx", "--system", "lightspeed", "--no-backup")
    run(*push)
    run("export", "--system", "lightspeed", "-o", "extrait.xlsx")
    for name, email in (("clients.xlsx", "D"), ("extrait.xlsx", "Z")):
        book = openpyxl.load_workbook(name)
        assert book.worksheets[0][f"{email}1"].value == "email"
        book.worksheets[0][f"{email}2"] = "pas une adresse"
        book.save(name)
        for more in ((), ("--erase-blank",)):
            said = json.loads(run("push", name, *push[2:], *more, "--json")[1])
            assert (said["unchanged"], said["outcomes"][0]["message"]) == (6, ""), (name, more)


def test_the_receipt_names_the_file_as_it_was_before_its_results(run, tmp_path):
    write("fidèle")
    sent = hashlib.sha256((tmp_path / "clients.xlsx").read_bytes()).hexdigest()
    run("push", "clients.xlsx", "--system", "lightspeed", "--no-backup")
    page = (tmp_path / "clients - reçu du lot 1.html").read_text(encoding="utf-8").replace("&#x27;", "'")
    assert f"<th>Empreinte SHA-256 à l'envoi</th><td>{sent}</td>" in page
    assert hashlib.sha256((tmp_path / "clients.xlsx").read_bytes()).hexdigest() != sent


def test_a_consent_is_taken_with_the_proof_given_on_the_command_line(run):
    """Without it the row is written without the consent; the receipt files the proof."""
    with open("a.csv", "w", encoding="utf-8") as file:
        file.write("customer_code,last_name,first_name,email,do_not_email\nC1,Roux,Ana,ana@example.fr,0\n")
    push = ("push", "a.csv", "--system", "lightspeed", "--set", "recent_columns=yes", "--no-backup")
    assert run(*push)[0] == 0
    assert "email_opt_in" not in json.loads(run("find", "Roux", "--json")[1])["customers"][0]
    code, said = run(*push, "--consent-proof", "02/05/2025", "bulletin papier")
    assert (code, "1 modifié" in said) == (0, True)
    customer = json.loads(run("find", "Roux", "--json")[1])["customers"][0]
    assert (customer["email_opt_in"], customer["opt_in_source"]) == (True, "bulletin papier")


@pytest.mark.parametrize(
    ("day", "source", "said"),
    [
        ("31/12/2999", "bulletin papier", "La preuve des accords est datée du 31/12/2999, qui n'est pas encore passé."),
        ("02/05/2025", " ", "La preuve des accords ne dit pas d'où ils viennent."),
    ],
)
def test_a_proof_of_consent_that_is_none_stops_the_push(run, day, source, said):
    write("fidèle")
    push = ("push", "clients.xlsx", "--system", "lightspeed", "--no-backup", "--consent-proof", day, source)
    code, shown = run(*push)
    assert (code, said in shown) == (2, True)
    assert run("jobs")[0] == 2  # no database was made


def test_an_undo_says_whether_it_took_back_all_some_or_nothing(run):
    """What somebody has changed since stays; the list of jobs does not call that taken back."""
    write("fidèle")
    push = ("push", "clients.xlsx", "--system", "lightspeed", "--no-backup")
    run(*push)
    write("absent")
    run(*push)
    for more in (("--dry-run",), ("--dry-run", "--json")):
        assert run("undo", "1", *more)[0] == 1
    code, said = run("undo", "1")
    assert code == 1
    assert said.startswith("Rien du lot n° 1 n'a pu être annulé (annulation n° 3) : 6 laissés tels quels.\n")
    assert "Lot n° 1 du" in (line := run("jobs")[1].splitlines()[2])
    assert "(terminé)" in line
    book = openpyxl.load_workbook("clients.xlsx")
    book.active["E2"] = "présent"
    book.save("clients.xlsx")
    run(*push)
    code, said = run("undo", "2")
    assert code == 1
    assert said.startswith("Lot n° 2 annulé en partie (annulation n° 5) : 5 remis comme avant, 1 laissé tel quel.\n")
    assert "(annulé en partie par le lot n° 5)" in run("jobs")[1].splitlines()[3]
    run("job", "2", "--receipt", "r.html")
    with open("r.html", encoding="utf-8") as page:
        assert "annulé en partie par le lot n° 5" in page.read().replace("\u00a0", " ")
    assert run("undo", "4")[0] == 0
    assert run("undo", "2")[1].startswith("Lot n° 2 annulé (annulation n° 7) : 1 remis comme avant, 5 inchangés.")
    assert "(annulé par le lot n° 7)" in run("jobs")[1].splitlines()[5]
    assert run("undo", "2")[1].startswith("Le lot n° 2 est déjà annulé (par le lot n° 7).")


def test_numbers_of_rows_and_jobs_are_written_as_they_are_typed(run):
    """A number to be found or typed again has no thousands separator."""
    lines = [f"C{n};Nom{n};Ana" for n in range(1_300)]
    with open("clients.csv", "w", encoding="utf-8") as file:
        file.write("\n".join(["customer_code;last_name;first_name", *lines]))
    run("push", "clients.csv", "--system", "lightspeed", "--no-backup")
    assert "  ligne 1301 : Créé, client 1300\n" in run("job", "1")[1]
    with open_database("c.db") as db, db.writer.begin() as connection:
        connection.exec_driver_sql("UPDATE sqlite_sequence SET seq = 1300 WHERE name = 'jobs'")
    push = run("push", "clients.csv", "--system", "lightspeed", "--no-backup")[1]
    assert push.startswith("Lot n° 1301 : 1\u202f300 inchangés.")
    assert run("jobs")[1].startswith("Lot n° 1301 du ")
