"""Postcode and town: for France, whether the two cells of a row agree. A warning, since either may be the wrong one."""

from __future__ import annotations

from collections.abc import Sequence

from core.checked import Value
from core.coded import distinct, rows_of, together
from core.issues import Code
from core.rules.reading import Finding
from core.towns import FRENCH, Agreement, compare


def read_town(postcode: str, town: str, country: str) -> tuple[Finding, ...]:
    """Return the finding of a postcode that is not the town's, none when they agree or nobody can tell.

    `country` is the row's, or the shop's where the row does not say. The finding belongs to the postcode's cell.
    """
    if country not in FRENCH or len(postcode) != 5 or not postcode.isdecimal():
        return ()
    differ = compare(postcode, town) is Agreement.DIFFER
    return ((Code.POSTCODE_CITY, {"city": town}),) if differ else ()


def read_towns(
    postcodes: Sequence[Value], towns: Sequence[Value], countries: Sequence[Value], home: str
) -> list[tuple[int, tuple[Finding, ...]]]:
    """Read whole columns of one address, each distinct triple once; return the faulty rows, by index, in order."""
    rows = together(postcodes, towns, countries)
    faulty = {
        row: findings
        for row in distinct(rows)
        if row[0] and row[1] and (findings := read_town(str(row[0]), str(row[1]), str(row[2] or home)))
    }
    return [(n, faulty[rows[n]]) for n in rows_of(rows, faulty)]
