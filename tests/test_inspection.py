"""A file is explained before anything bites: each oddity gets its sentence, each column its profile."""

import json
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from core.errors import InputError
from core.inspection import Kind, Outside, inspect, kind_of_cell, profile_columns
from core.tables import CellError
from core.taking import examine
from tests.corpus.boutique import WORKBOOKS, write_workbook
from tests.corpus.layouts import OUTLOOK_FR
from tests.corpus.sources import write_source
from tests.mapping_parts import table, table_of


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("CARNET_HOME", str(tmp_path / "home"))


def said(path, lang="fr", **how):
    """Return the sentences of a file, with ordinary spaces."""
    _, found = examine(path, **how)
    return [s.say(lang).replace("\u00a0", " ").replace("\u202f", " ") for s in found.sentences]


def test_a_workbook_with_everything_odd_is_told_in_full(tmp_path):
    """Title block, hidden sheet, rows and columns, filter, merged cells, formulas, errors, lock, doubled headers."""
    path = tmp_path / "tout.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as book:
        sheet = book.add_worksheet("Clients")
        sheet.write(0, 0, "Fichier clients")
        sheet.write_row(3, 0, ["Nom", "Prénom", "Nom", "", "Ville"])
        for row in range(4, 10):
            sheet.write_row(row, 0, ["Martin", "Zoé", "x", "y", "Nantes"])
        sheet.write_formula(4, 2, "=1+1", None, 2)
        sheet.write_formula(5, 2, "=VLOOKUP(1,A:A,1,0)", None, "#N/A")
        sheet.set_row(6, None, None, {"hidden": True})
        sheet.set_column(4, 4, None, None, {"hidden": True})
        sheet.autofilter(3, 0, 9, 4)
        sheet.merge_range(11, 0, 11, 1, "fusion")
        sheet.protect("secret")
        hidden = book.add_worksheet("Vieux")
        hidden.write(0, 0, "Nom")
        hidden.hide()
    assert said(path) == [
        "Classeur .xlsx, feuilles visibles : Clients.",
        "Feuilles masquées : Vieux. Elles ne seront pas lues, sauf si vous les nommez avec --sheet.",
        "Les en-têtes sont à la ligne 4 de « Clients », sous un titre : le titre ne sera pas lu.",
        "« Clients » : 7 lignes remplies (lignes 5 à 12), 5 colonnes.",
        "Lignes vides parmi les clients : 1. Elles seront passées.",
        "La ligne 12 n'est sans doute pas un client (total, note ou autre tableau sous la liste) : supprimez-la si"
        " c'est le cas.",
        "En-têtes répétés : Nom (A), Nom (C). Les colonnes de même nom sont distinguées par leur place.",
        "Colonnes sans en-tête : D. Donnez-leur un nom si elles comptent.",
        "Lignes masquées : 1. Elles seront lues comme les autres : supprimez celles qui ne doivent pas partir.",
        "Colonnes masquées : 1. Elles seront lues comme les autres.",
        "Un filtre est posé sur la feuille : les lignes qu'il cache seront lues aussi.",
        "Cellules fusionnées : 1. Seule la première garde la valeur : défusionnez-les (Accueil, Fusionner et centrer).",
        "Formules : 2. C'est leur dernier résultat enregistré qui sera lu.",
        "Cellules en erreur (#N/A, #REF!…) : 1. Elles seront signalées, jamais reprises.",
        "La feuille est protégée : Carnet pourra la lire, mais pas y écrire sans retirer la protection (Révision,"
        " Ôter la protection).",
        "Le classeur compte ses dates depuis 1904 (Excel pour Mac) : collées dans un autre classeur, elles reculeraient"
        " de quatre ans et un jour.",
        "Origine inconnue : les colonnes seront reconnues une à une, par leur nom et leurs valeurs.",
    ]


