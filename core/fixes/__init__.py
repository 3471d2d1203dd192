"""Fixes: safe repairs of a checked table, listed and reversible. Pure: files and workbooks are the adapters' work.

Texts are repaired first, whatever their column; a typed column whose texts changed is read again; then each type gets
its one writing, names their capitals and towns their spelling. Works by distinct value, as a check does.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import compress

from core.cells import text, tidy
from core.checked import Checked, Value
from core.checking.columns import Sheet, read_column, reading_order
from core.fields import FieldType
from core.fixes.names import Names, name_capitals
from core.fixes.proposals import french_pairs, proposals_of, town_proposals
from core.fixes.rules import Fix, Rule
from core.fixes.texts import odd_texts, repair_text
from core.fixes.writings import TypedColumn, write_column
from core.i18n import Language
from core.issues import Code, Issue
from core.profiles import Field
from core.rules.reading import Finding
from core.tables import Cell, Table
from core.towns import FRENCH, Agreement, compare, near_spelling, spelling, towns_of

__all__ = ["Fix", "Rule", "apply_fixes", "find_fixes", "lost_values", "undo_fixes"]

FREE = (FieldType.TEXT, FieldType.NAME)


def find_fixes(
    checked: Checked,
    *,
    rules: Collection[Rule] | None = None,
    options: Mapping[str, str] | None = None,
    lang: Language = "fr",
    today: date | None = None,
) -> list[Fix]:
    """Return the repairs of a checked table, in the order of its rows; those not `certain` are proposals.

    `rules` are the kinds wanted (all of them by default), `options` and `today` those of the check. Nothing is
    changed: `apply_fixes` does.
    """
    wanted = frozenset(Rule if rules is None else rules)
    table = checked.table
    sheet = Sheet(
        checked.profile, today or date.today(), options or {}, len(table), dict(checked.values), table.base_1904
    )
    return _Repair(checked, wanted, lang, sheet).fixes()


def lost_values(checked: Checked) -> list[Issue]:
    """Return what cannot be repaired: long numbers whose last figures Excel has rounded away. Nobody can guess them."""
    return [issue for issue in checked.issues if issue.code is Code.DIGITS_LOST]


def apply_fixes(table: Table, fixes: Iterable[Fix]) -> Table:
    """Return a table with the certain fixes applied, the cells that changed since left alone; `table` stays."""
    return _change(table, [f for f in fixes if f.certain])[0]


def undo_fixes(table: Table, fixes: Iterable[Fix]) -> tuple[Table, list[Fix]]:
    """Return a table as it was before these fixes, and those left alone because the cell was edited since."""
    certain = [f for f in fixes if f.certain]
    return _change(table, [dataclasses.replace(f, before=f.after, after=f.before) for f in reversed(certain)])


def _change(table: Table, fixes: list[Fix]) -> tuple[Table, list[Fix]]:
    """Return a changed table, and the fixes whose cell is not what they expect."""
    place = {row: n for n, row in enumerate(table.rows)}
    columns = {header: n for n, header in reversed(list(enumerate(table.headers)))}
    changed = list(table.columns)
    own: dict[int, list[Cell]] = {}
    left: list[Fix] = []
    for fix in fixes:
        n, row = columns.get(fix.column), place.get(fix.row)
        if n is None or row is None or not same_cell(changed[n][row], fix.before):
            left.append(fix)
            continue
        if n not in own:
            changed[n] = own[n] = list(changed[n])
        own[n][row] = fix.after
    return dataclasses.replace(table, columns=changed), left


def same_cell(one: Cell, other: Cell) -> bool:
    """Say whether two cells hold the same: 1 is not yes, and "1" is not 1."""
    return one == other and isinstance(one, str | bool | date) == isinstance(other, str | bool | date)


class _Repair:
    """One search for fixes: the cells as they become, what they are read as, and the steps found by cell."""

    def __init__(self, checked: Checked, rules: frozenset[Rule], lang: Language, sheet: Sheet) -> None:
        self.checked, self.rules, self.lang, self.sheet = checked, rules, lang, sheet
        self.fields = [f for f in checked.profile.fields if f.key in checked.columns and not f.read_only]
        self.cells = {f.key: list(checked.table.columns[checked.columns[f.key]]) for f in self.fields}
        self.faults = _faults(checked)
        self.found: list[tuple[int, int, Fix]] = []

    def fixes(self) -> list[Fix]:
        """Return every fix, a row's together, a cell's steps in their order."""
        ordered = reading_order(self.fields)
        stale = False
        for known in ordered:
            stale = self._repair_texts(known, stale=stale)
        for known in ordered:
            self._write(known)
        for known in self.fields:
            if known.type is FieldType.NAME and not known.choices:
                self._capitalise(known)
        for known in self.fields:
            if known.key.endswith("city"):
                self._spell(known)
        self._propose()
        self.found.sort(key=lambda item: item[:2])
        return [fix for _, _, fix in self.found]

    def _add(self, row: int, known: Field, rule: Rule, after: Cell, *, certain: bool = True) -> None:
        """Note one step on a cell; a certain one is what the next steps start from."""
        cells = self.cells[known.key]
        before = cells[row]
        if rule not in self.rules or same_cell(before, after):
            return
        column = self.checked.columns[known.key]
        table = self.checked.table
        fix = Fix(table.rows[row], table.headers[column], known.key, before, after, rule, certain)
        self.found.append((row, table.positions[column], fix))
        if certain:
            cells[row] = after

    def _repair_texts(self, known: Field, *, stale: bool) -> bool:
        """Repair the texts of a column; return whether addresses have changed, so that what follows is read again."""
        cells = self.cells[known.key]
        odd = odd_texts(c for c in set(cells) if isinstance(c, str))
        steps = {c: found for c in odd if (found := repair_text(c, known.type, self.rules))}
        again = False
        if steps:
            for row in list(compress(range(len(cells)), [c in steps for c in cells])):
                written = cells[row]
                for rule, after in steps[written]:  # type: ignore[index]
                    self._add(row, known, rule, after)
                again = again or tidy(text(written)) != tidy(text(cells[row]))
        place = known.type in (FieldType.COUNTRY, FieldType.POSTCODE)
        if again or (stale and (place or known.type is FieldType.PHONE)):
            self._read_again(known)
        return stale or (again and place)

    def _read_again(self, known: Field) -> None:
        """Read a repaired column by its own rule."""
        column = read_column(known, self.cells[known.key], self.sheet)
        self.sheet.values[known.key] = column.values
        self.faults[known.key] = dict(column.faults)

    def _values(self, known: Field) -> Sequence[Value]:
        return self.sheet.column(known.key)

    def _write(self, known: Field) -> None:
        """Give a typed column its one writing."""
        column = TypedColumn(
            known,
            self.cells[known.key],
            self._values(known),
            self.faults.get(known.key, {}),
            self.sheet,
            self.lang,
            cities=self._beside(known.key, "city"),
        )
        padded: dict[int, str] = {}
        for row, (rule, after) in write_column(column).items():
            self._add(row, known, rule, after)
            if rule is Rule.ZEROS and known.type is FieldType.POSTCODE and rule in self.rules:
                padded[row] = str(after)
        if padded:
            kept = enumerate(self._values(known))
            self.sheet.values[known.key] = [padded.get(row, value) for row, value in kept]
            self.faults[known.key] = {r: f for r, f in self.faults[known.key].items() if r not in padded}

    def _beside(self, key: str, what: str) -> list[Cell]:
        """Return the cells of column `what` of the same address as field `key`, none where the sheet has none."""
        prefix = key.rpartition("_")[0]
        return self.cells.get(f"{prefix}_{what}") or self.cells.get(what) or []

    def _capitalise(self, known: Field) -> None:
        """Give names their capitals back."""
        if Rule.CAPITALS not in self.rules:
            return
        first, last = self.cells.get("first_name", []), self.cells.get("last_name", [])
        names = Names(known.key, first, last, self.sheet.column("title"))
        for row, (after, certain) in name_capitals(names).items():
            self._add(row, known, Rule.CAPITALS, after, certain=certain)

    def _pairs(self, known: Field) -> dict[int, tuple[str, str]]:
        """Return the French rows that have a postcode and a town, for one column of towns."""
        home = self.checked.profile.country in FRENCH
        countries = self.sheet.beside(known.key, "country")
        french = [home if country is None else country in FRENCH for country in countries]
        return french_pairs(self.sheet.beside(known.key, "postcode"), self.cells[known.key], french)

    def _spell(self, known: Field) -> None:
        """Spell towns as the list does, where accents, case or signs alone are different; propose the others."""
        if Rule.TOWNS not in self.rules:
            return
        pairs = self._pairs(known)
        listed = {pair: spelling(*pair) for pair in set(pairs.values())}
        spelled = {pair: name for pair, name in listed.items() if name and not _typography_only(pair[1], name)}
        shouted = sum(town.isupper() for _, town in pairs.values()) * 2 > len(pairs)
        for row, pair in pairs.items() if spelled else ():
            if pair in spelled and not (shouted and pair[1].isupper()):
                self._add(row, known, Rule.TOWNS, spelled[pair])
        self._propose_towns(known, pairs)

    def _propose_towns(self, known: Field, pairs: Mapping[int, tuple[str, str]]) -> None:
        prefix = known.key.removesuffix("city")
        postcode = self.checked.profile.field(f"{prefix}postcode")
        for row, code, town in town_proposals(pairs):
            if town:
                self._add(row, known, Rule.TOWNS, town, certain=False)
            if code and postcode is not None and postcode.key in self.cells:
                self._add(row, postcode, Rule.TOWNS, code, certain=False)

    def _propose(self) -> None:
        """Propose what the findings propose, for the cells that no repair has settled."""
        settled = (Rule.MOJIBAKE, Rule.ZEROS, Rule.DATES, Rule.DATES_1904)
        done = {(f.row, f.field) for _, _, f in self.found if f.certain and f.rule in settled}
        for known in self.fields:
            for row, findings in self.faults.get(known.key, {}).items():
                if (self.checked.table.rows[row], known.key) in done:
                    continue
                for rule, after in proposals_of(findings, known, self.checked.profile, self.lang):
                    if self._likely(row, known, after):
                        self._add(row, known, rule, after, certain=False)

    def _likely(self, row: int, known: Field, after: Cell) -> bool:
        """Say whether a proposal is worth showing: 07501 is no postcode, and 07500 is not that of the row's town."""
        if known.type is not FieldType.POSTCODE:
            return after is not None
        cities = self._beside(known.key, "city")
        town = text(cities[row]).strip() if cities else ""
        if not towns_of(str(after)) or compare(str(after), town) is Agreement.DIFFER:
            return False
        return not town or compare(str(after), town) is Agreement.AGREE or near_spelling(str(after), town) is not None


def _typography_only(typed: str, listed: str) -> bool:
    return typed.translate({0x2019: "'"}) == listed


def _faults(checked: Checked) -> dict[str, dict[int, tuple[Finding, ...]]]:
    """Return the findings of the check by field and row index, those about the whole sheet or row left out."""
    place = {row: n for n, row in enumerate(checked.table.rows)}
    found: dict[str, dict[int, tuple[Finding, ...]]] = defaultdict(dict)
    for issue in checked.issues:
        if issue.row is not None and issue.field and issue.code not in _OF_THE_ROW:
            row = place[issue.row]
            found[issue.field][row] = (*found[issue.field].get(row, ()), (issue.code, issue.params))
    return found


_OF_THE_ROW = frozenset(
    (Code.REQUIRED, Code.NAME_MISSING, Code.DUPLICATE_KEY_IN_FILE, Code.KEY_IN_USE, Code.POSTCODE_CITY, Code.INVISIBLE)
)
