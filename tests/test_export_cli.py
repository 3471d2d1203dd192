"""The commands of exports, deliveries and people, as the user types them: what they say, and their exit codes."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from core import actions
from core.cli import main

DEMO = Path(__file__).parent.parent / "core" / "demo" / "clients_boutique.xlsx"


@pytest.fixture
def run(capsys, monkeypatch):
    """Return a function that runs one command: (exit code, what it printed)."""

    def carnet(*words):
        monkeypatch.setattr("sys.argv", ["carnet", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main([str(w) for w in words])
        said = capsys.readouterr()
        return end.value.code, (said.out + said.err).replace("\u00a0", " ").replace("\u202f", " ")

    return carnet


@pytest.fixture
def base(run, tmp_path, monkeypatch):
    """A base filled with the demo's customers, as the settings name it."""
    monkeypatch.setenv("CARNET_DB", str(tmp_path / "c.db"))
    monkeypatch.setenv("CARNET_SYSTEM", "odeis")
    shutil.copy(DEMO, tmp_path / "demo.xlsx")
    run("push", tmp_path / "demo.xlsx", "--no-backup")
    return tmp_path


def test_count_save_export_and_list(base, run):
    out = base / "e.xlsx"
    code, said = run("export", "--where", "code postal ^ 69", "--count")
    assert code == 0
    count = int(said.split()[0])
    assert count == 1
    assert run("export", "--where", "code postal ^ 69", "--save", "Rhône") == (0, "Sélection « Rhône » enregistrée.\n")
    code, said = run("export", "--selection", "Rhône", "--columns", "Prénom,Email", "-o", out, "--action-code", "NOEL")
    assert code == 0
    assert said.splitlines() == [
        "Colonnes gardées en plus, parce que Odeis (fichier routage) les exige : Nom.",
        f"{count} client extrait dans {out}.",
        f"Action marketing « NOEL » : {count} client marqué.",
    ]
    assert run("selections") == (0, "Rhône (odeis) : code postal ^ 69\n")
    assert run("push", out, "--dry-run")[0] == 0
    assert json.loads(run("push", out, "--dry-run", "--json")[1])["unchanged"] == count
    assert json.loads(run("export", "--where", "action = NOEL", "--count", "--json")[1]) == {"count": count}


def test_a_selection_saved_from_another_one_keeps_the_criteria_of_both(base, run):
    """`--selection X --where … --save Y` keeps X's criteria in Y, brackets round an "any", and X's columns."""
    either = ("--where", "code postal ^ 7", "--where", "code postal ^ 6", "--any")
    run("export", *either, "--columns", "Prénom,Email", "--save", "Rhône")
    run("export", "--selection", "Rhône", "--where", "prénom ~ a", "--save", "R et A")
    run("export", "--selection", "Rhône", "--save", "Copie")
    found = json.loads(run("selections", "--json")[1])
    both = {"where": ["((code postal ^ 7) ou (code postal ^ 6))", "prénom ~ a"], "any": False}
    assert found["R et A"] == {"system": "odeis", **both, "columns": ["Prénom", "Email"]}
    assert found["Copie"] == found["Rhône"]
    counts = [
        json.loads(run("export", *words, "--count", "--json")[1])["count"]
        for words in (("--selection", "R et A"), ("--selection", "Rhône", "--where", "prénom ~ a"))
    ]
    assert counts[0] == counts[1] > 0
    assert counts[0] < json.loads(run("export", "--selection", "Rhône", "--count", "--json")[1])["count"]


def test_an_export_says_what_is_wrong_with_it(base, run):
    assert run("export") == (
        2,
        "Dites où écrire l'extraction (-o fichier.xlsx), ou --count pour compter, ou --save pour enregistrer.\n",
    )
    assert run("export", "--where", "ville < Lyon", "--count") == (
        2,
        "« ville » n'est ni une date ni un nombre : dans « ville < Lyon », employez =, !=, ~ (contient) ou ^ "
        "(commence par).\n",
    )


def test_deliver_and_come_back(base, run):
    code, said = run("deliver", base / "demo.xlsx", "--to", "odeis", "-o", base / "out", "--set", "kind=prospect")
    assert code == 1, "one row has an error, and stays in the workbook"
    assert said.splitlines()[0] == "119 clients livrés pour Odeis (fichier routage) : demo-odeis.xlsx (119)"
    assert said.splitlines()[-1] == f"Bon de livraison à imprimer : {base / 'out' / 'demo-odeis-bon-de-livraison.xlsx'}"
    (base / "r.txt").write_text("Row 2: doublon\nrien à voir\n", encoding="utf-8")
    assert run("comeback", base / "demo.xlsx", "--answer", base / "r.txt") == (
        1,
        f"1 message remis sur sa ligne dans {base / 'demo.xlsx'}.\n"
        "- Sans ligne certaine, à voir vous-même : rien à voir\n",
    )


def test_add_find_and_personal_data(base, run):
    found = json.loads(run("find", "lefe", "--json")[1])["customers"][0]
    pairs = [f"{key}={found[key]}" for key in ("last_name", "first_name", "email") if key in found]
    code, said = run("add", *pairs)
    assert code == 1
    assert said.endswith("Rien n'a été écrit. Si c'est bien une autre personne, ajoutez --yes.\n")
    assert f"Le client n° {found['number']} existait déjà, avec les mêmes données" in said
    assert run("add", *pairs, "--yes")[0] == 0
    code, said = run("person", "anonymise", found["number"])
    assert (code, "Rien n'a été effacé : ajoutez --yes" in said) == (1, True)
    assert run("person", "export", found["number"], "-o", base / "p.xlsx")[0] == 0
    assert run("person", "anonymise", found["number"], "--yes")[0] == 0
    assert run("dormant")[1].startswith("0 client sans contact depuis 3 ans")
    assert run("person", "export", 4000)[1] == "Rien n'est gardé d'un client n° 4000 dans ce magasin.\n"


def test_a_customer_is_added_with_a_limit_that_the_systems_files_leave_out(base, run):
    """Every column of the form counts, whatever the run options of an import; columns that nobody named go unsaid."""
    code, said = run("add", "last_name=Petit", "first_name=Luc", "on_account_limit=100,50", "--system", "lightspeed")
    assert (code, said.count("\n")) == (0, 1)
    number = int(said.split()[2])
    with actions.open_database(str(base / "c.db")) as database:
        assert database.customer(number).values["credit_limit"] == Decimal("100.5")