def test_a_text_file_tells_its_encoding_its_separator_and_its_source(tmp_path):
    write_source(replace(OUTLOOK_FR, separator=";"), tmp_path, count=60)
    assert said(tmp_path / "outlook_fr.csv", "en", encoding="cp1252") == [
        "Text file, encoding cp1252, separator “;”.",
        "“outlook_fr”: 60 filled rows (rows 2 to 61), 92 columns.",
        "Repeated headers: Titre (A), Titre (H). Columns of the same name are told apart by their place.",
        "It looks like a file from Outlook on the desktop, French: 100% of the headers are its own, among them Deuxième"
        " prénom, Rue (bureau), Ville (bureau), Dép/Région (bureau), Code postal (bureau), Pays/Région (bureau), ….",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Nom\tPrénom\nMartin\tZoé\n".encode(), "Fichier texte, encodage utf-8, séparateur la tabulation."),
        ("sep=|\nNom|Prénom\nMartin|Zoé\n".encode("utf-8-sig"), "Fichier texte, encodage utf-8-sig, séparateur « | »."),
        ("Nom;Prénom\nMartin;Zoé\n".encode("utf-16"), "Fichier texte, encodage utf-16, séparateur « ; »."),
    ],
)
def test_every_text_file_is_told(content, sentence, tmp_path):
    (tmp_path / "a.csv").write_bytes(content)
    assert said(tmp_path / "a.csv")[0] == sentence


def test_a_till_export_is_read_under_its_title(tmp_path):
    for book in WORKBOOKS:
        truth = write_workbook(replace(book, count=60), tmp_path)
        table, found = examine(tmp_path / truth.file)
        assert table.header_row == truth.header_row
        assert [c.filled for c in found.columns] == [
            c.filled for c in truth.columns if c.position + 1 in table.positions
        ]


def test_a_column_is_profiled():
    """Filled, distinct, longest, what comes back most, and what is of another kind than nearly all."""
    made = table_of(
        ["Ville", "E-mail", "Vide"],
        ["Nantes"] * 12 + ["Paris"] * 6 + ["", ""],
        [f"client{n}@example.fr" for n in range(19)] + ["pas de mail"],
        [""] * 20,
    )
    city, email, empty = profile_columns(made)
    assert (city.letter, city.filled, city.distinct, city.longest) == ("A", 18, 2, 6)
    assert city.top == (("Nantes", 12), ("Paris", 6))
    assert city.kind is Kind.TEXT
    assert email.kind is Kind.EMAIL
    assert email.odd == ((21, "pas de mail"),)
    assert email.top == ()
    assert (empty.filled, empty.kind, empty.top, empty.odd) == (0, None, (), ())


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("a@example.fr", Kind.EMAIL),
        ("06 12 34 56 78", Kind.PHONE),
        ("(0)6 12 34 56 78", Kind.PHONE),
        ("24/03/1987", Kind.DATE),
        ("1987-03-24 10:00:00", Kind.DATE),
        (date(1987, 3, 24), Kind.DATE),
        ("12,50", Kind.NUMBER),
        (12.5, Kind.NUMBER),
        (True, Kind.FLAG),
        (CellError("#N/A"), Kind.ERROR),
        ("Nantes", Kind.TEXT),
    ],
)
def test_a_cells_form_says_what_it_holds(cell, kind):
    assert kind_of_cell(cell) is kind


def test_a_sheet_without_rows_is_told():
    made = table(Nom=("a",), Prénom=("b",))
    made.rows, made.columns = [], [[], []]
    found = inspect(made, Outside(".xlsx", (("Clients", True),)), None)
    assert found.sentences[1].say("en") == "The sheet “essai” has no row below its headers."


def test_a_file_that_cannot_be_read_says_why(tmp_path):
    with pytest.raises(InputError, match="cannot be found"):
        examine(tmp_path / "rien.xlsx")
    (tmp_path / "vide.csv").write_bytes(b"")
    with pytest.raises(InputError, match="is empty"):
        examine(tmp_path / "vide.csv")


CARDS = """BEGIN:VCARD
VERSION:3.0
N:Le Goff;Zoé;;Mme;
FN:Zoé Le Goff
ORG:Café de l'Étoile;Direction
item1.EMAIL;type=INTERNET:zoe@example.fr
EMAIL:autre@example.fr
TEL;type=HOME:02 40 12 34 56
TEL;type=CELL:06 12 34 56 78
TEL;type=WORK,FAX:02 40 99 99 99
ADR;type=HOME:;Bât. C;12 rue Haute\\, fond de cour;Nantes;;44000;France
BDAY:19870324
NOTE:Aime le lin\\nTaille 38
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Lef=C3=A8vre;Andr=
=C3=A9;;;
TEL;CELL:+33612345679
NOTE;ENCODING=QUOTED-PRINTABLE:une ligne=0D=0Aune autre
END:VCARD
BEGIN:VCARD
VERSION:4.0
N:O'Neill;Luc
TEL;VALUE=uri;TYPE=cell:tel:+33-6-12-34-56-80
BDAY:1980-02-29
NOTE:une note trop longue pour
  une seule ligne
END:VCARD
"""


