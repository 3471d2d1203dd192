"""The template as a workbook: its sheets, header, example, guide, stamp, and the customers it is filled with."""

import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from python_calamine import SheetVisibleEnum, load_workbook

from core.errors import InputError
from core.i18n import tr
from core.profiles import load_system
from core.template.stamp import Age, template_age
from core.template.workbook import write_template
from core.workbooks import read_table
from tests.template_parts import MAIN, sheet_xml
from tests.test_profiles import SMALL

SYSTEMS = ("odeis", "cloud-pos", "le-new-black", "lightspeed")


@pytest.fixture(params=SYSTEMS)
def made(request, tmp_path):
    """The French template of each system."""
    profile = load_system(request.param)
    path = tmp_path / "modele.xlsx"
    write_template(profile, path, lang="fr")
    return profile, path


def test_the_first_sheet_has_the_exact_header_and_nothing_else(made):
    profile, path = made
    book = load_workbook(path)
    assert book.sheet_names[0] == profile.sheet
    assert book.get_sheet_by_index(0).to_python() == [[f.header for f in profile.columns()]]


def test_the_other_sheets_are_in_order_and_the_lists_hidden(made):
    profile, path = made
    seen = [(s.name, s.visible) for s in load_workbook(path).sheets_metadata]
    assert seen == [
        (profile.sheet, SheetVisibleEnum.Visible),
        ("Exemple", SheetVisibleEnum.Visible),
        ("Guide", SheetVisibleEnum.Visible),
        ("_listes", SheetVisibleEnum.Hidden),
        ("_carnet", SheetVisibleEnum.VeryHidden),
    ]


def test_the_header_is_frozen_filtered_and_repeated_in_print(made):
    profile, path = made
    root = sheet_xml(path)
    pane = next(root.iter(f"{MAIN}pane"))
    assert (pane.get("state"), pane.get("topLeftCell")) == ("frozen", "A2")
    last = openpyxl.utils.get_column_letter(len(profile.columns()))
    assert next(root.iter(f"{MAIN}autoFilter")).get("ref") == f"A1:{last}1048576"
    assert next(root.iter(f"{MAIN}pageSetup")).get("orientation") == "landscape"
    with zipfile.ZipFile(path) as package:
        assert f"'{profile.sheet}'!$1:$1</definedName>" in package.read("xl/workbook.xml").decode()


def test_required_optional_and_read_only_headers_look_different(made):
    profile, path = made
    row = openpyxl.load_workbook(path)[profile.sheet][1]
    for field, cell in zip(profile.columns(), row, strict=True):
        look = (cell.fill.fgColor.rgb[2:], cell.font.bold, cell.font.italic)
        wanted = ("D9D9D9", False, True) if field.read_only else ("1F4E79", True, False) if field.required else (
            "DDEBF7", True, False)  # fmt: skip
        assert look == wanted, field.key


def test_the_example_is_one_complete_customer(made):
    profile, path = made
    rows = load_workbook(path).get_sheet_by_name("Exemple").to_python()
    assert len(rows) == 2
    for field, header, value in zip(profile.columns(), *rows, strict=True):
        label = next((c.label["fr"] for c in field.choices if field.show_labels and c.value == field.example), "")
        assert (header, value) == (field.header, label or field.example)


def test_the_guide_explains_every_column(made):
    profile, path = made
    rows = load_workbook(path).get_sheet_by_name("Guide").to_python()
    start = next(n for n, row in enumerate(rows) if row[:2] == ["Col.", "Titre exact"]) + 1
    for field, row in zip(profile.columns(), rows[start:], strict=False):
        assert row[1] == field.header
        assert field.help["fr"] in row[2]
        assert row[3] == ("Lecture seule" if field.read_only else "Oui" if field.required else "Non")
        assert row[5] == str(field.max_length or "–")
        for choice in field.choices:
            assert (choice.label["fr"] if field.show_labels else choice.value) in row[6]
    text = "\n".join(str(cell) for row in rows for cell in row)
    assert profile.notes["fr"] in text
    for option in profile.options:
        assert option.help["fr"] in text


def test_the_stamp_says_system_version_language_and_fields(made):
    profile, path = made
    stamp = read_table(path).stamp
    assert (stamp["system"], stamp["version"], stamp["language"]) == (profile.id, profile.version, "fr")
    assert stamp["made_by"].startswith("Carnet ")
    columns = {key.removeprefix("column:"): v for key, v in stamp.items() if key.startswith("column:")}
    assert columns == {f.header: f"{f.key} {f.type}" for f in profile.columns()}


