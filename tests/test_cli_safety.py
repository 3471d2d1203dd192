"""The command line replaces nothing in silence, says which sheet it took, and advises only what works."""

import json
import re
import shlex

import openpyxl
import pytest

from core.cli import main
from core.fields import FIELDS, field_word
from core.i18n import LANGUAGES, area_texts, tr
from core.jobs import Outcome, RowOutcome
from core.profiles import load_system
from core.selection import read_selection


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """Return a function that runs the command in this process: its code, and what it said with plain spaces."""
    monkeypatch.setenv("CARNET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CARNET_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.chdir(tmp_path)

    def carnet(*words):
        monkeypatch.setattr("sys.argv", ["carnet", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main([str(w) for w in words])
        said = capsys.readouterr()
        return end.value.code, (said.out + said.err).replace("\u00a0", " ").replace("\u202f", " ")

    return carnet


@pytest.fixture
def book(tmp_path):
    """A workbook of two sheets of customers, and one that holds none."""
    made = openpyxl.Workbook()
    made.active.title = "Clients Lyon"
    for name, rows in (("Clients Lyon", 1), ("Clients Paris", 2), ("Notes", 0)):
        sheet = made[name] if name in made.sheetnames else made.create_sheet(name)
        if rows:
            sheet.append(("Nom", "Prénom", "Email", "Ville"))
        for n in range(rows):
            sheet.append(("Durand", f"Zoé {'AB'[n]}", f"zoe{n}@example.fr", "Lyon"))
    made.save(tmp_path / "deux.xlsx")
    return tmp_path / "deux.xlsx"


@pytest.fixture
def base(run, book):
    """A database that holds the customers of the second sheet."""
    run("push", book, "--sheet", "Clients Paris", "--system", "odeis", "--db", "c.db", "--no-backup")


@pytest.mark.parametrize(
    "words",
    [
        ("template", "odeis"),
        ("map", "deux.xlsx", "--to", "odeis", "--yes"),
        ("export", "--system", "odeis", "--db", "c.db"),
        ("convert", "deux.xlsx", "--from", "odeis", "--to", "cloud-pos", "--yes"),
        ("person", "export", "1", "--db", "c.db"),
        ("dormant", "--system", "odeis", "--db", "c.db"),
    ],
)
def test_a_file_that_exists_is_replaced_only_when_asked(words, run, base, tmp_path):
    out = tmp_path / "rempli.xlsx"
    out.write_bytes(b"120 clients")
    code, said = run(*words, "-o", out)
    assert (code, said) == (2, f"« {out} » existe déjà : choisissez un autre nom, ou ajoutez --replace.\n")
    assert out.read_bytes() == b"120 clients"
    assert run(*words, "-o", out, "--replace")[0] == 0
    assert openpyxl.load_workbook(out).sheetnames


def test_a_script_is_told_of_the_other_sheets_of_customers(run, book):
    """The JSON of a check has them with their rows, unless the sheet was chosen."""
    words = ("check", book, "--system", "odeis", "--no-write", "--json")
    assert json.loads(run(*words)[1])["other_sheets"] == {"Clients Paris": 2}
    assert json.loads(run(*words, "--sheet", "Clients Paris")[1])["other_sheets"] == {}


@pytest.mark.parametrize("named", [(), ("-o", "vue.xlsx")])
def test_a_comparison_that_exists_is_not_written_over(named, run, tmp_path):
    """Choices that somebody made in a comparison stay, under the usual name too, and FidelPass is not even asked."""
    out = tmp_path / (named[-1] if named else "comparaison.xlsx")
    out.write_bytes(b"120 choix")
    said = f"« {out.name} » existe déjà : choisissez un autre nom, ou ajoutez --replace.\n"
    assert run("compare", "--customer", "1", "--db", "c.db", *named) == (2, said)
    assert out.read_bytes() == b"120 choix"


def test_another_kind_of_file_is_refused(run, base, tmp_path):
    code, said = run("export", "--system", "odeis", "--db", "c.db", "-o", "z.txt")
    assert (code, said) == (2, "Carnet n'écrit pas de fichier comme « z.txt ». Terminez son nom par : .xlsx, .csv.\n")
    assert not (tmp_path / "z.txt").exists()


def test_a_shipped_system_is_replaced_only_when_asked(run, book):
    code, said = run("learn", book, "--name", "Odeis")
    assert code == 2
    assert said.startswith("« Odeis » est le nom d'un système livré avec Carnet (odeis)")
    assert len(load_system("odeis").fields) > 4
    assert run("learn", book, "--name", "Odeis", "--replace")[0] == 0


def test_a_learnt_system_is_replaced_only_when_asked(run, book, tmp_path):
    assert run("learn", book, "--name", "Ma caisse")[0] == 0
    rules = tmp_path / "home" / "systems" / "ma-caisse.toml"
    rules.write_text(rules.read_text(encoding="utf-8") + "# une règle à moi\n", encoding="utf-8")
    code, said = run("learn", book, "--name", "Ma Caisse")
    assert code == 2
    assert said.startswith(f"Le système « Ma Caisse » est déjà appris : {rules}.")
    assert "# une règle à moi" in rules.read_text(encoding="utf-8")
    assert run("learn", book, "--name", "Ma caisse", "--replace")[0] == 0
    assert "# une règle à moi" not in rules.read_text(encoding="utf-8")


OTHER = (
    "Seule la feuille « Clients Lyon » est prise ; d'autres feuilles contiennent aussi des clients "
    "(nombre de lignes) : Clients Paris (2)."
)


@pytest.mark.parametrize(
    "words",
    [
        ("check", "deux.xlsx", "--system", "odeis"),
        ("push", "deux.xlsx", "--system", "odeis", "--db", "c.db", "--dry-run"),
        ("map", "deux.xlsx", "--to", "odeis"),
        ("inspect", "deux.xlsx"),
    ],
)
def test_the_other_sheets_of_customers_are_named(words, run, base):
    assert OTHER in run(*words)[1]
    assert "autres feuilles" not in run(*words, "--sheet", "Clients Paris")[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_criteria_of_the_help_are_understood(lang):
    """Every --where of the help page is a criterion of the system that its line names."""
    lines = [line for line in area_texts("cli")["export"][lang].splitlines() if "--where" in line]
    assert len(lines) == 3
    for line in lines:
        words = shlex.split(line)
        system = words[words.index("--system") + 1] if "--system" in words else "odeis"
        for at, word in enumerate(words):
            if word == "--where":
                assert read_selection([words[at + 1]], load_system(system))


def test_the_commands_advised_are_complete(run, book, base):
    said = run("map", book, "--to", "odeis", "--yes", "-o", "m 1.xlsx")[1]
    advised = shlex.split(re.search(r"Ensuite : carnet (.+)", said)[1])
    assert advised == ["check", "m 1.xlsx", "--system", "odeis"]
    assert run(*advised)[0] == 0
    said = run("push", "m 1.xlsx", "--system", "odeis", "--db", "d.db", "--no-backup")[1]
    advised = shlex.split(re.search(r"Pour annuler ce lot : carnet (.+)", said)[1])
    assert advised == ["undo", "1", "--db", "d.db"]
    assert run(*advised)[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--gains-hours", "abc"), "La durée « abc » n'est pas un nombre d'heures."),
        (("--fidelpass-url", "zzz"), "« zzz » n'est pas une adresse."),
    ],
)
def test_a_setting_that_cannot_be_right_is_not_saved(words, said, run, tmp_path):
    code, text = run("settings", *words)
    assert code == 2
    assert text.startswith(said)
    assert not (tmp_path / "settings.toml").exists()


def test_a_workbook_without_result_columns_has_none_to_take_out(run, book):
    assert run("clear", book) == (0, f"Aucune colonne de résultat dans {book}\n")
    run("check", book, "--system", "odeis")
    assert run("clear", book) == (0, f"Colonnes de résultat retirées de {book}\n")


def test_a_number_that_is_none_is_asked_for_in_words(run):
    assert run("undo", "douze", "--db", "c.db")[1].startswith(
        "Valeur impossible pour NUMÉRO : il faut un nombre entier, par exemple 12.\n"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_has_a_word(lang):
    assert set(area_texts("fields")) == set(FIELDS)
    assert all(field_word(key, lang) for key in FIELDS)


def test_fields_are_called_by_the_header_of_the_system_or_by_a_word():
    outcome = RowOutcome(2, Outcome.REFUSED, 7, "push.consent_kept", {"fields": ["email_opt_in", "sms_opt_in"]})
    assert outcome.message("fr") == "Accord non repris faute de preuve, date et source (accord e-mail, accord SMS)."
    assert "(Optin, accord SMS)" in outcome.message("fr", {"email_opt_in": "Optin"})
    assert field_word("x_code_vendeur", "fr") == "code vendeur"


@pytest.mark.parametrize(
    ("count", "fr", "en"), [(0, "0 créé", "0 created"), (1, "1 créé", "1 created"), (2, "2 créés", "2 created")]
)
def test_words_agree_with_their_number(count, fr, en):
    assert tr("results.count_created", "fr", count=count) == fr
    assert tr("results.count_created", "en", count=count) == en