def test_contact_cards_are_a_table(tmp_path):
    """Folded lines, quoted-printable, groups of Apple, several versions in one file."""
    (tmp_path / "contacts.vcf").write_text(CARDS, encoding="utf-8")
    table, found = examine(tmp_path / "contacts.vcf")
    rows = [
        {h: c[n] for h, c in zip(table.headers, table.columns, strict=True) if c[n] is not None}
        for n in range(len(table))
    ]
    assert rows == [
        {"FN": "Zoé Le Goff", "N family": "Le Goff", "N given": "Zoé", "N prefix": "Mme", "ORG": "Café de l'Étoile",
         "EMAIL": "zoe@example.fr", "TEL": "02 40 12 34 56", "TEL cell": "06 12 34 56 78", "TEL fax": "02 40 99 99 99",
         "ADR ext": "Bât. C", "ADR street": "12 rue Haute, fond de cour", "ADR locality": "Nantes",
         "ADR code": "44000", "ADR country": "France", "BDAY": "1987-03-24", "NOTE": "Aime le lin\nTaille 38"},
        {"N family": "Lefèvre", "N given": "André", "TEL cell": "+33612345679", "NOTE": "une ligne\r\nune autre"},
        {"N family": "O'Neill", "N given": "Luc", "TEL cell": "+33-6-12-34-56-80", "BDAY": "1980-02-29",
         "NOTE": "une note trop longue pour une seule ligne"},
    ]  # fmt: skip
    assert table.rows == [1, 15, 22]
    assert found.recognised.source.id == "vcard"


def test_a_card_file_without_cards_is_refused(tmp_path):
    (tmp_path / "contacts.vcf").write_text("rien du tout", encoding="utf-8")
    with pytest.raises(InputError, match="is empty"):
        examine(tmp_path / "contacts.vcf")


def test_an_inspection_is_json(tmp_path):
    from core.cli.sources import inspection_data

    book = openpyxl.Workbook()
    book.active.append(["Nom", "Né le"])
    book.active.append(["Martin", date(1987, 3, 24)])
    book.save(tmp_path / "a.xlsx")
    table, found = examine(tmp_path / "a.xlsx")
    data = json.loads(json.dumps(inspection_data(table, found, "fr"), default=str))
    assert data["columns"][1]["kind"] == "date"
    assert data["rows"] == 1


CLIENT = [
    ["Roux", "Zoé", "z@example.fr", "Lyon"],
    ["Petit", "Luc", "l@example.fr", "Paris"],
    ["Blin", "Ida", None, "Nice"],
]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([*CLIENT, ["TOTAL", "3"]], ("row_below", 5, 5)),
        ([*CLIENT, [], ["Imprimé le 12/11/2026"]], ("row_below", 6, 6)),
        ([*CLIENT, [], [], ["Fournisseur", "Téléphone"], ["Durand", "0240000000"]], ("rows_below", 7, 8)),
        ([*CLIENT, ["Totaux, Ltd", "Ali", "t@example.fr", "Lille"]], None),
        ([*CLIENT, ["Seul"]], None),
        ([CLIENT[0], [], CLIENT[1], [], CLIENT[2]], None),
    ],
)
def test_what_stands_below_the_list_is_said_to_be_no_customer(rows, told, tmp_path):
    """A total, a note, another table: never taken in silence. A customer of few cells is nobody's total."""
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Clients")
        sheet.write_row(0, 0, ["Nom", "Prénom", "E-mail", "Ville"])
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
    _, found = examine(tmp_path / "a.xlsx")
    stray = [(s.key, s.params["first"], s.params["last"]) for s in found.sentences if s.key.endswith("_below")]
    assert stray == ([told] if told else [])


def test_a_header_repeated_at_each_page_is_said(tmp_path):
    (tmp_path / "a.csv").write_text("Nom;Prénom\nRoux;Zoé\nNOM;PRENOM\nNom;Luc\n", encoding="utf-8")
    assert "L'en-tête est répété parmi les clients (ligne 3) : supprimez cette ligne avant de continuer." in said(
        tmp_path / "a.csv"
    )
