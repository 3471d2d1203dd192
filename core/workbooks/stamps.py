"""Write an export's hidden columns anew in the user's workbook, changing nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.cells import text
from core.tables import Table, column_letters
from core.workbooks.kinds import Kind, kind_of
from core.workbooks.markup import text_cell, under
from core.workbooks.patch import Change
from core.workbooks.results import refuse_changed, save_change
from core.workbooks.save import refuse_locked
from core.workbooks.sheet_rows import NewCells
from core.workbooks.styles import StyleIds

NAME = "_carnet_stamps"


def write_stamps(path: Path, table: Table, places: Sequence[int]) -> bool:
    """Write the table's hidden columns, given by index, into its file; say whether that could be done.

    Only a workbook can be written, and only where the three columns still stand side by side. Raises InputError, and
    writes nothing, when the file is open elsewhere or has changed since the table was read.
    """
    columns = [table.positions[place] for place in places]
    if kind_of(path) is not Kind.PACKAGE or columns != list(range(columns[0], columns[0] + len(columns))):
        return False
    refuse_locked(path)
    refuse_changed(path, table)
    index_of = {row: index for index, row in enumerate(table.rows)}

    def writer(styles: StyleIds, prefix: bytes) -> NewCells:
        def of_row(row: int) -> bytes:
            index = index_of.get(row)
            if row == table.header_row:
                said = [table.headers[place] for place in places]
            elif index is None:
                return b""
            else:
                said = [text(table.columns[place][index]) for place in places]
            pairs = zip(columns, said, strict=True)
            return under(prefix, "".join(text_cell(f"{column_letters(c)}{row}", styles.text, t) for c, t in pairs if t))

        return lambda rows: list(map(of_row, rows))

    change = Change(
        name=NAME,
        header_row=table.header_row,
        columns=columns,
        widths=dict.fromkeys(columns, 'width="9" hidden="1" customWidth="1"'),
        cells=writer,
        lines={},
    )
    save_change(path, table, change)
    return True
