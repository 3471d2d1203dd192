"""What a repair is: one change of one cell, by one rule, sure or only proposed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.tables import Cell


class Rule(StrEnum):
    """Every kind of repair; its words are `fixes.rule_<name>` in the catalogue. In the order in which they apply."""

    MOJIBAKE = "mojibake"
    ENTITIES = "entities"
    INVISIBLE = "invisible"
    ACCENTS = "accents"
    LOOKALIKES = "lookalikes"
    SPACES = "spaces"
    ZEROS = "zeros"
    PHONES = "phones"
    POSTCODES = "postcodes"
    WORDS = "words"
    DATES = "dates"
    DATES_1904 = "dates_1904"
    AMOUNTS = "amounts"
    CAPITALS = "capitals"
    TOWNS = "towns"
    EMAILS = "emails"  # proposals only


@dataclass(frozen=True, slots=True)
class Fix:
    """One step of the repair of one cell.

    `row` is the row as the sheet numbers it, `column` the header, `field` the field's key. A cell may need several
    steps: the `after` of one is then the `before` of the next. One that is not `certain` is a proposal: it is shown,
    never applied by itself.
    """

    row: int
    column: str
    field: str
    before: Cell
    after: Cell
    rule: Rule
    certain: bool = True
