"""The shipped add-in: it is what its sources give, and independent readers agree on what it holds."""

import io
import time
import warnings
import zipfile
from importlib.metadata import files
from pathlib import Path

import olefile
import openpyxl
import pytest
from openxml_audit import OpenXmlValidator
from pyopenvba import ExcelFile, check_file

from addin.build import SOURCE, VBA_PROJECT, XLAM
from addin.build.assemble import assemble, shipped_modules
from addin.build.modules import read_module
from addin.build.package import RIBBON_PART, read_parts

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # oletools calls pyparsing by old names
    from oletools.mraptor import MacroRaptor
    from oletools.olevba import VBA_Parser

SHEETS = ["texts", "systems", "licences"]


@pytest.fixture(scope="module")
def modules():
    return [read_module(SOURCE / "Ribbon.bas"), *shipped_modules()]


@pytest.fixture(scope="module")
def built(modules):
    return assemble(modules[1:])


@pytest.fixture(scope="module")
def project():
    return olefile.OleFileIO(
        io.BytesIO(read_parts(XLAM.read_bytes())["xl/vbaProject.bin"]), raise_defects=olefile.DEFECT_UNSURE
    )


def test_the_shipped_file_is_what_its_sources_give(built):
    """Run `python -m addin.build` when this fails. Parts are compared: another zlib packs the same parts otherwise."""
    shipped, wanted = read_parts(XLAM.read_bytes()), read_parts(built)
    assert list(shipped) == list(wanted)
    assert [name for name in wanted if shipped[name] != wanted[name]] == []


def test_two_builds_give_the_same_bytes(built, modules):
    time.sleep(2.1)  # a zip stores times in steps of two seconds
    assert assemble(modules[1:]) == built


def test_olevba_reads_every_module_as_written(modules):
    parser = VBA_Parser(str(XLAM))
    read = {name.rpartition(".")[0]: code for _, _, name, code in parser.extract_macros()}
    parser.close()
    documents = ["ThisWorkbook", "Sheet1", "Sheet2", "Sheet3"]
    assert list(read) == documents + [module.name for module in modules]
    for module in modules:
        assert body(read[module.name]) == body(module.source), module.name
    assert all(body(read[name]) == "" for name in documents)


def test_a_scanner_of_macros_finds_nothing_that_runs_by_itself(modules):
    scan = MacroRaptor("\n".join(module.source for module in modules))
    scan.scan()
    assert not scan.autoexec
    assert not scan.suspicious


def test_pyopenvba_reads_every_module_and_finds_no_fault(modules):
    with ExcelFile(XLAM) as book:
        for module in modules:
            assert body(book.get_module(module.name)) == body(module.source), module.name
        assert [(r.name, r.guid.upper()) for r in book.references()] == [
            ("stdole", "{00020430-0000-0000-C000-000000000046}"),
            ("Office", "{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}"),
        ]
    report = check_file(XLAM)
    assert report.complete
    assert report.issues == ()


def body(source):
    """The text of a module without the attributes at its top, which each reader shows in its own way."""
    lines = source.splitlines()
    while lines and (not lines[0].strip() or lines[0].startswith(("Attribute VB_", "VERSION ", "BEGIN", "  ", "END"))):
        lines.pop(0)
    return "\n".join(lines).strip()


def test_the_project_is_named_open_and_holds_no_compiled_code(project):
    assert project.parsing_issues == []
    text = project.openstream("PROJECT").read().decode("cp1252")
    assert f'\r\nName="{VBA_PROJECT}"\r\n' in text
    assert "\r\nModule=Ribbon\r\n" in text
    assert "\r\nClass=Dictionary\r\n" in text
    assert "\r\nDocument=ThisWorkbook/&H00000000\r\n" in text
    assert project.openstream("VBA/_VBA_PROJECT").read() == bytes.fromhex("CC61FFFF000000")
    streams = {"/".join(stream) for stream in project.listdir()}
    assert not [stream for stream in streams if "SRP" in stream]
    for module in ("Ribbon", "xlwings", "ThisWorkbook", "Sheet1"):
        assert project.openstream(f"VBA/{module}").read(1) == b"\x01", "compressed source begins at once"


def test_the_package_opens_cleanly_and_is_an_add_in():
    result = OpenXmlValidator().validate(str(XLAM))
    assert result.is_valid
    assert result.errors == []
    types = read_parts(XLAM.read_bytes())["[Content_Types].xml"].decode()
    assert 'PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.addin.macroEnabled.main+xml"' in types


@pytest.fixture
def workbook(tmp_path):
    """The same file as a workbook with macros: openpyxl does not open add-ins."""
    path = tmp_path / "carnet.xlsm"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in read_parts(XLAM.read_bytes()).items():
            archive.writestr(name, content.replace(b"ms-excel.addin.macro", b"ms-excel.sheet.macro"))
    return path


def test_openpyxl_keeps_the_project_and_reads_the_sheets(workbook, tmp_path):
    book = openpyxl.load_workbook(workbook, keep_vba=True)
    assert book.sheetnames == SHEETS
    texts = {row[0]: row[1:] for row in book["texts"].iter_rows(values_only=True)}
    assert texts["group_check"][:2] == ("Contrôle", "Check")
    book.save(tmp_path / "again.xlsm")
    book.vba_archive.close()  # openpyxl leaves it open, and Python complains of it when it ends
    again, first = read_parts((tmp_path / "again.xlsm").read_bytes()), read_parts(workbook.read_bytes())
    assert again["xl/vbaProject.bin"] == first["xl/vbaProject.bin"]
    assert again[RIBBON_PART] == first[RIBBON_PART]


@pytest.mark.parametrize("name", ["xlwings", "dictionary"])
def test_the_licence_of_what_is_embedded_is_inside(name, workbook):
    sheet = openpyxl.load_workbook(workbook)["licences"]
    inside = "\n".join(row[0] or "" for row in sheet.iter_rows(values_only=True))
    licence = (SOURCE / "licences" / f"{name}.txt").read_text("utf-8").strip()
    assert licence in inside
    assert len(licence) > 900


def test_the_licence_text_is_the_one_of_the_installed_xlwings():
    original = next(file for file in files("xlwings") or [] if file.name == "LICENSE.txt")
    words = Path(original.locate()).read_text("utf-8").split()
    assert (SOURCE / "licences" / "xlwings.txt").read_text("utf-8").split() == words
