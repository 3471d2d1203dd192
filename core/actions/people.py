"""One customer at a time: add one, find some, and what the law asks about personal data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from core.actions.checks import check_table
from core.actions.context import Context, open_database, user_name
from core.cells import fold
from core.checked import Checked, Duplicate, Likeness, Value
from core.decisions import Action, Decision
from core.errors import InputError
from core.fields import FIELDS, FieldType
from core.held import DORMANT_YEARS, Dormant, Fact, years_before
from core.i18n import show, tr
from core.jobs import JobReport, Outcome, PushRequest
from core.profiles import Field, Profile
from core.tables import Cell, Table

if TYPE_CHECKING:
    from core.database import Customer

FIRST = ("last_name", "first_name", "company", "email", "mobile", "phone", "group")
"""What is asked first of somebody who is standing there; the other fields follow in the system's order."""
FOUND_SHOWN = 50


def form_options(profile: Profile) -> dict[str, str]:
    """Return the run options under which every column of a system is in the form (limits, loyalty, tax)."""
    return {o.key: o.default for o in profile.options} | _every_column(profile)


def _every_column(profile: Profile) -> dict[str, str]:
    return {f.option: "yes" for f in profile.fields if f.option}


def customer_form(profile: Profile) -> tuple[Field, ...]:
    """Return the fields of the form for one customer: names, e-mail, phones and group first, then the details."""
    fields = [f for f in profile.columns(form_options(profile)) if not f.read_only]
    first = [f for key in FIRST for f in fields if f.key == key]
    return (*first, *(f for f in fields if f.key not in FIRST))


def customer_row(said: Mapping[str, str], profile: Profile) -> Table:
    """Return a sheet of one row from fields (by key, header or label) and their texts. Raises InputError."""
    fields = customer_form(profile)
    names = {fold(word): f for f in fields for word in (*f.label.values(), f.header, f.key)}
    unknown = next((name for name in said if fold(name) not in names), None)
    if unknown is not None:
        known = [f.header for f in fields]
        raise InputError("people.unknown_field", system=profile.name, name=unknown, known=known)
    cells = {names[fold(name)].key: text for name, text in said.items()}
    columns: list[Sequence[Cell]] = [[cells.get(f.key) or None] for f in fields]
    return Table(Path(), "", 1, [f.header for f in fields], list(range(1, len(fields) + 1)), columns, [2])


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a customer to add: the check, with whom it is like, and the push if there was one."""

    checked: Checked
    report: JobReport | None

    @property
    def like(self) -> bool:
        """Whether somebody may already be this customer: a family is another person."""
        return bool(self.checked.own) or any(d.likeness is not Likeness.FAMILY for d in self.checked.duplicates)

    @property
    def existing(self) -> list[int]:
        """The customers who were there already with all that was said, so that nothing was added."""
        if self.report is None:
            return list(self.checked.own.values())
        return [o.customer for o in self.report.outcomes if o.outcome is Outcome.UNCHANGED and o.customer is not None]


def add_customer(table: Table, context: Context, *, sure: bool = False) -> Added:
    """Check one customer and add it, unless it has an error, or is like another one and nobody is `sure`.

    Nothing is written before the duplicate check has spoken. Raises DatabaseError.
    """
    options = {**context.options, **_every_column(context.profile)}
    with open_database(context.db, create=True, shop=context.shop):
        pass  # the duplicate check needs a database to look in
    checked = check_table(table, Context(context.profile, context.lang, options, context.db, context.shop))
    checked.duplicates += _homonyms(checked, context)
    waiting = Added(checked, None)
    if checked.faulty_rows() or (waiting.like and not sure):
        return waiting
    request = PushRequest(
        user=user_name(),
        system=context.profile.id,
        options=context.options,
        decisions={row: Decision(Action.CREATE) for row in table.rows},
    )
    with open_database(context.db, shop=context.shop) as database:
        return Added(checked, database.push(checked, request))


def _homonyms(checked: Checked, context: Context) -> list[Duplicate]:
    """Return the customers of the same last and first names, whatever the rest, that the check did not name.

    Somebody added by hand may have moved: it is for who stands there to say whether it is the same person.
    """
    from core.database.searching import find_by_name

    known = {*checked.own.values(), *(d.customer for d in checked.duplicates)}
    values = {key: column[0] for key, column in checked.values.items()}
    names = _names(values)
    if not all(names):
        return []
    with open_database(context.db, shop=context.shop) as database:
        found = find_by_name(database, " ".join(names))
    return [
        Duplicate(checked.table.rows[0], Likeness.PROBABLE, (("same_names", {}),), customer=c.number, score=0.0)
        for c in found
        if c.number not in known and _names(c.values) == names
    ]


def _names(values: Mapping[str, Value]) -> tuple[str, str]:
    return fold(str(values.get("last_name") or "")), fold(str(values.get("first_name") or ""))


def find_customers(text: str, context_db: str, shop: str) -> tuple[list[Customer], int]:
    """Return the first customers who have these words somewhere, and how many there are."""
    with open_database(context_db, shop=shop) as database:
        numbers = database.find(text)
        return list(database.customers(numbers[:FOUND_SHOWN])), len(numbers)


def held_data(number: int, context_db: str, shop: str) -> list[Fact]:
    """Return everything held about one customer. Raises DatabaseError."""
    with open_database(context_db, shop=shop) as database:
        return database.held(number)


def write_held(path: Path, facts: Sequence[Fact], lang: str) -> Path:
    """Write what is held about somebody into a workbook, one line a fact. Raises InputError."""
    from core.workbooks import write_table

    headers = [tr(f"people.column_{name}", lang) for name in ("place", "when", "name", "value")]
    columns: list[list[Cell]] = [
        [tr(f"people.in_{fact.place}", lang) for fact in facts],
        [fact.when for fact in facts],
        [fact.name for fact in facts],
        [_shown(fact, lang) for fact in facts],
    ]
    write_table(path, headers, columns, sheet=tr("people.sheet", lang))
    return path


def _shown(fact: Fact, lang: str) -> str:
    """Write a date or a yes as people of that language do."""
    kind = FIELDS.get(fact.name)
    if kind is FieldType.DATE:
        return show(date.fromisoformat(fact.value), lang)
    return show(fact.value == "True", lang) if kind is FieldType.FLAG else fact.value


def anonymise_customer(number: int, context_db: str, shop: str, lang: str) -> int:
    """Anonymise one customer for good and return the number of the job that says so. Raises DatabaseError, Stopped."""
    with open_database(context_db, shop=shop) as database:
        return database.anonymise(number, user=user_name(), lang=lang)


def dormant_customers(
    context_db: str, shop: str, years: int = DORMANT_YEARS, today: date | None = None
) -> tuple[list[Dormant], date]:
    """Return the customers without contact for some years, and the day from which there is none."""
    since = years_before(today or date.today(), years)
    with open_database(context_db, shop=shop) as database:
        return database.dormant(since), since


def export_numbers(path: Path, numbers: Sequence[int], context: Context) -> Path:
    """Write some customers into a template of the system, to be edited and sent back. Raises InputError."""
    from core.actions.exports import chosen_fields, write_workbook

    fields, _ = chosen_fields(context.profile, (), context.options)
    with open_database(context.db, shop=context.shop) as database:
        customers = list(database.customers(list(numbers)))
        write_workbook(path, customers, fields, context, database.base(create=True))
    return path
