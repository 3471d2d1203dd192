"""Tables: one sheet's rows, held by column, with their place in the file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that shows an error, such as `#N/A` or `#REF!`."""

    code: str


NOT_COMPUTED = CellError("#FORMULE")
"""A formula that no program has computed: openpyxl and pandas write its text alone, and no reader sees a value."""


Cell = str | float | bool | date | datetime | time | CellError | None
"""What a cell holds: text as typed, a number, yes/no, a real date, an error, or nothing (None, never "")."""


class Result(StrEnum):
    """Carnet's own columns at the right of a sheet; their headers are `workbook.<name>` in the catalogue."""

    STATUS = "status"
    MESSAGE = "message"
    DECISION = "decision"
    CUSTOMER = "customer"
    FIELDS = "fields"  # hidden: the faulty columns' letters, `;A;C;`, for the one conditional format


def column_letters(number: int) -> str:
    """Return a column's letters: 1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(slots=True)
class Table:
    """One sheet of customers.

    `columns[i][r]` is the cell of header `headers[i]` in the sheet's row `rows[r]`; `positions[i]` is that column's
    number in the sheet (1 = A). Wholly empty rows are left out. Result columns are kept apart in `results`,
    the columns of other actions in `added`: family → name → cells (see `core.added`).
    `other_sheets` are the sheets of the file that hold customers as well, with their numbers of rows, where nobody
    said which sheet to read.
    `facts` counts what is odd in the file: `formulas`, `errors`, `merged`, `hidden_rows`…; absent means none.
    """

    path: Path
    sheet: str
    header_row: int
    headers: list[str]
    positions: list[int]
    columns: list[Sequence[Cell]]
    rows: list[int]
    results: dict[Result, list[Cell]] = field(default_factory=dict)
    result_positions: dict[Result, int] = field(default_factory=dict)
    added: dict[str, dict[str, list[Cell]]] = field(default_factory=dict)
    added_positions: dict[str, dict[str, int]] = field(default_factory=dict)
    stamp: dict[str, str] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)
    other_sheets: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, rows: Collection[int]) -> Table:
        """Return the table with only these rows, as the sheet numbers them."""
        kept = [n for n, row in enumerate(self.rows) if row in rows]
        return replace(
            self,
            rows=[self.rows[n] for n in kept],
            columns=[[column[n] for n in kept] for column in self.columns],
            results={result: [column[n] for n in kept] for result, column in self.results.items()},
            added={
                family: {name: [column[n] for n in kept] for name, column in columns.items()}
                for family, columns in self.added.items()
            },
        )

    @property
    def base_1904(self) -> bool:
        """Say whether the workbook counts its days from 1904: a date shown as a number is then four years later."""
        return bool(self.facts.get("date_1904"))
