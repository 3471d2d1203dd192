"""Mapping: which column of a foreign file goes to which field of a system, why, and the file brought to that system.

The steps, each claiming what the ones before left free: what a person decided, what the recognised source says,
exact headers, synonyms in French and English, the look of the values, near spelling. A recognised source comes before
a lone exact header, because it knows the whole row: WooCommerce's "Name" is a customer, Le New Black's is a shop.
Nothing is guessed: ties, and columns that only the office can know, are asked.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from collections.abc import Sequence

from core.cells import squash, text
from core.errors import InputError
from core.fields import FieldType
from core.mapping.data import Account, Choices, Evidence, Fate, How, Mapping, Proposal, ValueMap
from core.mapping.draft import Draft, column_keys
from core.mapping.sources import Source, recognise_source, system_source
from core.mapping.values import map_values
from core.profiles import Profile
from core.rules.dates import count_from_1900
from core.tables import Cell, Table

__all__ = [
    "Account", "Choices", "Evidence", "Fate", "How", "Mapping", "Proposal", "ValueMap",
    "apply", "choose", "propose",
]  # fmt: skip


def propose(table: Table, profile: Profile, sources: Sequence[Source], choices: Choices | None = None) -> Mapping:
    """Propose a mapping of a table to a system.

    `sources` are the known ones, `choices` what a person decided, now or on an earlier day. A table with the target's
    own headers needs no source.
    """
    own = [] if any(s.id == profile.id for s in sources) else [system_source(profile)]
    found = recognise_source(table.headers, [*sources, *own])
    if found and found.source.id == profile.id:
        found = None
    draft = Draft(table, profile, found, choices or Choices())
    draft.take_choices()
    draft.take_source()
    draft.take_exact()
    draft.take_synonyms()
    draft.take_looks()
    draft.take_near()
    draft.fit_target()
    blank = frozenset(found.source.blank) if found else frozenset()
    values = map_values(table, profile, draft.proposals, found.source if found else None, blank)
    return Mapping(profile, draft.proposals, draft.accounts(), found, draft.choices, values, blank)


def apply(table: Table, mapping: Mapping, profile: Profile) -> Table:
    """Return the table in the system's own columns, its rows still numbered as the source numbers them.

    Values stay as found, but for the words of lists, which become the system's own where they are surely read or a
    person said so. A field that nothing fills is an empty column; read-only columns stay empty. Dates shown as numbers
    count from 1900, as the workbooks that we write do.
    """
    fields = profile.columns()
    source = [_without(column, mapping.blank) for column in table.columns]
    columns = [_made(table, mapping, f.key, source) for f in fields]
    if table.base_1904:
        for n, field in enumerate(fields):
            columns[n] = count_from_1900(columns[n]) if field.type is FieldType.DATE else columns[n]
    facts = {name: count for name, count in table.facts.items() if name != "date_1904"}
    headers, positions = [f.header for f in fields], list(range(1, len(fields) + 1))
    return Table(table.path, table.sheet, table.header_row, headers, positions, list(columns), table.rows, facts=facts)


def choose(table: Table, pairs: Dict[str, str]) -> Choices:
    """Return what a person decided, from header → a field's key, a key of `SPLITTERS`, or "" to leave it out.

    Of a header that occurs several times, the first is meant. Raises InputError for one that the table does not have.
    """
    known = column_keys(table.headers)
    unknown = next((header for header in pairs if (squash(header), 1) not in known), None)
    if unknown is not None:
        raise InputError("mapping.no_such_column", header=unknown, headers=[h for h in table.headers if h])
    return Choices({(squash(header), 1): field for header, field in pairs.items()})


def _without(column: Sequence[Cell], blank: frozenset[str]) -> Sequence[Cell]:
    """Return a column with what the source writes for nothing left out."""
    if blank and any(word in column for word in blank):
        return [None if cell in blank else cell for cell in column]
    return column


def _made(table: Table, mapping: Mapping, key: str, source: Sequence[Sequence[Cell]]) -> list[Cell]:
    proposal = mapping.proposals.get(key)
    if proposal is None:
        return [None] * len(table)
    cells = proposal.transform.make(source)
    words = mapping.values[key].sure if key in mapping.values else {}
    words = {**words, **mapping.choices.values.get(key, {})}
    if not words:
        return cells
    return [words.get(text(cell), cell) or None if cell is not None else None for cell in cells]
