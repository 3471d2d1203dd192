"""A workbook made by hand, part by part, so that any part can be made odd or wrong."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

Parts = list[tuple[str, bytes]]
"""The parts of a package in file order; a list, because a hostile package repeats names."""

PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    f'{PROLOG}<styleSheet xmlns="{MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


def column_letter(index: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def text_cell(reference: str, text: str) -> str:
    """Return a cell that holds its own text (an inline string)."""
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def sheet_of(sheet_data: str, *, before: str = "", after: str = "", namespace: str = MAIN) -> str:
    """Wrap rows in a worksheet part."""
    return (
        f'{PROLOG}<worksheet xmlns="{namespace}" xmlns:r="{RELATIONS}">'
        f"{before}<sheetData>{sheet_data}</sheetData>{after}</worksheet>"
    )


def inline_rows(rows: Sequence[Sequence[str]], first: int = 1) -> str:
    """Return the rows with inline strings; empty texts get no cell."""
    return "".join(
        f'<row r="{number}">'
        + "".join(text_cell(f"{column_letter(c)}{number}", text) for c, text in enumerate(row) if text)
        + "</row>"
        for number, row in enumerate(rows, first)
    )


def shared_rows(rows: Sequence[Sequence[str]]) -> tuple[str, list[str]]:
    """Return the rows with numbered strings, and the list of those strings."""
    strings: dict[str, int] = {}
    lines = []
    for number, row in enumerate(rows, 1):
        cells = "".join(
            f'<c r="{column_letter(c)}{number}" t="s"><v>{strings.setdefault(text, len(strings))}</v></c>'
            for c, text in enumerate(row)
            if text
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return "".join(lines), list(strings)


def shared_part(items: Iterable[str], *, namespace: str = MAIN, raw: bool = False) -> str:
    """Return the shared strings part; `raw` items are the inner XML of each `<si>`."""
    inner = items if raw else (f'<t xml:space="preserve">{escape(text)}</t>' for text in items)
    return f'{PROLOG}<sst xmlns="{namespace}">' + "".join(f"<si>{item}</si>" for item in inner) + "</sst>"


def workbook_parts(
    sheet: str | bytes,
    *,
    shared: str | None = None,
    styles: str = STYLES,
    sheet_path: str = "/xl/worksheets/sheet1.xml",
    strict: bool = False,
    content_type: str = f"{SHEET_TYPE}.sheet.main+xml",
) -> Parts:
    """Return the parts of a workbook of one sheet, "Clients"; targets are absolute, as Excel accepts them."""
    main, rel = (STRICT_MAIN, STRICT_RELATIONS) if strict else (MAIN, RELATIONS)
    overrides = [("/xl/workbook.xml", content_type), (sheet_path, f"{SHEET_TYPE}.worksheet+xml")]
    targets = [("worksheet", sheet_path)]
    parts: Parts = []
    for kind, path, text in (("styles", "/xl/styles.xml", styles), ("sharedStrings", "/xl/sharedStrings.xml", shared)):
        if text is not None:
            overrides.append((path, f"{SHEET_TYPE}.{kind}+xml"))
            targets.append((kind, path))
            parts.append((path[1:], text.replace(MAIN, main).encode()))
    book = (
        f'{PROLOG}<workbook xmlns="{main}" xmlns:r="{rel}">'
        '<sheets><sheet name="Clients" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    head: Parts = [
        ("[Content_Types].xml", _content_types(overrides)),
        ("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")], rel)),
        ("xl/workbook.xml", book.encode()),
        ("xl/_rels/workbook.xml.rels", _relations(targets, rel)),
    ]
    return [*head, *parts, (sheet_path[1:], sheet.encode() if isinstance(sheet, str) else sheet)]


def _content_types(overrides: list[tuple[str, str]]) -> bytes:
    inner = "".join(f'<Override PartName="{path}" ContentType="{kind}"/>' for path, kind in overrides)
    return (
        f'{PROLOG}<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{inner}</Types>'
    ).encode()


def _relations(targets: list[tuple[str, str]], rel: str) -> bytes:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{rel}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{PROLOG}<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'.encode()


def write_parts(path: Path, parts: Parts) -> None:
    """Write the package, repeated names included."""
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        warnings.simplefilter("ignore", UserWarning)  # "Duplicate name" is the point of one file
        for name, content in parts:
            package.writestr(name, content)
