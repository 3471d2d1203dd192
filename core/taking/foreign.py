"""Foreign files: whatever the old system gave, read with the help of the known sources; several of them, stacked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.errors import InputError
from core.i18n import tr
from core.mapping.sources import Source, header_hints
from core.tables import Table
from core.taking.vcards import SUFFIX, read_vcards


def read_foreign(
    path: Path,
    sources: Sequence[Source],
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    separator: str | None = None,
) -> Table:
    """Read the sheet that holds the customers of a workbook, a text file or a .vcf. Raises InputError."""
    from core.workbooks import read_table

    if path.suffix.lower() == SUFFIX:
        return read_vcards(path, encoding)
    how = {"sheet": sheet, "encoding": encoding, "separator": separator}
    return read_table(path, headers=header_hints(sources), headers_again=True, **how)


def read_every_sheet(path: Path, sources: Sequence[Source]) -> list[Table]:
    """Read every visible sheet that has customers; empty ones and pages of text are passed over.

    Raises InputError, also when no sheet has any.
    """
    from core.workbooks import list_sheets

    if path.suffix.lower() == SUFFIX:
        return [read_vcards(path)]
    found, refused = [], None
    for name in list_sheets(path):
        try:
            table = read_foreign(path, sources, sheet=name)
        except InputError as error:
            if error.key not in ("errors.empty_sheet", "errors.no_header"):
                raise
            refused = error
        else:
            found += [table] if len(table) else []
    if not found:
        raise refused or InputError("errors.empty_file", path=path.name)
    return found


def stack(tables: Sequence[Table], lang: str) -> Table:
    """Put mapped tables of one system under each other, each row with its file, sheet and row in three own columns.

    The tables have the same headers (those of a profile). Rows are numbered anew from 2, as in the workbook written.
    """
    import pandas as pd

    origin = [tr(f"mapping.origin_{name}", lang) for name in ("file", "sheet", "row")]
    frames = []
    for t in tables:
        places = [[t.path.name] * len(t), [t.sheet] * len(t), list(map(float, t.rows))]
        cells = dict(zip([*t.headers, *origin], [*t.columns, *places], strict=True))
        frames.append(pd.DataFrame(cells, dtype=object))
    whole = pd.concat(frames, ignore_index=True)
    headers, rows = list(whole.columns), list(range(2, len(whole) + 2))
    columns = [whole[header].tolist() for header in headers]
    return Table(tables[0].path, tables[0].sheet, 1, headers, list(range(1, len(headers) + 1)), list(columns), rows)
