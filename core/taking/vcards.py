"""vCards: a .vcf file of a telephone or of an address book, read as a table with one row per card.

The columns are those of `templates/sources/vcard.toml`. Versions 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350). vobject 0.9.9
was tried first: it stops at the quoted-printable cards of Android telephones, and at signs that Apple writes.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import InputError
from core.tables import Cell, Table

SUFFIX = ".vcf"
HEADERS = (
    "FN", "N family", "N given", "N additional", "N prefix", "N suffix", "ORG", "ROLE", "EMAIL", "TEL cell", "TEL",
    "TEL 2", "TEL fax", "ADR pobox", "ADR ext", "ADR street", "ADR locality", "ADR region", "ADR code", "ADR country",
    "BDAY", "GENDER", "NOTE", "CATEGORIES", "URL", "UID",
)  # fmt: skip
PARTS = {
    "N": ("N family", "N given", "N additional", "N prefix", "N suffix"),
    "ADR": ("ADR pobox", "ADR ext", "ADR street", "ADR locality", "ADR region", "ADR code", "ADR country"),
}
"""A property whose value has several parts, parted by semicolons → the column of each part."""
_ESCAPED = re.compile(r"\\([\\;,nN])")
_PARTS = re.compile(r"(?<!\\);")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T.*)?")


@dataclass(slots=True)
class _Card:
    line: int
    cells: dict[str, str] = field(default_factory=dict)

    def keep(self, column: str, value: str) -> None:
        """Keep a value unless the card has one already: the first e-mail and the first address count."""
        if value and column not in self.cells:
            self.cells[column] = value


def read_vcards(path: Path, encoding: str | None = None) -> Table:
    """Read every card of a file; a card's row is the line where it begins. Raises InputError."""
    from core.workbooks.encoding import decode

    try:
        text = decode(path, path.read_bytes(), encoding)
    except FileNotFoundError as error:
        raise InputError("errors.file_missing", path=str(path)) from error
    except OSError as error:
        raise InputError("errors.file_unreadable", path=path.name) from error
    cards = list(_cards(text))
    if not cards:
        raise InputError("errors.empty_file", path=path.name)
    columns: list[Sequence[Cell]] = [[card.cells.get(header) for card in cards] for header in HEADERS]
    positions = list(range(1, len(HEADERS) + 1))
    return Table(path, path.stem, 0, list(HEADERS), positions, columns, [card.line for card in cards])


def _cards(text: str) -> Iterator[_Card]:
    card: _Card | None = None
    for number, line in _logical_lines(text):
        head, colon, value = line.partition(":")
        name, *params = head.split(";")
        name = name.rpartition(".")[2].upper()  # Apple groups properties: item1.EMAIL
        if name == "BEGIN":
            card = _Card(number)
        elif name == "END" and card:
            yield card
            card = None
        elif card and colon:
            _add(card, name, [p.upper() for p in params], value)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each property with its line number, the folded ones (a space, or quoted-printable's "=") in one piece."""
    held, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        quoted = "QUOTED-PRINTABLE" in held.partition(":")[0].upper()
        if quoted and held.endswith("="):
            held = held[:-1] + line
        elif line[:1] in (" ", "\t") and held and not quoted:
            held += line[1:]
        else:
            if held:
                yield start, held
            held, start = line, number
    if held:
        yield start, held


def _add(card: _Card, name: str, params: list[str], value: str) -> None:
    if any("QUOTED-PRINTABLE" in p for p in params):
        charset = next((p.partition("=")[2] for p in params if p.startswith("CHARSET=")), "UTF-8")
        value = _quoted(value, charset)
    if name in PARTS:
        for column, part in zip(PARTS[name], _PARTS.split(value), strict=False):
            card.keep(column, _plain(part))
    elif name == "TEL":
        card.keep(_phone_column(card, params), _plain(value.removeprefix("tel:")))
    elif name == "ORG":
        card.keep("ORG", _plain(_PARTS.split(value)[0]))
    elif name == "BDAY":
        day = _COMPACT_DAY.fullmatch(value.strip())
        card.keep("BDAY", "-".join(day.groups()) if day else _plain(value))
    elif name in HEADERS:
        card.keep(name, _plain(value))


def _phone_column(card: _Card, params: list[str]) -> str:
    said = " ".join(params)
    if "FAX" in said:
        return "TEL fax"
    if ("CELL" in said or "IPHONE" in said) and "TEL cell" not in card.cells:
        return "TEL cell"
    return "TEL 2" if "TEL" in card.cells else "TEL"


def _quoted(value: str, charset: str) -> str:
    try:
        return quopri.decodestring(value.encode("utf-8")).decode(charset.strip('"'))
    except (UnicodeError, LookupError):
        return quopri.decodestring(value.encode("utf-8")).decode("cp1252", "replace")


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()
