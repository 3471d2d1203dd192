"""Files that are no workbook, or a package made to fail: each function writes one."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

from tests.corpus.hostile_case import TABLE, HostileFile
from tests.corpus.raw_xlsx import (
    MAIN,
    Parts,
    inline_rows,
    shared_part,
    shared_rows,
    sheet_of,
    workbook_parts,
    write_parts,
)

FILES = Path(__file__).parent / "files"
GIGABYTE = 1 << 30
SECRET = "ne doit jamais sortir de ce fichier"
"""The content of the file that the external entity points at."""


def good_parts() -> Parts:
    """Return the parts of a sound workbook that holds the table."""
    data, strings = shared_rows(TABLE)
    return workbook_parts(sheet_of(data), shared=shared_part(strings))


def good_bytes() -> bytes:
    """Return a sound workbook as bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in good_parts():
            package.writestr(name, content)
    return buffer.getvalue()


def text_renamed(path: Path) -> None:
    """Write a semicolon text that was renamed by hand."""
    path.write_text("\n".join(";".join(row) for row in TABLE), encoding="cp1252")


def html_renamed(path: Path) -> None:
    """Write a web table under the name .xls, as many back offices export it."""
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    path.write_text(f"<html><meta charset='utf-8'><table>{rows}</table></html>", encoding="utf-8")


def png_renamed(path: Path) -> None:
    """Write the head of a picture."""
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(200))


def other_zip(path: Path) -> None:
    """Write a zip that holds a letter and no workbook."""
    write_parts(path, [("lettre.txt", b"Bonjour")])


def zero_bytes(path: Path) -> None:
    """Write nothing at all."""
    path.write_bytes(b"")


def empty_sheet(path: Path) -> None:
    """Write a workbook whose only sheet has no cell."""
    write_parts(path, workbook_parts(sheet_of("")))


def directory(path: Path) -> None:
    """Make a folder with the name of a workbook."""
    path.mkdir()


def fixture(path: Path) -> None:
    """Copy the committed file of that name: made once by another program (see files/README.md)."""
    path.write_bytes((FILES / path.name).read_bytes())


def truncated(path: Path) -> None:
    """Write the first two thirds of a workbook, as a broken download leaves it."""
    whole = good_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])


