"""Sheets that are odd yet sound, and sheets that cannot be a customers' table: each function writes one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.corpus.hostile_case import HEADER, TABLE, HostileFile, Rows
from tests.corpus.raw_xlsx import (
    MAIN,
    SHEET_TYPE,
    STRICT_MAIN,
    inline_rows,
    shared_part,
    shared_rows,
    sheet_of,
    workbook_parts,
    write_parts,
)

LAST_ROW = 1_048_576
TITLE = ("Export clients du 03/02/2026", "", "", "", "")
NO_HEADER: Rows = tuple(
    (name, first, postcode, phone, email)
    for name, first, postcode, phone, email in (
        *TABLE[1:],
        ("Le Goff", "Yann", "29000", "0298000001", "yann@example.fr"),
        ("Da Silva", "Inès", "93100", "0145000002", "ines@example.fr"),
    )
)


def ghost_rows(path: Path) -> None:
    """Write the table, then formatted empty rows down to the last row of Excel."""
    ghosts = "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(len(TABLE) + 1, LAST_ROW + 1))
    write_parts(path, workbook_parts(sheet_of(inline_rows(TABLE) + ghosts)))


def ghost_cells(path: Path) -> None:
    """Write the table, then 200,000 rows of formatted cells without a value, and one far to the right."""
    ghosts = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="E{n}" s="1"/></row>' for n in range(5, 200_000))
    far = f'<row r="{LAST_ROW}"><c r="XFD{LAST_ROW}" s="1"/></row>'
    write_parts(path, workbook_parts(sheet_of(inline_rows(TABLE) + ghosts + far)))


def full_sheet(path: Path) -> None:
    """Write 1,048,576 rows that are all used (a header and 1,048,575 names)."""
    name = b'<c t="inlineStr"><is><t>Durand</t></is></c>'
    rows = b"".join(b"<row>%b<c><v>%d</v></c></row>" % (name, n) for n in range(2, LAST_ROW + 1))
    head = b'<row><c t="inlineStr"><is><t>Nom</t></is></c><c t="inlineStr"><is><t>Carte</t></is></c></row>'
    before, after = sheet_of("@").encode().split(b"@")
    write_parts(path, workbook_parts(before + head + rows + after))


def inline_strings(path: Path) -> None:
    """Write texts inside their cells, with no shared strings part at all."""
    write_parts(path, workbook_parts(sheet_of(inline_rows(TABLE))))


def strict(path: Path) -> None:
    """Write the ISO "strict" flavour, whose namespaces differ."""
    data, strings = shared_rows(TABLE)
    sheet = sheet_of(data, namespace=STRICT_MAIN)
    write_parts(path, workbook_parts(sheet, shared=shared_part(strings, namespace=STRICT_MAIN), strict=True))


def odd_path(path: Path) -> None:
    """Write the sheet at /xl/foo/bar.xml, named by an absolute target."""
    data, strings = shared_rows(TABLE)
    parts = workbook_parts(sheet_of(data), shared=shared_part(strings), sheet_path="/xl/foo/bar.xml")
    write_parts(path, parts)


def prefixed(path: Path) -> None:
    """Write every tag of the sheet with a namespace prefix, as some .NET exporters do."""
    sheet = sheet_of(inline_rows(TABLE)).replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    for tag in ("worksheet", "sheetData", "row", "c ", "c>", "is", "t ", "t>"):
        sheet = sheet.replace(f"<{tag}", f"<x:{tag}").replace(f"</{tag}", f"</x:{tag}")
    write_parts(path, workbook_parts(sheet))


def without_references(path: Path) -> None:
    """Write rows and cells without their `r`: position alone says where they are."""
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in TABLE
    )
    write_parts(path, workbook_parts(sheet_of(rows)))


def lying_dimension(path: Path) -> None:
    """Write a sheet that declares A1 as its whole extent."""
    write_parts(path, workbook_parts(sheet_of(inline_rows(TABLE), before='<dimension ref="A1"/>')))


def utf16_sheet(path: Path) -> None:
    """Write the sheet part in UTF-16, which XML allows."""
    sheet = sheet_of(inline_rows(TABLE)).replace('encoding="UTF-8"', 'encoding="UTF-16"')
    write_parts(path, workbook_parts(sheet.encode("utf-16")))


def _string_items(texts: list[str], pattern: str) -> list[str]:
    def item(text: str) -> str:
        half = len(text) // 2
        return pattern.format(a=text[:half], b=text[half:])

    return [item(text) for text in texts]


def rich_text(path: Path) -> None:
    """Write each text in two runs, half of it bold."""
    data, strings = shared_rows(TABLE)
    run = '<r><rPr><b/></rPr><t xml:space="preserve">{a}</t></r><r><t xml:space="preserve">{b}</t></r>'
    write_parts(path, workbook_parts(sheet_of(data), shared=shared_part(_string_items(strings, run), raw=True)))


def phonetic(path: Path) -> None:
    """Write each text with a phonetic reading, which is no part of the value."""
    data, strings = shared_rows(TABLE)
    item = '<t xml:space="preserve">{a}{b}</t><rPh sb="0" eb="1"><t>カナ</t></rPh><phoneticPr fontId="0"/>'
    write_parts(path, workbook_parts(sheet_of(data), shared=shared_part(_string_items(strings, item), raw=True)))


def macros(path: Path) -> None:
    """Write a macro workbook: the content type and a stand-in for the VBA part."""
    kind = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    parts = workbook_parts(sheet_of(inline_rows(TABLE)), content_type=kind)
    write_parts(path, [*parts, ("xl/vbaProject.bin", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504))])


def external_link(path: Path) -> None:
    """Write a workbook that refers to another one on a shared drive."""
    link = f'<externalLink xmlns="{MAIN}"/>'.encode()
    parts = workbook_parts(sheet_of(inline_rows(TABLE)))
    kind = f"{SHEET_TYPE}.externalLink+xml"
    types = parts[0][1].replace(
        b"</Types>",
        f'<Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="{kind}"/></Types>'.encode(),
    )
    write_parts(path, [(parts[0][0], types), *parts[1:], ("xl/externalLinks/externalLink1.xml", link)])


def _workbook(path: Path, options: dict[str, Any] | None = None) -> Any:
    import xlsxwriter

    return xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_numbers": False, **(options or {})})


def _fill(sheet: Any, rows: Rows, first: int = 0) -> None:
    for number, row in enumerate(rows, first):
        for column, text in enumerate(row):
            if text:
                sheet.write_string(number, column, text)


def hidden_sheets(path: Path) -> None:
    """Write a hidden and a deeply hidden sheet before the visible one."""
    with _workbook(path) as book:
        for name, hide in (("Brouillon", "hide"), ("Secret", "very_hidden")):
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, "ne pas lire")
            getattr(sheet, hide)()
        sheet = book.add_worksheet("Clients")
        _fill(sheet, TABLE)
        sheet.activate()
        sheet.set_first_sheet()


def hidden_rows(path: Path) -> None:
    """Write an active filter that hides two rows, and a hidden column: both are still data."""
    with _workbook(path) as book:
        sheet = book.add_worksheet("Clients")
        _fill(sheet, TABLE)
        sheet.autofilter(0, 0, len(TABLE) - 1, len(HEADER) - 1)
        sheet.filter_column(0, "x == Na")
        for row in (2, 3):
            sheet.set_row(row, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})


def merged(path: Path) -> None:
    """Write a table where two cells of one column are merged: the second customer's town is not said."""
    with _workbook(path) as book:
        sheet = book.add_worksheet("Clients")
        _fill(sheet, MERGED_SEEN)
        sheet.merge_range(1, 2, 2, 2, "01000")


