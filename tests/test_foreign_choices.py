"""Choices that only another system has: left blank and said in an export and a delivery, as in a conversion."""

from __future__ import annotations

import openpyxl
import pytest

from core import actions
from core.cli import main
from core.delivery.note import left_out_lines
from tests.customer_sheets import request, sheet
from tests.export_parts import context


@pytest.fixture
def strangers(tmp_path):
    """Customers of other systems: a company's title, a third sex, the title « Dr » and one that nobody's list has."""
    where = context("cloud-pos", str(tmp_path / "c.db"))
    people = [
        {"last_name": "Atelier", "title": "company"},
        {"last_name": "Roux", "title": "mrs", "sex": "non_binary"},
        {"last_name": "Weil", "title": "dr", "sex": "male"},
        {"last_name": "Brun", "title": "Maître"},
    ]
    with actions.open_database(where.db, create=True) as database:
        database.push(sheet(people), request(backup=False))
    return where.db


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("system", "header", "cells", "lost"),
    [
        ("cloud-pos", "title", ["", "Mrs", "Dr", "Maître"], [1]),
        ("cloud-pos", "sex", ["", "", "Male", ""], [2]),
        ("le-new-black", "title", ["", "mrs", "", "Maître"], [1, 3]),
        ("odeis", "title", ["Sté", "Mme", "", "Maître"], [3]),
        ("lightspeed", "sex", ["", "N", "M", ""], None),
    ],
)
def test_a_choice_of_another_system_is_left_blank_and_said(strangers, tmp_path, system, header, cells, lost, suffix):
    """Carnet's own word for a choice is in no system's list: the cell is blank, and a push of it changes nobody."""
    where, path = context(system, strangers), tmp_path / f"e.{suffix}"
    done = actions.export_file(path, actions.Wanted(), where)
    table = actions.read_customers(path, where.profile)
    column = table.columns[table.headers.index(where.profile.field(header).header)]
    assert [cell or "" for cell in column] == cells
    assert done.without_code.get(where.profile.field(header).header) == lost
    if suffix == "xlsx":
        report = actions.push_file(path, where, actions.PushChoices(backup=False)).report
        assert [str(o.outcome) for o in report.outcomes] == ["unchanged"] * 4


def test_the_command_line_says_what_an_export_left_blank(strangers, tmp_path, capsys):
    order = ["export", "--system", "cloud-pos", "--db", strangers, "-o", str(tmp_path / "e.xlsx"), "--lang", "fr"]
    with pytest.raises(SystemExit) as stopped:
        main(order)
    assert stopped.value.code == 0
    said = capsys.readouterr().out.replace("\u00a0", " ").replace("\u202f", " ").splitlines()
    assert "Title : 1 valeur sans équivalent dans Citrus-Lime Cloud POS, laissée vide, client n° 1." in said


def test_a_choice_of_another_system_is_delivered_empty_and_listed(tmp_path):
    """Carnet's own word for a choice, which an open list lets through a check, is in no vendor's list."""
    path = tmp_path / "c.csv"
    path.write_text("Last Name;Title\nAtelier;company\nRoux;Mrs\nBrun;Maître\n", encoding="utf-8-sig")
    done = actions.deliver_file(path, tmp_path / "out", context("cloud-pos", ""), actions.Packing())
    (written,) = done.files
    rows = list(openpyxl.load_workbook(written).worksheets[0].iter_rows(values_only=True))
    assert [row[rows[0].index("Title")] for row in rows[1:]] == [None, "Mrs", "Maître"]
    assert done.delivery.without_code == {"Title": [2]}
    said = [line.replace("\u00a0", " ") for line in left_out_lines(done.delivery, "fr")]
    assert "Title : 1 valeur sans équivalent dans Citrus-Lime Cloud POS, livrée vide, ligne 2." in said
