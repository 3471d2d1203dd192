"""What one hostile or odd file is, and what Carnet must make of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Rows = tuple[tuple[str, ...], ...]

HEADER = ("Nom", "Prénom", "Code postal", "Tél. 1", "Email")
TABLE: Rows = (
    HEADER,
    ("Na", "Élodie", "01000", "0612345678", "elodie.na@example.fr"),
    ("O'Neill", "Zoé", "20090", "+33 6 98 76 54 32", "zoe@example.com"),
    ("d'Ormesson", "François", "97400", "", "=x"),
)
"""The table inside most files: values that a careless reader loses."""


@dataclass(frozen=True)
class HostileFile:
    """A file, how to write it, and its expected outcome.

    `reads_as`: the table a user sees on the first visible sheet, header first, short rows padded with "".
    `refused_as`: the kind of message instead: not_a_workbook, empty, encrypted, damaged, dangerous (bombs,
    entities), too_long, no_header, header_twice, directory, encoding, merged. With both set, either
    outcome is right and a third one (other values, a hang, a traceback) is wrong.
    `findings`: what an X-ray must say of it: hidden_sheet, hidden_rows, hidden_columns, merged, formulas,
    errors, protected, macros, external_links, title_block, header_twice, ghost_rows, autofilter…
    `heavy`: takes seconds or hundreds of megabytes; written on demand only.
    """

    name: str
    write: Callable[[Path], None]
    reads_as: Rows | None = None
    refused_as: str | None = None
    findings: tuple[str, ...] = ()
    heavy: bool = False
