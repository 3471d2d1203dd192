"""Reads a template with something else than what wrote it: the parts of the package themselves, and calamine."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import load_workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class FoundRule:
    """A data validation as the file holds it."""

    kind: str
    style: str
    operator: str | None
    formula1: str
    formula2: str | None
    blank: bool
    title: str
    hint: str
    error: str


def sheet_xml(path: Path, number: int = 1) -> ElementTree.Element:
    """Return the root of the n-th sheet's XML."""
    with zipfile.ZipFile(path) as package:
        return ElementTree.fromstring(package.read(f"xl/worksheets/sheet{number}.xml"))


def found_rules(path: Path) -> dict[str, FoundRule]:
    """Return the rules of the customers sheet by their cells."""
    rules = {}
    for tag in sheet_xml(path).iter(f"{MAIN}dataValidation"):
        assert tag.get("showInputMessage") == tag.get("showErrorMessage") == "1"
        rules[tag.get("sqref", "")] = FoundRule(
            tag.get("type", "none"),
            tag.get("errorStyle", "stop"),
            tag.get("operator"),
            tag.findtext(f"{MAIN}formula1", ""),
            tag.findtext(f"{MAIN}formula2"),
            tag.get("allowBlank") == "1",
            tag.get("promptTitle", ""),
            tag.get("prompt", ""),
            tag.get("error", ""),
        )
    return rules


def list_values(path: Path, reference: str) -> list[str]:
    """Return the values that a rule's range holds, as another library reads them."""
    sheet, letters, first, last = re.fullmatch(r"(\w+)!\$([A-Z]+)\$(\d+):\$\2\$(\d+)", reference).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    rows = load_workbook(path).get_sheet_by_name(sheet).to_python()
    return [rows[n][column - 1] for n in range(int(first) - 1, int(last))]


def column_formats(path: Path, number: int = 1) -> list[str]:
    """Return the number format of each column of a sheet."""
    with zipfile.ZipFile(path) as package:
        styles = ElementTree.fromstring(package.read("xl/styles.xml"))
    own = {tag.get("numFmtId"): tag.get("formatCode") for tag in styles.iter(f"{MAIN}numFmt")}
    built_in = {"0": "General", "4": "#,##0.00", "14": "mm-dd-yy", "49": "@"}
    used = [tag.get("numFmtId") for tag in styles.find(f"{MAIN}cellXfs")]
    formats = []
    for column in sheet_xml(path, number).iter(f"{MAIN}col"):
        code = used[int(column.get("style", "0"))]
        formats += [own.get(code) or built_in[code]] * (int(column.get("max")) - int(column.get("min")) + 1)
    return formats
