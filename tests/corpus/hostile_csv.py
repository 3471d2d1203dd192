"""Text files in every encoding, separator and line ending that exports really have."""

from __future__ import annotations

from functools import partial
from itertools import product
from pathlib import Path

from tests.corpus.hostile_case import HEADER, TABLE, HostileFile, Rows

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252", "latin-1", "mac-roman")
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
LINE_ENDS = {"crlf": "\r\n", "lf": "\n", "cr": "\r"}
BOMS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
FIRST_NAMES = ("Élodie", "Zoé", "François", "Noël", "Jérôme", "Hélène", "Anaïs", "Théo", "Gaëlle", "Côme", "Maëlys")
"""Enough accents for an encoding to be told from another by its text."""
ACCENTED: Rows = (
    HEADER,
    *(
        ("Lefèvre", first, f"0{n}000", f"06 12 34 56 {n:02}", f"client{n}@example.fr")
        for n, first in enumerate(FIRST_NAMES, 1)
        if n < 10
    ),
    ("Crève-Cœur", "Maëlys", "44000", "+33 6 12 34 56 99", "maelys@example.fr"),
)
QUOTED: Rows = (
    ("Nom", "Société", "Notes"),
    ("d'Ormesson", 'Le "Petit" Marché; Nantes', "Première ligne\nSeconde ligne"),
    ("Le Goff", "Café, Thé & Cie", "à rappeler\tle soir"),
)


def to_csv(rows: Rows, separator: str = ";", line_end: str = "\r\n", *, quote_all: bool = False) -> str:
    """Write rows as text; a cell is quoted when it must be, or always."""

    def cell(text: str) -> str:
        needs = quote_all or any(mark in text for mark in (separator, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if needs else text

    return "".join(separator.join(cell(text) for text in row) + line_end for row in rows)


def encoded(path: Path, *, rows: Rows, encoding: str, separator: str) -> None:
    """Write the table in one encoding; the UTF-16 kinds start with their mark."""
    text = to_csv(rows, separator, quote_all=separator == ",")
    path.write_bytes(BOMS.get(encoding, b"") + text.encode(encoding))


def line_ends(path: Path, *, line_end: str) -> None:
    """Write one kind of line ending; breaks inside cells stay newlines, as Excel writes them."""
    path.write_bytes(to_csv(QUOTED, ";", line_end).encode())


def sep_line(path: Path) -> None:
    """Write Excel's hint `sep=;` as the first line: no part of the table."""
    path.write_bytes(b"sep=;\r\n" + to_csv(TABLE).encode("cp1252"))


def myob_braces(path: Path) -> None:
    """Write the `{}` line that MYOB puts above its header."""
    path.write_bytes(b"{}\r\n" + to_csv(TABLE, "\t").encode("cp1252"))


def ragged(path: Path) -> None:
    """Write one row too short and one too long by empty cells."""
    lines = [*TABLE[:2], ("Petit", "Luc"), (*TABLE[2], "", ""), TABLE[3]]
    path.write_bytes(to_csv(tuple(lines)).encode())


def too_wide(path: Path) -> None:
    """Write a row with a sixth value that no header names: it must be told, never dropped."""
    path.write_bytes(to_csv((*TABLE, ("Petit", "Luc", "75001", "", "luc@example.fr", "surprise"))).encode())


def mixed_encodings(path: Path) -> None:
    """Write UTF-8 rows, then cp1252 rows: two files were glued, no encoding is right."""
    first, second = to_csv(ACCENTED), to_csv(ACCENTED[1:])
    path.write_bytes(first.encode("utf-8") + second.encode("cp1252"))


def read_wrongly_once(path: Path) -> None:
    """Write UTF-8 that another program took for cp1252 and saved again: Ã© for é in sound UTF-8."""
    path.write_bytes(to_csv(ACCENTED[:4]).encode("utf-8").decode("cp1252", "replace").encode("utf-8"))


def null_bytes(path: Path) -> None:
    """Write a binary file under the name .csv."""
    path.write_bytes(bytes(range(256)) * 16)


def bom_only(path: Path) -> None:
    """Write the UTF-8 mark and nothing behind it."""
    path.write_bytes(b"\xef\xbb\xbf")


def unclosed_quote(path: Path) -> None:
    """Write a quote that never closes: a careless reader swallows the rest of the file into one cell."""
    path.write_bytes(to_csv(TABLE[:2]).encode() + b'"Petit;Luc;75001;;\r\n' + to_csv(TABLE[2:]).encode())


def _told_apart(encoding: str) -> Rows:
    return ACCENTED if encoding != "latin-1" else tuple(tuple(c.replace("œ", "oe") for c in r) for r in ACCENTED)


def _matrix() -> list[HostileFile]:
    cases = []
    for encoding, (name, separator) in product(ENCODINGS, SEPARATORS.items()):
        rows = _told_apart(encoding)
        write = partial(encoded, rows=rows, encoding=encoding, separator=separator)
        cases.append(HostileFile(f"{encoding}_{name}.csv", write, reads_as=rows))
    return cases


RAGGED_SEEN: Rows = (*TABLE[:2], ("Petit", "Luc", "", "", ""), *TABLE[2:])
TWICE_CODED: Rows = tuple(
    tuple(cell.encode("utf-8").decode("cp1252", "replace") for cell in row) for row in ACCENTED[:4]
)

TEXTS = (
    *_matrix(),
    *(
        HostileFile(f"lines_{name}.csv", partial(line_ends, line_end=end), reads_as=QUOTED)
        for name, end in LINE_ENDS.items()
    ),
    HostileFile("sep_line.csv", sep_line, reads_as=TABLE),
    HostileFile("myob_braces.txt", myob_braces, reads_as=TABLE),
    HostileFile("ragged.csv", ragged, reads_as=RAGGED_SEEN, findings=("ragged",)),
    HostileFile("too_wide.csv", too_wide, refused_as="too_wide", findings=("ragged",)),
    HostileFile("mixed_encodings.csv", mixed_encodings, refused_as="encoding"),
    HostileFile("read_wrongly_once.csv", read_wrongly_once, reads_as=TWICE_CODED, findings=("mojibake",)),
    HostileFile("null_bytes.csv", null_bytes, refused_as="not_a_workbook"),
    HostileFile("bom_only.csv", bom_only, refused_as="empty"),
    HostileFile("unclosed_quote.csv", unclosed_quote, refused_as="damaged"),
)
"""All of them, with what must come of each."""
