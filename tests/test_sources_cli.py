"""The commands on foreign files, run as a user runs them."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import openpyxl
import pytest

from core.mapping import apply
from core.profiles import load_system
from core.taking.foreign import read_every_sheet, read_foreign, stack
from core.workbooks import read_table
from tests.corpus.layouts import OUTLOOK_FR, SHOPIFY
from tests.corpus.sources import write_source
from tests.mapping_parts import SOURCES, column_of, propose_to


@pytest.fixture
def run(tmp_path):
    """Run a command in a folder of its own, with a home of its own."""
    environment = {**os.environ, "CARNET_HOME": str(tmp_path / "home"), "CARNET_SETTINGS": str(tmp_path / "no.toml"),
                   "PYTHONIOENCODING": "utf-8"}  # fmt: skip

    def call(*arguments, code=0):
        command = [sys.executable, "-c", "from core.cli import main; main()", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, encoding="utf-8", check=False)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout.replace("\u00a0", " ").replace("\u202f", " ")

    return call


@pytest.fixture
def outlook(tmp_path):
    """A small French Outlook export without damage."""
    write_source(replace(OUTLOOK_FR, encoding="utf-8-sig"), tmp_path, count=40, rate=0)
    return tmp_path / "outlook_fr.csv"


def test_inspect_speaks_and_gives_json(run, outlook):
    text = run("inspect", outlook)
    assert "Fichier texte, encodage utf-8-sig, séparateur « , »." in text
    assert "On dirait un fichier « Outlook sur ordinateur, en français »" in text
    data = json.loads(run("inspect", outlook, "--json"))
    assert (data["source"], data["rows"], len(data["columns"])) == ("outlook-fr", 40, 92)


def test_questions_are_asked_in_a_workbook_before_anything_is_written(run, outlook, tmp_path):
    """The first run asks, the user answers in Excel, the second run writes, the third remembers."""
    out, answers = tmp_path / "clients.xlsx", tmp_path / "clients_correspondance.xlsx"
    text = run("map", outlook, "--to", "odeis", "-o", out, code=1)
    assert "à vous de dire : Utilisateur 1" in text
    assert not out.exists()
    book = openpyxl.load_workbook(answers)
    for row in book["Correspondance"].iter_rows(min_row=2):
        if row[1].value in ("Utilisateur 1", "Utilisateur 2"):
            row[4].value = "Carte – Carte de fidélité" if row[1].value == "Utilisateur 1" else "(laisser de côté)"
    book.save(answers)
    text = run("map", outlook, "--to", "odeis", "-o", out, "--mapping", answers)
    assert "Vos choix sont enregistrés pour les prochains fichiers de même forme" in text
    table = read_table(out)
    assert table.sheet == "Clients"
    assert table.headers == [f.header for f in load_system("odeis").columns()]
    assert len(table) == 40
    source = read_foreign(outlook, SOURCES)
    assert column_of(table, "Carte") == source.columns[source.headers.index("Utilisateur 1")]
    assert column_of(table, "Tél. 1") == source.columns[source.headers.index("Tél. mobile")]
    text = run("map", outlook, "--to", "odeis", "-o", tmp_path / "encore.xlsx")
    assert "La correspondance enregistrée pour cette forme de fichier a été reprise." in text


def test_answers_are_never_written_over(run, outlook, tmp_path):
    """The same command again finds the workbook that the user has answered, without being told where."""
    out, answers = tmp_path / "clients.xlsx", tmp_path / "clients_correspondance.xlsx"
    run("map", outlook, "--to", "odeis", "-o", out, code=1)
    before = answers.read_bytes()
    run("map", outlook, "--to", "odeis", "-o", out, code=1)
    assert answers.read_bytes() == before
    book = openpyxl.load_workbook(answers)
    for row in book["Correspondance"].iter_rows(min_row=2):
        if row[4].value is None:
            row[4].value = "(laisser de côté)"
    book.save(answers)
    run("map", outlook, "--to", "odeis", "-o", out)
    assert len(read_table(out)) == 40


def test_yes_leaves_the_questions_out(run, outlook, tmp_path):
    text = run("map", outlook, "--to", "odeis", "-o", tmp_path / "c.xlsx", "--yes", "--lang", "en")
    assert "Customers written into" in text
    assert column_of(read_table(tmp_path / "c.xlsx"), "Carte") == [None] * 40


def test_a_mapping_is_json_with_every_column(run, outlook):
    data = json.loads(run("map", outlook, "--to", "cloud-pos", "--json"))["files"][0]
    assert (data["source"], data["exact"], data["rows"]) == ("outlook-fr", False, 40)
    assert len(data["columns"]) == 92
    assert data["fields"]["first_name"]["columns"] == ["Prénom"]
    assert {c["fate"] for c in data["columns"]} == {"taken", "asked", "left_out"}


def test_an_exact_file_needs_no_mapping(run, tmp_path):
    run("template", "odeis", "-o", tmp_path / "odeis.xlsx")
    book = openpyxl.load_workbook(tmp_path / "odeis.xlsx")
    book["Clients"]["B2"].value = "Martin"
    book.save(tmp_path / "odeis.xlsx")
    text = run("map", tmp_path / "odeis.xlsx", "--to", "odeis")
    assert "Tous les en-têtes sont déjà ceux du système Odeis (fichier routage) : rien à faire correspondre." in text


def test_several_files_are_stacked_with_their_origin(run, outlook, tmp_path):
    write_source(SHOPIFY, tmp_path, count=20, rate=0)
    shop = tmp_path / "shopify.csv"
    run("map", outlook, shop, "--to", "cloud-pos", "-o", tmp_path / "tous.xlsx", "--yes")
    table = read_table(tmp_path / "tous.xlsx", headers=["Account Number", "Last Name"])
    assert len(table) == 60
    assert table.headers[-3:] == ["Fichier d'origine", "Feuille d'origine", "Ligne d'origine"]
    assert table.columns[-3] == ["outlook_fr.csv"] * 40 + ["shopify.csv"] * 20
    assert [int(n) for n in table.columns[-1]] == [*range(2, 42), *range(2, 22)]


def test_every_sheet_with_customers_is_read(tmp_path):
    book = openpyxl.Workbook()
    for n, name in enumerate(("Nantes", "Paris", "Notes")):
        sheet = book.active if not n else book.create_sheet()
        sheet.title = name
        if name != "Notes":
            sheet.append(["Nom", "Prénom", "Ville"])
            sheet.append([f"Martin {name}", "Zoé", name])
    book.save(tmp_path / "magasins.xlsx")
    tables = read_every_sheet(tmp_path / "magasins.xlsx", SOURCES)
    assert [t.sheet for t in tables] == ["Nantes", "Paris"]
    profile = load_system("odeis")
    whole = stack([apply(t, propose_to("odeis", t), profile) for t in tables], "en")
    assert column_of(whole, "Nom") == ["Martin Nantes", "Martin Paris"]
    assert column_of(whole, "Source sheet") == ["Nantes", "Paris"]
    assert (column_of(whole, "Source row"), whole.rows) == ([2.0, 2.0], [2, 3])


def test_a_learnt_system_is_a_target_at_once(run, outlook, tmp_path):
    run("template", "cloud-pos", "-o", tmp_path / "modele.xlsx")
    text = run("learn", tmp_path / "modele.xlsx", "--name", "Ma caisse", "--lang", "en")
    count = len(load_system("cloud-pos").columns())
    assert f"System “Ma caisse” learnt: {count} columns." in text
    assert "What the file does not say comes from Citrus-Lime Cloud POS." in text
    run("map", outlook, "--to", "ma-caisse", "-o", tmp_path / "c.xlsx", "--yes")
    assert len(read_table(tmp_path / "c.xlsx")) == 40
    data = json.loads(run("learn", tmp_path / "modele.xlsx", "--name", "Ma caisse", "--json", "--replace"))
    assert data["fields"]["Last Name"] == "last_name"


def test_an_unknown_system_or_file_is_said(run, outlook, tmp_path):
    run("map", outlook, "--to", "rien", code=2)
    run("inspect", tmp_path / "rien.csv", code=2)
    run("learn", tmp_path / "rien.xlsx", "--name", "x", code=2)


def test_map_fills_the_optional_columns_that_are_asked_for(run, outlook, tmp_path):
    """`--set` gives the run options of the system, as the other commands take them."""
    said = run("map", outlook, "--to", "lightspeed", "--set", "recent_columns=yes", "-o", tmp_path / "x.xlsx", "--yes")
    assert "do_not_email" in read_table(tmp_path / "x.xlsx").headers
    assert "écrits" in said
    run("map", outlook, "--to", "lightspeed", "--set", "recent=yes", code=2)
