"""What stands in the way of a push or of its results: locked and read-only files, unknown words, silent keyrings."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import NoKeyringError
from openpyxl import Workbook, load_workbook

from core import actions
from core.cli import main
from core.errors import DatabaseError, InputError
from tests.test_cli import FAULTY, GOOD, HEADERS

NEW = ["MARTIN", "Zoé", "69001", "Lyon", "zoe@example.fr", "06 61 98 01 09", None]
RUN = "from core.cli import main; main()"


def carnet(*arguments, cwd, unprivileged=False, code=RUN):
    """Run the command in a process of its own; `unprivileged` takes away root's right to write anywhere."""
    prefix = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if unprivileged and os.geteuid() == 0 else []
    command = [*prefix, sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=120)


@pytest.fixture
def clients(tmp_path):
    """A workbook with one good customer and one in error."""
    return write(tmp_path / "clients.xlsx", [HEADERS, GOOD, FAULTY])


def write(path, rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def read_only(tmp_path):
    """A folder that cannot be written, given back at the end; skips where only root runs and keeps its rights."""
    if os.name == "nt" or (os.geteuid() == 0 and shutil.which("setpriv") is None):
        pytest.skip("a read-only folder cannot be made here")
    folder = tmp_path / "ro"
    folder.mkdir()
    yield folder
    folder.chmod(0o755)


def context(tmp_path):
    return actions.Context(actions.system("odeis"), "fr", {}, str(tmp_path / "caisse.db"))


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
@pytest.mark.parametrize("name", ["clients.xlsx", "clients.csv"])
def test_a_file_open_elsewhere_stops_a_push_before_the_database(clients, tmp_path, name, dry):
    """Nothing is pushed when the outcomes could not be written: into the workbook, or beside a text file."""
    if name.endswith(".csv"):
        (tmp_path / name).write_text(";".join(HEADERS) + "\n" + ";".join(GOOD) + "\n", encoding="utf-8")
        lock = tmp_path / "~$clients.carnet.xlsx"
    else:
        lock = tmp_path / "~$clients.xlsx"
    lock.write_text("x")
    done = carnet("push", name, "--system", "odeis", "--db", "caisse.db", *dry, cwd=tmp_path)
    assert done.returncode == 2
    assert "est ouvert dans un autre programme" in done.stderr
    assert not (tmp_path / "caisse.db").exists()


def test_a_read_only_folder_or_workbook_stops_a_push_before_the_database(clients, tmp_path, read_only):
    path = shutil.copy(clients, read_only / "clients.xlsx")
    arguments = ("push", path, "--system", "odeis", "--db", "caisse.db")
    path.chmod(0o444)
    locked = carnet(*arguments, cwd=tmp_path, unprivileged=True)
    path.chmod(0o644)
    read_only.chmod(0o555)
    refused = carnet(*arguments, cwd=tmp_path, unprivileged=True)
    assert (locked.returncode, refused.returncode) == (2, 2)
    assert "« clients.xlsx » est en lecture seule : clic droit" in locked.stderr.replace("\u00a0", " ")
    assert f"Rien ne peut être écrit dans le dossier « {read_only} »" in refused.stderr.replace("\u00a0", " ")
    assert not (tmp_path / "caisse.db").exists()


LOCKED_MEANWHILE = """
from pathlib import Path
from core.database import Database
push = Database.push
def pushed(self, *given):
    report = push(self, *given)
    Path("~$clients.xlsx").write_text("x")
    return report
Database.push = pushed
from core.cli import main; main()
"""


@pytest.mark.parametrize("as_json", [False, True])
def test_a_push_whose_results_cannot_be_written_says_what_it_did(clients, tmp_path, as_json):
    """Somebody opens the workbook while it is pushed: the job, its counts and its undo are told, and why."""
    arguments = ["push", clients, "--system", "odeis", "--db", "caisse.db", *(["--json"] if as_json else [])]
    done = carnet(*arguments, cwd=tmp_path, code=LOCKED_MEANWHILE)
    assert done.returncode == 1
    said = done.stderr.replace("\u00a0", " ")
    assert "Cet envoi est enregistré dans la base" in said
    assert "le fichier est ouvert dans un autre programme." in said
    assert "rien n'a été écrit" not in said
    if as_json:
        data = json.loads(done.stdout)
        assert (data["job"], data["created"], data["refused"]) == (1, 1, 1)
        assert data["results_unwritten"].replace("\u00a0", " ") in said
    else:
        assert "Lot n° 1" in done.stdout.replace("\u00a0", " ")
        assert "carnet undo 1" in done.stdout
    with actions.open_database(str(tmp_path / "caisse.db")) as database:
        assert [job.id for job in database.jobs()] == [1]


def test_a_dry_run_speaks_of_a_simulation_and_leaves_no_database(clients, tmp_path):
    done = actions.push_file(clients, context(tmp_path), actions.PushChoices(dry_run=True))
    assert [o.customer for o in done.report.outcomes] == [None, None]
    shown = [[cell.value for cell in row][len(HEADERS) :] for row in load_workbook(clients).active]
    assert [row[0] for row in shown] == ["Statut", "Simulation\u00a0: à créer", "Simulation\u00a0: refusé"]
    assert shown[1][shown[0].index("Client existant")] is None
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clients.xlsx"]


def test_a_dry_run_on_a_database_says_what_would_change(tmp_path):
    where = actions.Context(actions.system("lightspeed"), "en", {}, str(tmp_path / "till.db"))
    headers = ["first_name", "last_name", "email", "postal_city"]
    path = write(tmp_path / "before.xlsx", [headers, ["Chloé", "LEFÈVRE", "chloe@example.fr", "Lyon"]])
    actions.push_file(path, where, actions.PushChoices(backup=False))
    path = write(tmp_path / "after.xlsx", [headers, ["Chloé", "LEFÈVRE", "chloe@example.fr", "Bron"]])
    actions.push_file(path, where, actions.PushChoices(mode="upsert", dry_run=True))
    assert load_workbook(path).active.cell(2, len(headers) + 1).value == "Dry run: to update"
    with actions.open_database(where.db) as database:
        assert [job.id for job in database.jobs()] == [1]


def test_a_dry_run_into_a_missing_folder_is_refused_as_the_push_would_be(clients, tmp_path):
    where = actions.Context(actions.system("odeis"), "fr", {}, str(tmp_path / "absent" / "caisse.db"))
    with pytest.raises(DatabaseError) as error:
        actions.push_file(clients, where, actions.PushChoices(dry_run=True))
    assert error.value.key == "database.folder_missing"


@pytest.fixture
def misworded(clients, tmp_path):
    """The checked workbook with a word of the user's own in the Décision column of row 2."""
    actions.check_file(clients, actions.Context(actions.system("odeis")))
    book = load_workbook(clients)
    place = [cell.value for cell in book.active[1]].index("Décision") + 1
    book.active.cell(2, place).value = "Supprimer"
    book.save(clients)
    return clients


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_rows_skipped_at_carnets_word_alone_are_counted(clients, tmp_path, dry):
    """A proposal left standing is obeyed and said, by row and in sum; the user's own "Ignorer" is simply obeyed."""
    asked = ("--system", "odeis", "--db", "caisse.db", "--no-backup")
    carnet("push", clients, *asked, cwd=tmp_path)
    others = [["Garnier", "Inès", "33000", "Bordeaux"], ["Roux", "Luc", "59000", "Lille"]]
    write(clients, [HEADERS, [*GOOD[:3], "69003", *GOOD[4:]], *others])
    carnet("check", clients, *asked[:-1], cwd=tmp_path)
    book = load_workbook(clients)
    place = [cell.value for cell in book.active[1]].index("Décision") + 1
    assert [book.active.cell(row, place).value for row in (2, 3, 4)] == ["Ignorer (1)", None, None]
    book.active.cell(4, place).value = "Ignorer"
    book.save(clients)
    said = carnet("push", clients, *asked, *dry, cwd=tmp_path).stdout.replace("\u00a0", " ")
    assert "1 ligne ignorée parce que Carnet le proposait : changez le mot de la colonne Décision" in said
    rows = [row[place - 2].value for row in load_workbook(clients).active.iter_rows(min_row=2, max_row=4)]
    assert rows[0].startswith("Ligne ignorée, parce que Carnet le proposait")
    assert rows[2].startswith("Ligne ignorée, comme demandé.")


def test_an_unknown_word_in_the_decision_column_stops_a_push_and_says_which_ones_there_are(misworded, tmp_path):
    done = carnet("push", misworded, "--system", "odeis", "--db", "caisse.db", cwd=tmp_path)
    said = done.stderr.replace("\u00a0", " ")
    assert done.returncode == 2
    assert said.startswith("Ligne 2, la colonne Décision dit « Supprimer », qui n'est pas compris")
    words = ("Créer", "Mettre à jour", "Ignorer", "Mettre à jour quand même", "Changer le numéro", "Garder la base")
    for word in words:
        assert f"« {word} »" in said
    assert not (tmp_path / "caisse.db").exists()


def test_a_delivery_refuses_an_unknown_decision_too(misworded, tmp_path):
    with pytest.raises(InputError) as error:
        actions.deliver_file(misworded, tmp_path / "out", actions.Context(actions.system("odeis")), actions.Packing())
    assert "Row 2, the decision column says “Supprimer”" in str(error.value)


def test_a_check_names_the_row_whose_decision_is_not_understood(misworded, tmp_path):
    done = carnet("check", misworded, "--system", "odeis", cwd=tmp_path)
    assert "- Ligne 2, la colonne Décision dit « Supprimer »" in done.stdout.replace("\u00a0", " ")
    found = json.loads(carnet("check", misworded, "--system", "odeis", "--json", cwd=tmp_path).stdout)["issues"]
    own = [i for i in found if i["code"] == "decision_unknown"]
    seen = [(i["row"], i["column"], i["severity"], i["value"]) for i in own]
    assert seen == [(2, "Décision", "warning", "Supprimer")]


def test_an_error_without_words_ends_as_a_bug_and_not_as_a_traceback(monkeypatch, capsys, tmp_path):
    """The text of an error is missing: the user is told of something unforeseen, with the note's place."""

    def wordless(*_given, **_named):
        raise InputError("push.no_such_text")

    monkeypatch.setattr(actions, "open_database", wordless)
    with pytest.raises(SystemExit) as left:
        main(["jobs", "--db", str(tmp_path / "a.db")])
    assert left.value.code == 2
    assert "KeyError" in capsys.readouterr().err


def test_a_database_in_a_read_only_folder_is_refused_in_plain_words_and_can_be_exported(clients, tmp_path, read_only):
    where = actions.Context(actions.system("odeis"), "fr", {}, str(read_only / "d.db"))
    actions.push_file(clients, where, actions.PushChoices(backup=False))
    read_only.joinpath("d.db").chmod(0o444)
    read_only.chmod(0o555)
    asked = ("--system", "odeis", "--db", read_only / "d.db")
    pushed = carnet("push", clients, *asked, cwd=tmp_path, unprivileged=True)
    new = carnet("push", clients, "--system", "odeis", "--db", read_only / "new.db", cwd=tmp_path, unprivileged=True)
    dry = carnet("push", clients, "--system", "odeis", "--db", read_only / "new.db", "--dry-run",
                 cwd=tmp_path, unprivileged=True)  # fmt: skip
    exported = carnet("export", "-o", "out.xlsx", *asked, cwd=tmp_path, unprivileged=True)
    for done in (pushed, new, dry):
        assert done.returncode == 2
        assert "imprévue" not in done.stderr
    assert "ne peut pas être copiée avant l'envoi" in pushed.stderr
    assert f"{read_only}/d-copies" in pushed.stderr
    assert (exported.returncode, exported.stderr) == (0, "")
    assert GOOD[0] in [cell.value for cell in load_workbook(tmp_path / "out.xlsx").active[2]]


@pytest.mark.parametrize(("file", "folder"), [(0o444, 0o755), (0o644, 0o555), (0o444, 0o555)])
def test_a_read_only_database_is_read_checked_and_rehearsed(tmp_path, read_only, file, folder):
    """A dry run works in a copy that nobody sees, says so, and comes to what it would in the database itself."""
    base = read_only / "d.db"
    where = actions.Context(actions.system("odeis"), "fr", {}, str(base))
    actions.push_file(write(tmp_path / "old.xlsx", [HEADERS, GOOD]), where, actions.PushChoices(backup=False))
    new = write(tmp_path / "new.xlsx", [HEADERS, GOOD, NEW, FAULTY])
    would = actions.push_file(new, where, actions.PushChoices(dry_run=True)).report.counts()
    before = base.read_bytes()
    base.chmod(file)
    read_only.chmod(folder)

    def run(*words, code=0):
        done = carnet(*words, "--db", base, cwd=tmp_path, unprivileged=True)
        assert (done.returncode, done.stderr) == (code, "")
        return done.stdout.replace("\u00a0", " ")

    assert "Lot n° 1" in run("jobs")
    assert "Lot n° 1" in run("job", "1", "--receipt", tmp_path / "r.html")
    assert "<html" in (tmp_path / "r.html").read_text("utf-8")
    assert "3 lignes lues" in run("check", new, "--system", "odeis", code=1)
    rehearsed = json.loads(run("push", new, "--system", "odeis", "--dry-run", "--json", code=1))
    assert {name: rehearsed[name] for name in would} == would
    assert (would["created"], would["unchanged"], would["refused"]) == (1, 1, 1)
    assert rehearsed["read_only"]
    assert "La base est en lecture seule" in run("push", new, "--system", "odeis", "--dry-run", code=1)
    assert "La base est en lecture seule" in run("push", tmp_path / "old.xlsx", "--system", "odeis", "--dry-run")
    assert "La base est en lecture seule" in run("undo", "1", "--dry-run")
    refused = carnet("undo", "1", "--db", base, cwd=tmp_path, unprivileged=True)
    assert (refused.returncode, base.read_bytes()) == (2, before)
    assert [p.name for p in read_only.iterdir()] == ["d.db"]


def test_the_demo_and_the_settings_say_that_a_folder_is_read_only(read_only, monkeypatch):
    monkeypatch.setenv("CARNET_SETTINGS", str(read_only / "carnet" / "settings.toml"))
    read_only.chmod(0o555)
    demo = carnet("demo", cwd=read_only, unprivileged=True)
    kept = carnet("settings", "--system", "odeis", cwd=read_only, unprivileged=True)
    assert (demo.returncode, kept.returncode) == (2, 2)
    assert demo.stderr.replace("\u00a0", " ").startswith(f"Rien ne peut être écrit dans le dossier « {read_only} »")
    assert kept.stderr.startswith(f"Le fichier de réglages {read_only}/carnet/settings.toml ne peut pas être écrit")


class SilentKeyring(KeyringBackend):
    """A computer whose keyring does not answer."""

    priority = 1

    def get_password(self, service, username):
        raise NoKeyringError

    set_password = delete_password = get_password


@pytest.fixture
def silent_keyring():
    import keyring

    before = keyring.get_keyring()
    keyring.set_keyring(SilentKeyring())
    yield
    keyring.set_keyring(before)


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("postgresql://u:secret@127.0.0.1:1/x", "database.unreachable"),
        ("postgresql://u@127.0.0.1:1/x", "database.unreachable"),
        ("mariadb://u:s/e:c@127.0.0.1:1/x", "database.unreachable"),
        ("oracle://u@127.0.0.1/x", "database.bad_address"),
    ],
)
def test_a_silent_keyring_hides_no_other_cause(silent_keyring, address, key):
    with pytest.raises(DatabaseError) as error:
        actions.open_database(address)
    assert error.value.key == key