def test_an_english_template_is_english(tmp_path):
    write_template(load_system("odeis"), tmp_path / "t.xlsx", lang="en")
    book = load_workbook(tmp_path / "t.xlsx")
    assert book.sheet_names[:3] == ["Clients", "Example", "Guide"]
    assert book.get_sheet_by_name("Guide").to_python()[0][0] == "Customer import template: Odeis (fichier routage)"


AGES = [
    ({}, Age.UNSTAMPED),
    ({"system": "cloud-pos", "version": "1"}, Age.OTHER),
    ({"system": "odeis", "version": "0"}, Age.OLDER),
    ({"system": "odeis", "version": "0.9.10"}, Age.OLDER),
    ({"system": "odeis"}, Age.OLDER),
    ({"system": "odeis", "version": "1"}, Age.CURRENT),
    ({"system": "odeis", "version": "1.2"}, Age.NEWER),
    ({"system": "odeis", "version": "10"}, Age.NEWER),
]


@pytest.mark.parametrize(("stamp", "age"), AGES)
def test_a_template_of_an_older_version_is_recognised(stamp, age):
    assert template_age(stamp, load_system("odeis")) is age


CUSTOMERS = [
    {
        "title": "mrs",
        "last_name": "=HYPERLINK(1)",
        "first_name": " Chloé\n& <fille>",
        "mobile": "+33639980102",
        "postcode": "01000",
        "country": "FR",
        "birth_date": date(1987, 3, 24),
        "loyalty_card": "0043372412345678901",
        "undeliverable": False,
        "free_code_1": "_x0041_\x07",
        "company": "no such column in Odeis",
    },
    {"last_name": "NA", "birth_date": None, "postcode": ""},
]
WRITTEN = [
    ["Mme", "=HYPERLINK(1)", " Chloé\n& <fille>", "", "", "01000", "", "F", "06 39 98 01 02", "", "",
     date(1987, 3, 24), "0043372412345678901", "N", "", "_x0041_"],
    ["", "NA", *[""] * 14],
]  # fmt: skip


def test_customers_come_back_as_they_are(tmp_path):
    path = tmp_path / "clients.xlsx"
    write_template(load_system("odeis"), path, lang="fr", customers=CUSTOMERS)
    assert load_workbook(path).get_sheet_by_name("Clients").to_python()[1:] == WRITTEN
    sheet = openpyxl.load_workbook(path)["Clients"]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value} == {"s", "d"}
    assert {cell.number_format for cell in sheet[2] if cell.value} == {"@", "DD/MM/YYYY"}
    assert sheet.dimensions == "A1:P3"


def test_amounts_are_numbers(tmp_path):
    path = tmp_path / "clients.xlsx"
    customer = {"company": "Perrault", "country": "FR", "discount": Decimal("2.55"), "contact_type": "press"}
    write_template(load_system("le-new-black"), path, lang="fr", customers=[customer])
    header, row = load_workbook(path).get_sheet_by_name("Retailers").to_python()
    assert row[header.index("Discount rate")] == 2.55
    assert row[header.index("Contact group")] == "Presse"


def test_a_template_whose_words_look_like_formulas_has_none(tmp_path):
    """A system of the user's own may have any header: it is text, never a formula."""
    folder = tmp_path / "systems"
    folder.mkdir()
    text = SMALL.replace('"NOM"', '"=NOM()"').replace('value = "Y"', 'value = "=1+1"')
    (folder / "caisse.toml").write_text(text, encoding="utf-8")
    path = tmp_path / "t.xlsx"
    write_template(load_system("caisse", [folder]), path, lang="fr")
    assert load_workbook(path).get_sheet_by_index(0).to_python() == [["=NOM()", "MAIL", "VIP"]]
    with zipfile.ZipFile(path) as package:
        assert not any(b"<f>" in package.read(name) for name in package.namelist() if "worksheets" in name)


def test_a_template_that_cannot_be_written_says_where_and_leaves_nothing(tmp_path):
    target = tmp_path / "missing" / "t.xlsx"
    with pytest.raises(InputError) as caught:
        write_template(load_system("odeis"), target, lang="fr")
    assert str(target.parent) in tr(caught.value.key, "fr", **caught.value.params)
    taken = tmp_path / "dossier.xlsx"
    taken.mkdir()
    with pytest.raises(InputError):
        write_template(load_system("odeis"), taken, lang="fr")
    assert list(tmp_path.iterdir()) == [taken]
