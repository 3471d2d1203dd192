"""The rules at work: real keys typed into a template in LibreOffice's own window."""

import subprocess
import time
from pathlib import Path

import pytest

from core.profiles import load_system
from core.template.workbook import write_template
from tests.lo_engine.office import OfficeOptions, start
from tests.lo_engine.screenshot import press, virtual_screen
from tests.parts import require

TYPED = {
    "odeis": [
        ("B2", "Un nom de famille beaucoup trop long", "", "Nom"),
        ("A2", "Docteur", "", "Genre"),
        ("A3", "Mme", "Mme", ""),
        ("H2", "FRANCE", "", "Pays"),
        ("I2", "0639980102", "0639980102", ""),
        ("L2", "24/03/2099", "", "Date de naissance"),
        ("L3", "24/03/1987", "24/03/1987", ""),
        ("M2", "0043372412345678901", "0043372412345678901", ""),
        ("J2", "+33465710102", "+33465710102", ""),
    ],
    "lightspeed": [
        ("AG2", "1", "1", ""),
        ("AG3", "2", "", "enable_loyalty"),
        ("AH2", "12", "", "balance"),
    ],
}
"""Cell, keys typed, what the cell then shows, and the title of the box that refused (none if "")."""


def boxes(display: str, title: str) -> bool:
    """Say whether a window of exactly this title is open."""
    command = ["xdotool", "search", "--name", f"^{title}$"]
    found = subprocess.run(command, env={"DISPLAY": display}, capture_output=True, check=False)
    return bool(found.stdout.strip())


def type_into(display: str, document, cell: str, text: str, title: str) -> tuple[str, bool]:
    """Type into a cell and confirm; return what it shows afterwards, and whether the box opened."""
    sheet = document.Sheets.getByIndex(0)
    document.CurrentController.select(sheet.getCellRangeByName(cell))
    time.sleep(0.3)
    press(display, "type", text)
    press(display, "key", "Return")
    refused = boxes(display, title) if title else False
    if refused:
        press(display, "key", "Return")
        press(display, "key", "Escape")
    return sheet.getCellRangeByName(cell).String, refused


@pytest.mark.gui
@pytest.mark.slow
@pytest.mark.parametrize("system", TYPED)
def test_the_program_itself_refuses_what_the_rules_forbid(tmp_path: Path, system: str):
    """LibreOffice keeps what the rules allow, exactly as typed, and refuses the rest with the column's own box."""
    require("libreoffice")
    require("xvfb")
    path = tmp_path / "modele.xlsx"
    write_template(load_system(system), path, lang="fr")
    with virtual_screen() as display:
        office = start(OfficeOptions(display=display, locale="fr-FR"))
        try:
            document = office.load(path)
            time.sleep(1)
            document.CurrentController.Frame.ComponentWindow.setFocus()
            seen = [
                (cell, text, *type_into(display, document, cell, text, box)) for cell, text, _, box in TYPED[system]
            ]
        finally:
            office.kill()
    assert seen == [(cell, text, shown, bool(box)) for cell, text, shown, box in TYPED[system]]