def test_a_server_that_wants_the_password_of_a_silent_keyring_says_both(silent_keyring, servers):
    server = servers("mariadb")
    server.run("CREATE USER IF NOT EXISTS 'zoe'@'%' IDENTIFIED BY 'right'")
    with pytest.raises(DatabaseError) as error:
        actions.open_database(server.address("mysql").replace("root@", "zoe@"))
    assert error.value.key == "database.no_keyring_password"
    assert "zoe" in str(error.value)
    assert "keyring does not answer" in str(error.value)


def test_a_check_in_a_read_only_folder_says_which_folder(clients, read_only):
    """Nothing has the file open: to say so would send the user looking for a program to close."""
    path = Path(shutil.copy(clients, read_only))
    before = path.read_bytes()
    read_only.chmod(0o555)
    done = carnet("check", path, "--system", "odeis", cwd=read_only, unprivileged=True)
    assert (done.returncode, path.read_bytes()) == (2, before)
    assert f"Rien ne peut être écrit dans le dossier «\u00a0{read_only}\u00a0»" in done.stderr


@pytest.mark.parametrize("words", [("check", "--system", "odeis"), ("inspect",), ("map", "--to", "odeis")])
def test_a_file_without_the_right_to_read_it_is_named(clients, read_only, words):
    path = Path(shutil.copy(clients, read_only))
    path.chmod(0)
    done = carnet(words[0], path, *words[1:], cwd=read_only, unprivileged=True)
    assert done.returncode == 2
    assert "Le fichier «\u00a0clients.xlsx\u00a0» ne peut pas être lu (accès refusé)" in done.stderr
