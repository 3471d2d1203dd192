"""Read a text file (.csv, .txt, .tsv): encoding and separator are told from the file, or asked for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import mode

from core.errors import InputError
from core.tables import Table
from core.workbooks.build import Streamed, build_table
from core.workbooks.encoding import decode
from core.workbooks.locate import HEAD, find_header

SEPARATORS = (";", ",", "\t", "|")
LARGEST_TEXT = 1 << 30  # bytes
_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)


def read_text(path: Path, hints: set[str], *, encoding: str | None = None, separator: str | None = None) -> Table:
    """Read a text file as the sheet that Excel would show; the sheet's name is the file's stem.

    Rows are numbered as Excel numbers them: a cell with line breaks is one row, an empty line counts, `sep=;` does not.
    Raises InputError for an encoding or a separator that cannot be told, a quote never closed, a row too wide.
    """
    if path.stat().st_size > LARGEST_TEXT:
        raise InputError("errors.too_big", path=path.name, detail=f"{path.stat().st_size >> 20} MB")
    text = decode(path, path.read_bytes(), encoding)
    if not text.strip():
        raise InputError("errors.empty_file", path=path.name)
    if said := _SEP_LINE.match(text):
        text = text[said.end() :]
        separator = separator or said[1]
    separator = separator or find_separator(path, text, hints)
    records = _records(path, text, separator)
    head = list(islice(records, HEAD))
    found = find_header(head, hints)
    width = len(head[found[0]]) if found else max(map(len, head))
    if found is None and width == 1 and sum(any(s in row[0] for s in SEPARATORS) for row in head if row) > 1:
        raise InputError("errors.one_column", path=path.name, header=next(row[0] for row in head if row))
    fitted = _Fit(path, width, separator)
    above = found[0] if found else len(head)
    rows = Streamed(
        [fitted.cut(row) for row in head[: above + 1]]
        + [fitted(row, n) for n, row in enumerate(head[above + 1 :], above + 2)],
        (fitted(row, n) for n, row in enumerate(records, len(head) + 1)),
        range(1, width + 1),
    )
    table = build_table(path, path.stem, rows, found, owned={})
    if fitted.ragged:
        table.facts["ragged"] = fitted.ragged
    return table


def find_separator(path: Path, text: str, hints: set[str]) -> str:
    """Return the separator that cuts the first rows into the same number of cells. Raises InputError on a tie."""
    sample = text[: 1 << 16]
    if len(sample) < len(text):
        sample = sample[: max(sample.rfind("\n"), sample.rfind("\r")) + 1] or sample
    scores: dict[str, tuple[int, float, int]] = {}
    for separator in SEPARATORS:
        rows = [row for row in islice(csv.reader(io.StringIO(sample, newline=""), delimiter=separator), 200) if row]
        widths = [len(row) for row in rows if len(row) > 1] or [1]
        width = mode(sorted(widths, reverse=True))
        found = find_header(rows[:HEAD], hints) if hints else None
        if width > 1:
            scores[separator] = (found[1] if found else 0, round(widths.count(width) / len(rows), 1), width)
    if not scores:
        return SEPARATORS[0]
    best = max(scores.values())
    winners = [separator for separator, score in scores.items() if score == best]
    if len(winners) > 1:
        raise InputError("errors.separator_unsure", path=path.name)
    return winners[0]


def _records(path: Path, text: str, separator: str) -> Iterator[list[str]]:
    """Yield the records. A quote is an error as soon as it cannot be one: a lax reader would swallow rows."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for record in reader:
            number += 1
            yield record
    except csv.Error as error:
        raise InputError("errors.unclosed_quote", path=path.name, row=str(number + 1)) from error


class _Fit:
    """Makes every record as wide as the header: shorter ones are filled, a value without header is refused."""

    def __init__(self, path: Path, width: int, separator: str) -> None:
        self.path, self.width, self.separator = path, width, separator
        self.ragged = 0
        self._blank = [""] * width

    def cut(self, row: list[str]) -> list[str]:
        return [*row, *self._blank][: self.width]

    def __call__(self, row: list[str], number: int) -> list[str]:
        if len(row) == self.width:
            return row
        self.ragged += bool(row)
        if any(cell.strip() for cell in row[self.width :]):
            raise InputError(
                "errors.row_too_wide",
                path=self.path.name,
                row=str(number),
                cells=len(row),
                headers=self.width,
                separator=self.separator,
            )
        return self.cut(row)