def cut_sheet(path: Path) -> None:
    """Write a sound zip whose sheet stops in the middle of a tag."""
    parts = good_parts()
    name, sheet = parts[-1]
    write_parts(path, [*parts[:-1], (name, sheet[: len(sheet) * 2 // 3])])


def flipped_bytes(path: Path) -> None:
    """Write a workbook with bytes of its sheet's compressed stream flipped, as a dying disk does."""
    whole = bytearray(good_bytes())
    start = whole.index(b"xl/worksheets/sheet1.xml") + len("xl/worksheets/sheet1.xml")
    for offset in range(start + 20, start + 60):
        whole[offset] ^= 0xFF
    path.write_bytes(bytes(whole))


def broken_ole(path: Path) -> None:
    """Write the signature of an old Excel file, then noise."""
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(range(256)) * 8)


def zip_bomb(path: Path) -> None:
    """Write 1 GB of blanks as the sheet: about 1 MB on disk."""
    parts = good_parts()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in parts[:-1]:
            package.writestr(name, content)
        with package.open(parts[-1][0], "w", force_zip64=True) as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}"><sheetData>'.encode())
            blanks = b" " * (1 << 20)
            for _ in range(GIGABYTE >> 20):
                sheet.write(blanks)
            sheet.write(b"</sheetData></worksheet>")


def lying_bomb(path: Path) -> None:
    """Write 64 MB of blanks as the sheet, and 100 bytes as its declared size."""
    parts = good_parts()
    sheet = sheet_of(" " * (1 << 26)).encode()
    write_parts(path, [*parts[:-1], (parts[-1][0], sheet)])
    path.write_bytes(path.read_bytes().replace(struct.pack("<L", len(sheet)), struct.pack("<L", 100)))


def _with_entities(sheet: str, doctype: str) -> str:
    prolog, rest = sheet.split("\n", 1)
    return f"{prolog}\n{doctype}{rest}"


def _laughs() -> str:
    lines = ['<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    return f"<!DOCTYPE bomb [{''.join(lines)}]>"


def laughs_in_sheet(path: Path) -> None:
    """Write a sheet whose one cell unfolds to 2 billion letters."""
    data = '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>'
    write_parts(path, workbook_parts(_with_entities(sheet_of(data), _laughs())))


def laughs_in_strings(path: Path) -> None:
    """Write shared strings with the same bomb."""
    sheet = sheet_of('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    shared = _with_entities(shared_part(["<t>&a9;</t>"], raw=True), _laughs())
    write_parts(path, workbook_parts(sheet, shared=shared))


def external_entity(path: Path) -> None:
    """Write a cell that asks for a file of this machine; that file is written beside, holding SECRET."""
    secret = path.with_suffix(".secret.txt")
    secret.write_text(SECRET, encoding="utf-8")
    doctype = f'<!DOCTYPE x [<!ENTITY leak SYSTEM "{secret.resolve().as_uri()}">]>'
    data = inline_rows(TABLE[:1]) + '<row r="2"><c r="A2" t="inlineStr"><is><t>&leak;</t></is></c></row>'
    write_parts(path, workbook_parts(_with_entities(sheet_of(data), doctype)))


def same_part_twice(path: Path) -> None:
    """Write two parts of one name with different customers: two readers would see two tables."""
    other = sheet_of(inline_rows([TABLE[0], ("Autre", "Table", "75001", "", "")]))
    write_parts(path, [*good_parts(), ("xl/worksheets/sheet1.xml", other.encode())])


def deep_nesting(path: Path) -> None:
    """Write 200,000 elements inside each other: a reader that recurses falls over."""
    depth = 200_000
    nest = "<ext>" * depth + "</ext>" * depth
    write_parts(path, workbook_parts(sheet_of(inline_rows(TABLE), after=f"<extLst>{nest}</extLst>")))


PACKAGES = (
    HostileFile("texte_renomme.xlsx", text_renamed, refused_as="not_a_workbook"),
    HostileFile("page_web.xls", html_renamed, refused_as="not_a_workbook"),
    HostileFile("image.xlsx", png_renamed, refused_as="not_a_workbook"),
    HostileFile("lettre.xlsx", other_zip, refused_as="not_a_workbook"),
    HostileFile("vide.xlsx", zero_bytes, refused_as="empty"),
    HostileFile("vide.csv", zero_bytes, refused_as="empty"),
    HostileFile("feuille_vide.xlsx", empty_sheet, refused_as="empty"),
    HostileFile("dossier.xlsx", directory, refused_as="directory"),
    HostileFile("chiffre.xlsx", fixture, refused_as="encrypted"),
    HostileFile("chiffre.xls", fixture, refused_as="encrypted"),
    HostileFile("ancien.xls", fixture, reads_as=TABLE),
    HostileFile("tronque.xlsx", truncated, refused_as="damaged"),
    HostileFile("feuille_coupee.xlsx", cut_sheet, refused_as="damaged"),
    HostileFile("octets_abimes.xlsx", flipped_bytes, refused_as="damaged"),
    HostileFile("ole_abime.xls", broken_ole, refused_as="damaged"),
    HostileFile("bombe_zip.xlsx", zip_bomb, refused_as="dangerous", heavy=True),
    HostileFile("bombe_menteuse.xlsx", lying_bomb, refused_as="dangerous"),
    HostileFile("bombe_feuille.xlsx", laughs_in_sheet, refused_as="dangerous"),
    HostileFile("bombe_textes.xlsx", laughs_in_strings, refused_as="dangerous"),
    HostileFile("entite_externe.xlsx", external_entity, refused_as="dangerous"),
    HostileFile("deux_fois_la_feuille.xlsx", same_part_twice, refused_as="damaged"),
    HostileFile("imbrique.xlsx", deep_nesting, reads_as=TABLE, refused_as="dangerous"),
)
"""All of them, with what must come of each."""
