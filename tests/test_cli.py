"""The command line as its user meets it: exit codes, words, JSON, and never a traceback."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from core.cli import _WHERE

HEADERS = ["Nom", "Prénom", "Code postal", "Ville", "Email", "Tél. 1", "Carte"]
GOOD = ["LEFÈVRE", "Chloé", "01000", "Bourg-en-Bresse", "chloe@example.fr", "06 61 98 01 02", "433701"]
FAULTY = [None, "Luc", "69001", "Lyon", "luc.example.fr", "06 61 98 01 03", None]


def carnet(*arguments, cwd, **environment):
    """Run the command in a process of its own, as a user does."""
    env = {**os.environ, **environment}
    command = [sys.executable, "-c", "from core.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, encoding="utf-8", timeout=120)


@pytest.fixture
def clients(tmp_path):
    """A workbook with one good customer and one in error."""
    book = Workbook()
    for row in (HEADERS, GOOD, FAULTY):
        book.active.append(row)
    path = tmp_path / "clients.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("name", _WHERE)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_command_has_help_with_an_example(name, lang, tmp_path):
    done = carnet(name, "--help", "--lang", lang, cwd=tmp_path)
    assert done.returncode == 0
    assert f"carnet {name}" in done.stdout
    assert ("Exemple" if lang == "fr" else "Example") in done.stdout
    if lang == "fr":
        assert re.search(r"\[(required|default)|\b(FILE|PATH|SYSTEM|NUMBER|INTEGER|NAME)\b", done.stdout) is None


def test_a_template_of_ours_says_its_system_by_itself(tmp_path):
    carnet("template", "lightspeed", "-o", "modele.xlsx", cwd=tmp_path)
    done = carnet("check", "modele.xlsx", "--json", cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["system"]) == (0, "lightspeed")


def test_a_file_that_says_no_system_needs_to_be_told(clients, tmp_path):
    done = carnet("check", clients, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("Aucun système n'est indiqué. Ajoutez --system.")


def test_a_check_of_good_rows_ends_with_0_and_of_faulty_rows_with_1(clients, tmp_path):
    done = carnet("check", clients, "--system", "odeis", "--json", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert (found["totals"]["rows"], found["totals"]["rows_in_error"], found["totals"]["rows_ready"]) == (2, 1, 1)
    assert {(i["row"], i["column"], i["field"], i["code"], i["severity"]) for i in found["issues"]} == {
        (3, "Nom", "last_name", "required", "error"),
        (3, "Email", "email", "email_invalid", "error"),
    }
    assert {i["sheet"] for i in found["issues"]} == {"Sheet"}
    sheet = load_workbook(clients).active
    assert [cell.value for cell in sheet[1]][: len(HEADERS)] == HEADERS
    assert [row[len(HEADERS)].value for row in sheet] == ["Statut", "Bon", "Erreur"]
    sheet.delete_rows(3)
    sheet.parent.save(clients)
    assert carnet("check", clients, "--system", "odeis", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("name", ["vide.csv", "vide.xlsx"])
def test_a_file_without_a_row_is_said_to_have_none_and_nothing_is_written(name, tmp_path):
    path = tmp_path / name
    if name.endswith(".csv"):
        path.write_text(";".join(HEADERS) + "\n", encoding="utf-8")
    else:
        book = Workbook()
        book.active.append(HEADERS)
        book.save(path)
    before = path.read_bytes()
    done = carnet("check", name, "--system", "odeis", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.replace("\u00a0", " ").startswith("Aucune ligne à contrôler : le fichier n'a que ses en-têtes.")
    assert "Résultats écrits" not in done.stdout
    assert json.loads(carnet("check", name, "--system", "odeis", "--json", cwd=tmp_path).stdout)["written"] is None
    pushed = carnet("push", name, "--system", "odeis", "--db", "c.db", "--no-backup", cwd=tmp_path)
    assert (pushed.returncode, pushed.stdout.replace("\u00a0", " ")) == (0, "Lot n° 1 : aucune ligne.\n")
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith("vide")) == [name]


def test_a_push_counts_every_row_once_and_a_second_one_writes_nothing(clients, tmp_path):
    arguments = ("push", clients, "--system", "odeis", "--db", tmp_path / "caisse.db", "--json")
    dry = json.loads(carnet(*arguments, "--dry-run", cwd=tmp_path).stdout)
    first = carnet(*arguments, cwd=tmp_path)
    second = json.loads(carnet(*arguments, cwd=tmp_path).stdout)
    pushed = json.loads(first.stdout)
    names = ("created", "updated", "unchanged", "refused", "not_reached")
    assert first.returncode == 1
    assert [pushed[n] for n in names] == [dry[n] for n in names] == [1, 0, 0, 1, 0]
    assert [second[n] for n in names] == [0, 0, 1, 1, 0]
    assert (dry["job"], pushed["job"]) == (None, 1)
    assert [(o["row"], o["outcome"]) for o in pushed["outcomes"]] == [(2, "created"), (3, "refused")]
    cells = [cell.value for cell in load_workbook(clients).active[2]]
    assert cells[len(HEADERS)] == "Inchangé"
    assert str(pushed["outcomes"][0]["customer"]) in cells


def test_a_job_is_listed_shown_and_taken_back(clients, tmp_path):
    db = ("--db", tmp_path / "caisse.db")
    carnet("push", clients, "--system", "odeis", *db, cwd=tmp_path)
    assert "1 créé" in carnet("jobs", *db, cwd=tmp_path).stdout
    assert "ligne 2 : Créé" in carnet("job", "1", *db, cwd=tmp_path).stdout.replace("\u00a0", " ")
    receipt = (tmp_path / "clients - reçu du lot 1.html").read_text(encoding="utf-8")
    assert "clients.xlsx" in receipt
    carnet("job", "1", *db, "--receipt", "autre.html", cwd=tmp_path)
    assert (tmp_path / "autre.html").read_text(encoding="utf-8") == receipt
    assert json.loads(carnet("undo", "1", *db, "--json", cwd=tmp_path).stdout)["removed"] == 1


def test_work_in_the_workbook_beside_a_text_file_is_said_not_to_be_read(tmp_path):
    (tmp_path / "clients.csv").write_text("Nom;Prénom\nPetit;Luc\n", encoding="utf-8-sig")
    unread = (
        "Ce que vous avez changé dans « clients.carnet.xlsx » n'a pas été lu : pour en tenir compte, "
        "donnez ce classeur à la commande."
    )
    for words in (("check",), ("push", "--db", "c.db")):
        first = carnet(words[0], "clients.csv", *words[1:], "--system", "odeis", cwd=tmp_path).stdout
        assert "n'a pas été lu" not in first
    book = load_workbook(tmp_path / "clients.carnet.xlsx")
    book.active["B2"] = "Lucien"
    book.save(tmp_path / "clients.carnet.xlsx")
    again = carnet("check", "clients.csv", "--system", "odeis", cwd=tmp_path).stdout
    assert unread in again.replace("\u00a0", " ").splitlines()
    names = sorted(p.name for p in tmp_path.iterdir())
    push = ("push", "clients.csv", "--db", "c.db", "--system", "odeis")
    for more in ((), ("--dry-run",), ("--json",)):
        stopped = carnet(*push, *more, cwd=tmp_path)
        assert stopped.returncode == 2
        said = stopped.stderr.replace("\u00a0", " ")
        assert "« clients.csv » serait envoyé sans ce travail. Rien n'a été envoyé." in said
    assert json.loads(stopped.stdout)["error"]["code"] == "push.work_beside"
    assert sorted(p.name for p in tmp_path.iterdir()) == names
    assert '"id": 2' not in carnet("jobs", "--db", "c.db", "--json", cwd=tmp_path).stdout
    assert carnet(*push, "--ignore-workbook", cwd=tmp_path).returncode == 0
    own = carnet("check", "clients.carnet.xlsx", "--system", "odeis", cwd=tmp_path).stdout
    assert "n'a pas été lu" not in own


WRONG = [
    (("check",), "Il manque : FICHIER."),
    (("check", "--lang", "en"), "Missing: FILE."),
    (("undo", "--db", "x.db"), "Il manque : NUMÉRO."),
    (("person", "export", "--db", "x.db"), "Il manque : NUMÉRO."),
    (("person", "--db", "x.db"), "Il manque : export, anonymise."),
    (("template", "odeis"), "Il manque : -o/--output."),
    (("check", "absent.xlsx", "--system", "odeis"), "absent.xlsx"),
    (("check", "absent.xlsx"), "Le fichier « absent.xlsx » est introuvable."),
    (("check", "clients.xlsx"), "Aucun système n'est indiqué."),
    (("check", "clients.xlsx", "--system", "odies"), "Vouliez-vous dire « odeis » ?"),
    (("check", "clients.xlsx", "--system", "le-new-black"), "Le New Black"),
    (("check", "clients.xlsx", "--system", "odeis", "--set", "x"), "--set clé=valeur"),
    (("check", "clients.xlsx", "--system", "odeis", "--set", "x=y"), "n'a pas d'option « x »"),
    (("check", "clients.xlsx", "--system", "odeis", "--db", "absente.db"), "La base « absente.db » n'existe pas."),
    (("check", ".", "--system", "odeis"), " » est un dossier. Indiquez un fichier .xlsx, .xls ou .csv."),
    (("push", "clients.xlsx", "--system", "odeis"), "Aucune base n'est indiquée."),
    (("push", "clients.xlsx", "--system", "odeis", "--db", "clients.xlsx"), "clients.xlsx"),
    (("push", "clients.xlsx", "--system", "odeis", "--mode", "x"), "Valeurs possibles : add, update, upsert."),
    (("undo", "un", "--db", "x.db"), "Valeur impossible"),
    (("gains", "clients.xlsx"), "L'adresse de FidelPass n'est pas indiquée."),
    (("gains", "clients.xlsx", "--fidelpass-url", "http://127.0.0.1:9"), "FidelPass"),
    (("template", "odeis", "-o", "nulle/part/m.xlsx"), "nulle"),
    (("nimporte",), "Commande non comprise : nimporte"),
    (("check", "clients.xlsx", "--nimporte"), "L'option --nimporte n'existe pas."),
]


@pytest.mark.parametrize(("arguments", "said"), WRONG, ids=[" ".join(a) for a, _ in WRONG])
def test_what_cannot_be_done_is_said_and_nothing_is_written(arguments, said, clients, tmp_path):
    before = clients.read_bytes()
    done = carnet(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "«\u00a0\u00a0»" not in done.stderr
    assert said in done.stderr.replace("\u00a0", " ")
    assert "Traceback" not in done.stdout + done.stderr
    assert "imprévue" not in done.stderr
    assert clients.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["clients.xlsx"]


def test_without_a_keyring_a_real_fidelpass_cannot_be_asked(clients, tmp_path):
    done = carnet("gains", clients, "--fidelpass-url", "https://fidelpass.example", cwd=tmp_path,
                  PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")  # fmt: skip
    assert done.returncode == 2
    assert "trousseau" in done.stderr


def test_an_unforeseen_error_is_noted_without_the_users_data(clients, tmp_path, monkeypatch):
    code = (
        "import sys, core.actions as a\n"
        "def fail(*_, **__): raise RuntimeError('chloe@example.fr')\n"
        "a.check_file = fail\n"
        "from core.cli import main; main()"
    )
    home = tmp_path / "home"
    done = subprocess.run(
        [sys.executable, "-c", code, "check", str(clients), "--system", "odeis"],
        env={**os.environ, "CARNET_HOME": str(home)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "RuntimeError" in done.stderr
    assert "Traceback" not in done.stderr
    log = (home / "carnet.log").read_text(encoding="utf-8")
    assert "RuntimeError" in log
    assert "chloe" not in log + done.stderr


def test_settings_come_from_the_environment_and_the_file(clients, tmp_path):
    done = carnet("check", clients, cwd=tmp_path, CARNET_SYSTEM="odeis", CARNET_LANG="en")
    assert "2 rows read" in done.stdout
    carnet("settings", "--system", "odeis", cwd=tmp_path)
    assert "2 lignes lues" in carnet("check", clients, cwd=tmp_path).stdout


def test_the_demo_leaves_what_an_office_would_recognise(tmp_path):
    done = carnet("demo", cwd=tmp_path)
    folder = tmp_path / "carnet-demo"
    assert done.returncode == 0, done.stderr
    names = {p.name for p in folder.iterdir() if p.is_file()}
    assert names >= {
        "1 Export Outlook.csv",
        "2 Modèle Odeis vierge.xlsx",
        "3 Clients contrôlés.xlsx",
        "4 Clients corrigés et envoyés.xlsx",
        "5 Base de la caisse.db",
        "5 Reçu de l'envoi.html",
        "6 Gains FidelPass.xlsx",
        "Lisez-moi d'abord.txt",
    }
    page = (folder / "Lisez-moi d'abord.txt").read_text(encoding="utf-8-sig")
    assert "300 lignes" in page.replace("\u00a0", " ")
    gains = load_workbook(folder / "6 Gains FidelPass.xlsx").worksheets[0]
    said = {cell.value for row in gains.iter_rows() for cell in row}
    assert {"Gains disponibles", "Carte inconnue chez FidelPass", "Aucun gain"} <= said
    assert carnet("demo", cwd=tmp_path).returncode == 0, "an earlier demo is replaced"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "précieux.txt").write_text("x")
    assert carnet("demo", "--folder", "mine", cwd=tmp_path).returncode == 2
    assert (tmp_path / "mine" / "précieux.txt").exists()


@pytest.mark.skipif(
    not shutil.which("git") or not (Path(__file__).parent.parent / ".git").exists(), reason="no checkout"
)
def test_no_tracked_file_names_a_package_registry():
    root = Path(__file__).parent.parent
    hosts = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        content = (root / name).read_bytes() if (root / name).is_file() else b""
        assert not any(host.encode() in content for host in hosts), name