def formulas_and_errors(path: Path) -> None:
    """Write formulas with their last result, and the error values of Excel."""
    with _workbook(path) as book:
        sheet = book.add_worksheet("Clients")
        _fill(sheet, (HEADER, ("Durand",), ("Petit",), ("Moreau",)))
        sheet.write_formula("B2", '=PROPER("ÉLODIE")', None, "Élodie")
        sheet.write_formula("C2", "=VLOOKUP(A2,Villes!A:B,2,0)", None, "#N/A")
        sheet.write_formula("B3", "=1/0", None, "#DIV/0!")
        sheet.write_formula("B4", "=Inconnu", None, "#NAME?")
        sheet.write_formula("E4", '=LOWER(A4)&"@example.fr"', None, "moreau@example.fr")


def only_formulas(path: Path) -> None:
    """Write a sheet of formulas whose results are all errors."""
    with _workbook(path) as book:
        sheet = book.add_worksheet("Calculs")
        for row in range(20):
            for column in range(5):
                sheet.write_formula(row, column, "=1/0", None, "#DIV/0!")


def header_twice(path: Path) -> None:
    """Write the header again in the middle, as two exports pasted under each other have it."""
    write_parts(path, workbook_parts(sheet_of(inline_rows((*TABLE[:3], HEADER, TABLE[3])))))


def no_header(path: Path) -> None:
    """Write customers from the first row on."""
    write_parts(path, workbook_parts(sheet_of(inline_rows(NO_HEADER))))


def title_block(path: Path) -> None:
    """Write a title, a blank row and a note above the header, which is on row 4."""
    rows = (TITLE, ("",) * 5, ("Boutique de Nantes", "", "", "3 fiches", ""), *TABLE)
    write_parts(path, workbook_parts(sheet_of(inline_rows(rows))))


def protected(path: Path) -> None:
    """Write a sheet locked by a password: it can be read, not written."""
    with _workbook(path) as book:
        sheet = book.add_worksheet("Clients")
        _fill(sheet, TABLE)
        sheet.protect("secret")


