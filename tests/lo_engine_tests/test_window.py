"""VBA and the window: what needs more of LibreOffice than its cells."""

import struct

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation

from addin.build.modules import make_module
from addin.build.package import make_package
from tests.lo_engine.excel_limits import ExcelRefusal
from tests.lo_engine.office import OfficeError
from tests.lo_engine.screenshot import Shot, take
from tests.lo_engine.vba import open_macro_book
from tests.parts import require

pytest_plugins = ["tests.lo_engine.fixtures"]
RIBBON = '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"/>'
MODULE = """Attribute VB_Name = "Probe"
Public Function Twice(n)
    Twice = n * 2
End Function
Public Sub WriteName()
    ActiveWorkbook.ActiveSheet.Range("A1").Value = "écrit"
End Sub
"""


@pytest.fixture
def macro_book(excel, tmp_path):
    path = tmp_path / "probe.xlam"
    path.write_bytes(make_package({"texts": [("a", "b")]}, [make_module(MODULE, "probe")], RIBBON))
    opened = open_macro_book(excel.impl.office, path, hidden=True)
    yield opened
    opened.close()


def test_a_vba_procedure_of_an_add_in_works_on_the_active_book(macro_book, book, excel):
    assert "Twice = n * 2" in macro_book.sources()["Probe"]
    assert macro_book.call("Probe.Twice", 21) == 42
    macro_book.call("Probe.WriteName")
    assert book.sheets[0]["A1"].value == "écrit"
    assert excel.macro("probe.xlam!Probe.Twice")(4) == 8
    assert [opened.name for opened in excel.books] == [book.name], "an add-in is no book"


def test_a_procedure_that_is_not_there_is_an_error(macro_book, excel):
    with pytest.raises(OfficeError):
        macro_book.call("Probe.Nothing")
    with pytest.raises(ExcelRefusal):
        excel.macro("absent.xlam!Probe.Twice")(4)


@pytest.fixture
def ruled(tmp_path):
    book = openpyxl.Workbook()
    rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1="5", showErrorMessage=True)
    rule.error = "5 caractères au plus"
    book.active.add_data_validation(rule)
    rule.add("A1:A9")
    book.save(tmp_path / "ruled.xlsx")
    return tmp_path / "ruled.xlsx"


@pytest.mark.gui
def test_a_picture_shows_the_error_box_of_a_cell_rule(ruled, tmp_path):
    require("libreoffice")
    require("xvfb")
    before = ruled.read_bytes()
    pictures = {}
    for text in ("court", "beaucoup trop long"):
        take(Shot(ruled, cell="A1", text=text, size="800x600"), tmp_path / "shot.png")
        pictures[text] = (tmp_path / "shot.png").read_bytes()
    sizes = [struct.unpack(">II", picture[16:24]) for picture in pictures.values()]
    assert sizes == [(800, 600)] * 2
    assert middle_is_box(pictures["beaucoup trop long"], tmp_path)
    assert not middle_is_box(pictures["court"], tmp_path)
    assert ruled.read_bytes() == before


def middle_is_box(picture, folder):
    """Say whether the middle of the screen is a grey box, not the white of cells."""
    import subprocess

    (folder / "middle.png").write_bytes(picture)
    crop = ["convert", str(folder / "middle.png"), "-crop", "40x40+340+310", "-scale", "1x1!", "-format"]
    value = subprocess.run([*crop, "%[fx:mean]", "info:"], capture_output=True, text=True, check=True).stdout
    return float(value) < 0.9
