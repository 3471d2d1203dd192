"""Small tables for the tests of mapping."""

from pathlib import Path

from core.mapping import propose
from core.mapping.sources import load_sources
from core.profiles import load_system
from core.tables import Table

SOURCES = load_sources()


def table(**columns):
    """Make a table of columns by header; "" is an empty cell."""
    return table_of(list(columns), *columns.values())


def table_of(headers, *columns):
    """Make a table whose headers may repeat."""
    cells = [[None if cell == "" else cell for cell in column] for column in columns]
    count = len(cells[0])
    return Table(
        Path("essai.csv"), "essai", 1, list(headers), list(range(1, len(headers) + 1)), cells, list(range(2, 2 + count))
    )


def propose_to(system, made, choices=None):
    """Map a table to a system with every shipped source known."""
    return propose(made, load_system(system), SOURCES, choices)


def column_of(mapped, header):
    """Return the cells of one column of a mapped table."""
    return mapped.columns[mapped.headers.index(header)]