def zero_formats(path: Path) -> None:
    """Write numbers whose format shows the zeros: what the user sees is what must be read."""
    with _workbook(path) as book:
        sheet = book.add_worksheet("Clients")
        _fill(sheet, (HEADER, ("Na", "Élodie"), ("Petit", "Luc")))
        postcode = book.add_format({"num_format": "00000"})
        phone = book.add_format({"num_format": '0#" "##" "##" "##" "##'})
        for row, (code, number) in enumerate(((1000, 612345678), (75001, 145000002)), 1):
            sheet.write_number(row, 2, code, postcode)
            sheet.write_number(row, 3, number, phone)


def numbers_and_dates(path: Path, *, base_1904: bool = False) -> None:
    """Write whole numbers, a 16-digit card, an amount, a truth value and a date."""
    from datetime import date

    with _workbook(path, {"date_1904": base_1904}) as book:
        sheet = book.add_worksheet("Clients")
        _fill(sheet, (("Nom", "Code", "Carte", "Solde", "Actif", "Né le"), ("Durand",)))
        sheet.write_number("B2", 42)
        sheet.write_number("C2", 123456789012345)
        sheet.write_number("D2", 12.5)
        sheet.write_boolean("E2", True)
        sheet.write_datetime("F2", date(1980, 2, 29), book.add_format({"num_format": "dd/mm/yyyy"}))


def numbers_and_dates_1904(path: Path) -> None:
    """Write the same with the date system of old Macintosh workbooks."""
    numbers_and_dates(path, base_1904=True)


ERRORS_SEEN: Rows = (
    HEADER,
    ("Durand", "Élodie", "#N/A", "", ""),
    ("Petit", "#DIV/0!", "", "", ""),
    ("Moreau", "#NAME?", "", "", "moreau@example.fr"),
)
ZEROS_SEEN: Rows = (
    HEADER,
    ("Na", "Élodie", "01000", "06 12 34 56 78", ""),
    ("Petit", "Luc", "75001", "01 45 00 00 02", ""),
)
NUMBERS_SEEN: Rows = (
    ("Nom", "Code", "Carte", "Solde", "Actif", "Né le"),
    ("Durand", "42", "123456789012345", "12.5", "TRUE", "1980-02-29"),
)
"""The date as ISO text and the amount with a point: a reader may keep date, Decimal and bool objects instead."""
MERGED_SEEN: Rows = (HEADER, TABLE[1], (*TABLE[2][:2], "", *TABLE[2][3:]), TABLE[3])

READ_RIGHT = (
    inline_strings,
    strict,
    odd_path,
    prefixed,
    without_references,
    lying_dimension,
    rich_text,
    phonetic,
)
"""Written oddly, and to be read as the plain table with nothing to say."""

SHEETS = (
    *(HostileFile(f"{write.__name__}.xlsx", write, reads_as=TABLE) for write in READ_RIGHT),
    HostileFile("utf16_sheet.xlsx", utf16_sheet, reads_as=TABLE, refused_as="damaged"),
    HostileFile("ghost_rows.xlsx", ghost_rows, reads_as=TABLE, findings=("ghost_rows",), heavy=True),
    HostileFile("ghost_cells.xlsx", ghost_cells, reads_as=TABLE, findings=("ghost_rows",)),
    HostileFile("full_sheet.xlsx", full_sheet, refused_as="too_long", heavy=True),
    HostileFile("macros.xlsm", macros, reads_as=TABLE, findings=("macros",)),
    HostileFile("external_link.xlsx", external_link, reads_as=TABLE, findings=("external_links",)),
    HostileFile("hidden_sheets.xlsx", hidden_sheets, reads_as=TABLE, findings=("hidden_sheets",)),
    HostileFile(
        "hidden_rows.xlsx", hidden_rows, reads_as=TABLE, findings=("autofilter", "hidden_rows", "hidden_columns")
    ),
    HostileFile("merged.xlsx", merged, reads_as=MERGED_SEEN, refused_as="merged", findings=("merged",)),
    HostileFile("formulas.xlsx", formulas_and_errors, reads_as=ERRORS_SEEN, findings=("formulas", "errors")),
    HostileFile("only_formulas.xlsx", only_formulas, refused_as="no_header", findings=("formulas", "errors")),
    HostileFile("header_twice.xlsx", header_twice, refused_as="header_twice", findings=("header_twice",)),
    HostileFile("no_header.xlsx", no_header, refused_as="no_header"),
    HostileFile("title_block.xlsx", title_block, reads_as=TABLE, findings=("title_block",)),
    HostileFile("protected.xlsx", protected, reads_as=TABLE, findings=("protected",)),
    HostileFile("zero_formats.xlsx", zero_formats, reads_as=ZEROS_SEEN),
    HostileFile("numbers.xlsx", numbers_and_dates, reads_as=NUMBERS_SEEN),
    HostileFile("numbers_1904.xlsx", numbers_and_dates_1904, reads_as=NUMBERS_SEEN, findings=("date_1904",)),
)
"""All of them, with what must come of each. `title_block` reads as the table from its header, row 4, on."""
