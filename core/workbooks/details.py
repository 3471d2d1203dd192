"""What calamine does not say of a sheet: errors in cells, zeros shown by a format, what is hidden, locked, computed.

Runs in a thread while calamine parses (it lets other threads run), so that it costs next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from core.tables import NOT_COMPUTED, CellError
from core.workbooks.build import Overrides
from core.workbooks.formats import ZeroFormat, zero_styles
from core.workbooks.markup import number
from core.workbooks.package import Package
from core.workbooks.scan import SheetScan

LONGEST_TAIL = 8 << 20  # bytes kept together in wait of a row's end
_TAIL_FACTS = {"autofilter": b"autoFilter", "protected": b"sheetProtection"}


@dataclass(slots=True)
class Details:
    """A sheet's cells that read otherwise than calamine gives them, and its oddities by name."""

    overrides: Overrides = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)


def read_details(package: Package, part: str, scan: SheetScan) -> Details:
    """Look for the details of one sheet."""
    look, pieces = Look(package, scan.prefix), WholeRows(scan.prefix)
    for piece in pieces.cut(package.chunks(part)):
        look.add(piece)
    return look.finish(pieces.tail)


PADDED = b"</row>" + b" " * 8
"""What a piece of `WholeRows` ends with, where rows have no prefix: arrays may look eight bytes ahead of any tag."""


class WholeRows:
    """Cuts a sheet's XML at the ends of rows, so that no cell is cut; what follows the rows is left in `tail`."""

    def __init__(self, prefix: bytes) -> None:
        self.end = b"</" + prefix + b"row>"
        self.tail = b""

    def cut(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the pieces, eight spaces after each. A chunk may end anywhere."""
        padded, rest = self.end + b" " * 8, b""
        for chunk in chunks:
            data, before = chunk, rest
            cut = data.rfind(self.end)
            if cut < 0:  # no row ends here, or one at the seam
                data, before = rest + chunk, b""
                cut = data.rfind(self.end)
            view = memoryview(data)
            if cut >= 0:
                yield b"".join((before, view[:cut], padded))
                rest = bytes(view[cut + len(self.end) :])
            elif len(data) > LONGEST_TAIL:  # rows without cells
                yield data
                rest = b""
            else:
                rest = data
        self.tail = rest


class Look:
    """Looks for details, piece by piece."""

    def __init__(self, package: Package, prefix: bytes) -> None:
        self._zeros = zero_styles(package.read(package.styles)) if package.styles else {}
        self._prefix = prefix
        self._cells = _Cells(prefix, self._zeros)
        self._hidden = re.compile(rb"<" + re.escape(prefix) + rb"(row|col)\b[^>]*\shidden=[\"'](?:1|true)[\"']")
        self._counts = dict.fromkeys(("formulas", "errors", "hidden_rows", "hidden_columns", *_TAIL_FACTS), 0)
        self._overrides: Overrides = {}

    def add(self, piece: bytes) -> None:
        """Look at one piece of whole rows."""
        counts, cells = self._counts, self._cells
        if b"h" in piece and b" hidden=" in piece:  # looking for one letter first takes next to nothing
            found = self._hidden.findall(piece)
            counts["hidden_rows"] += found.count(b"row")
            counts["hidden_columns"] += found.count(b"col")
        formulas = piece.count(b"<" + self._prefix + b"f") if b"f" in piece else 0
        counts["formulas"] += formulas
        alone = formulas > 0 and any(end in piece for end in cells.no_result)
        errors = b"e" in piece and b't="e"' in piece
        if self._zeros or cells.placeless(piece) or errors or alone:
            for column, row, cell in cells.find(piece, alone=alone):
                self._overrides.setdefault(column, {})[row] = cell
                counts["errors"] += isinstance(cell, CellError)

    def finish(self, tail: bytes) -> Details:
        """Return what was found, with what is said after the rows."""
        for name, tag in _TAIL_FACTS.items():
            self._counts[name] = int(b"<" + self._prefix + tag in tail)
        return Details(self._overrides, {name: count for name, count in self._counts.items() if count})


class _Cells:
    """Finds the cells with an error, under a format that shows zeros, or with a formula and no result."""

    def __init__(self, prefix: bytes, zeros: Mapping[int, ZeroFormat]) -> None:
        p = re.escape(prefix)
        self.zeros = {str(style).encode(): form for style, form in zeros.items()}
        self.by_place: bool | None = None  # known once the first cells are seen
        self._first = re.compile(rb"<" + p + rb"c(?=[\s/>])")
        self._bare = re.compile(rb"<" + p + rb"c(?=[\s/>])(?![^>]*\sr=)")
        styles = b"|".join(self.zeros) or b"-"
        wanted = rb"(?:\st=[\"']e[\"']|\ss=[\"'](?:" + styles + rb")[\"'])"
        formula = rb"<" + p + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</" + p + rb"f>)"
        self.value = rb"(?:" + formula + rb")?<" + p + rb"v>([^<]*)<"
        alone = formula + rb"(?:<" + p + rb"v\s*(?:/>|></" + p + rb"v>))?</" + p + rb"c>"
        self.one = re.compile(rb"<" + p + rb"c\b([^>]*?" + wanted + rb"[^>]*)>" + self.value)
        self.any = re.compile(rb"<" + p + rb"(row|c)\b([^>]*)>(?:(" + alone + rb")|" + self.value + rb")?")
        self.no_result = (prefix + b"f></", b"/></", b"<" + prefix + b"v></")  # cheap signs of what `alone` finds
        self.alone = re.compile(rb"<" + p + rb"c\b([^>]*)>" + alone)
        self.row, self.column = 0, 0

    def placeless(self, piece: bytes) -> bool:
        """Say whether cells do not say where they are; the first piece that has any tells."""
        if self.by_place is None and self._first.search(piece):
            self.by_place = self._bare.search(piece) is not None
        return self.by_place or False

    def find(self, chunk: bytes, *, alone: bool) -> Iterator[tuple[int, int, CellError | str]]:
        """Yield (column, row, cell as shown); `alone` says whether formulas without a result may be there."""
        if self.by_place:
            yield from self._find_by_place(chunk)
            return
        for attributes, value in self.one.findall(chunk):
            place = _REFERENCE.search(attributes)
            if place and (shown := self._shown(attributes, value)) is not None:
                yield number(place[1]), int(place[2]), shown
        for attributes in self.alone.findall(chunk) if alone else ():
            place = _REFERENCE.search(attributes)
            if place and _not_computed(attributes):
                yield number(place[1]), int(place[2]), NOT_COMPUTED

    def _find_by_place(self, chunk: bytes) -> Iterator[tuple[int, int, CellError | str]]:
        """Do the same where cells do not say where they are."""
        for kind, attributes, alone, value in self.any.findall(chunk):
            if kind == b"row":
                said = _ROW.search(attributes)
                self.row, self.column = (int(said[1]) if said else self.row + 1), 0
                continue
            place = _REFERENCE.search(attributes)
            self.column = number(place[1]) if place else self.column + 1
            if alone and _not_computed(attributes):
                yield self.column, self.row, NOT_COMPUTED
            elif value and (shown := self._shown(attributes, value)) is not None:
                yield self.column, self.row, shown

    def _shown(self, attributes: bytes, value: bytes) -> CellError | str | None:
        kind = _TYPE.search(attributes)
        if kind and kind[1] == b"e":
            return CellError(value.decode("utf-8", "replace"))
        style = _STYLE.search(attributes)
        form = self.zeros.get(style[1]) if style else None
        if form is None or (kind and kind[1] != b"n"):
            return None
        try:
            return form.show(float(value))
        except ValueError:
            return None


def _not_computed(attributes: bytes) -> bool:
    """Say whether a formula without a result was never computed: one whose result is "" says that it is a text."""
    kind = _TYPE.search(attributes)
    return kind is None or kind[1] != b"str"


_REFERENCE = re.compile(rb"\sr=[\"']([A-Z]+)(\d+)")
_ROW = re.compile(rb"\sr=[\"'](\d+)")
_TYPE = re.compile(rb"\st=[\"'](\w+)")
_STYLE = re.compile(rb"\ss=[\"'](\d+)")
