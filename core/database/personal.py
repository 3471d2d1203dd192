"""Personal data: find customers, find everything held about one, anonymise him, list those without contact.

The journal holds people too: the images before and after each change, and the values of refused cells. They are
found and emptied with the customer; what was done, when and by whom stays.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, delete, false, func, or_, select, update

from core.cells import fold
from core.database import journal, schema
from core.database.customers import update_customers
from core.database.journal import Entry
from core.database.keys import customer_keys, person
from core.database.records import KEPT, Customer, read_customers
from core.duplicates.similarity import slip
from core.errors import DatabaseError, Stopped
from core.exported import plain
from core.held import ANONYMISED, Dormant, Fact, anonymous_values
from core.jobs import JobKind, JobState, Outcome, RowOutcome

if TYPE_CHECKING:
    from core.database import Database

C = schema.customers
NAMES = (C.c.first_name, C.c.last_name, C.c.company, C.c.legal_name)
PHONES = (C.c.mobile, C.c.phone, C.c.phone2)
TEXTS = (*NAMES, C.c.email, C.c.account_number, C.c.loyalty_card)
TELLING = ("email", "mobile", "phone", "loyalty_card", "account_number")
LEAST = 5  # characters of a value that is looked for in the texts of refused rows: shorter ones are everybody's
OPEN = ("pending", "sent", "unknown")
ERASED = "people.erased"


def find_numbers(connection: Connection, shop: int, said: str) -> list[int]:
    """Return the customers who have every word somewhere in their names, e-mail, card, account number or phones.

    Where nobody has, those whose names have every word but for a slip of the fingers.
    """
    words = [_fold(word) for word in said.split()]
    number = _phone_part(said)
    found = []
    for row in connection.execute(select(C.c.id, *TEXTS, *PHONES).where(C.c.shop_id == shop).order_by(C.c.id)):
        texts = [_fold(str(value)) for value in row[1 : len(TEXTS) + 1] if value]
        digits = [_digits(value) for value in row[len(TEXTS) + 1 :] if value]
        if (number and any(number in d for d in digits)) or all(any(w in t for t in texts) for w in words):
            found.append(row[0])
    return found or _find_near(connection, shop, words)


def _find_near(connection: Connection, shop: int, words: list[str]) -> list[int]:
    """Return the customers who have, for each word, a word of their names one typing slip away.

    Each distinct word of the names is compared once: 100,000 customers take a second.
    """
    near: list[set[int]] = [set() for _ in words]
    if not words or not all(word.isalpha() for word in words):
        return []
    users: dict[str, list[int]] = defaultdict(list)
    for number, *names in connection.execute(select(C.c.id, *NAMES).where(C.c.shop_id == shop)):
        for word in {w for name in names if name for w in (*fold(name).split(), *map(_fold, name.split()))}:
            users[word].append(number)
    for known, numbers in users.items():
        for word, likely in zip(words, near, strict=True):
            if known == word or slip(known, word):
                likely.update(numbers)
    return sorted(set.intersection(*near))


def _phone_part(said: str) -> str:
    """Return the digits by which a phone is looked for, "" for what is not a part of one."""
    digits = _digits(said)
    if len(digits) < 3 or fold(said).strip("0123456789 "):
        return ""
    return digits.removeprefix("0033").removeprefix("0")


def _fold(text: str) -> str:
    return text.casefold() if "@" in text else fold(text).replace(" ", "") or text.casefold()


def _digits(phone: str) -> str:
    return "".join(c for c in phone if c.isdigit())


def held_facts(connection: Connection, shop: int, number: int) -> list[Fact]:
    """Return everything held about one customer, also about one who was removed since. Raises DatabaseError."""
    customer = read_customers(connection, [number]).get(number)
    if customer is not None and customer.kept["shop_id"] != shop:
        customer = None
    facts = list(_own_facts(customer)) if customer else []
    values = customer.values if customer else {}
    for row in connection.execute(_rows(number, values, shop)):
        facts += _row_facts(row)
    facts += _action_facts(connection, number)
    facts += [
        Fact("loyalty", row["created_at"], name, str(value))
        for row in connection.execute(select(schema.loyalty_operations).where(_operations(number, values))).mappings()
        for name, value in row.items()
        if value is not None and name in ("kind", "state", "card", "amount", "request", "answer")
    ]
    if not facts:
        raise DatabaseError("people.nobody", number=str(number))
    return facts


def _own_facts(customer: Customer) -> Iterator[Fact]:
    since = customer.kept["modified_at"]
    for key, value in sorted(customer.values.items()):
        yield Fact("customer", since, key, str(plain(value)))
    for key in KEPT:
        if customer.kept[key] is not None:
            yield Fact("customer", since, key, str(customer.kept[key]))


def _rows(number: int, values: dict[str, Any], shop: int) -> Any:
    """Return the query of the journal's rows about a customer: his own, and the refused ones that hold his data."""
    t, jobs = schema.job_rows, schema.jobs
    said = [str(values[key]) for key in TELLING if values.get(key) and len(str(values[key])) >= LEAST]
    hidden = [column.contains(text, autoescape=True) for text in said for column in (t.c.params, t.c.before, t.c.after)]
    nobodys = t.c.customer_id.is_(None) & or_(false(), *hidden)
    mine = (t.c.customer_id == number) | nobodys
    query = select(t, jobs.c.started_at, jobs.c.file_name).join(jobs, jobs.c.id == t.c.job_id)
    return query.where(mine, or_(jobs.c.shop_id == shop, jobs.c.shop_id.is_(None))).order_by(t.c.job_id, t.c.row)


def _row_facts(row: Row[Any]) -> Iterator[Fact]:
    yield Fact("job", row.started_at, str(row.job_id), f"{row.file_name or ''} {row.row} {row.outcome}".strip())
    before = json.loads(row.before)[0] if row.before else {}
    after = json.loads(row.after) if row.after else {}
    params = journal.read_params(row.params)
    for place, held in (("before", before), ("after", after), ("refusal", params)):
        for name, value in held.items():
            if value is not None:
                yield Fact(place, row.started_at, name, str(value))


def _action_facts(connection: Connection, number: int) -> list[Fact]:
    actions, members = schema.marketing_actions, schema.marketing_action_customers
    query = select(actions.c.created_at, actions.c.code).join(members, members.c.action_id == actions.c.id)
    rows = connection.execute(query.where(members.c.customer_id == number))
    return [Fact("action", created, "code", code) for created, code in rows]


def _operations(number: int, values: dict[str, Any]) -> ColumnElement[bool]:
    t = schema.loyalty_operations
    card = values.get("loyalty_card")
    return (t.c.customer_id == number) | (t.c.card == str(card) if card else false())


def anonymise(database: Database, number: int, *, user: str, lang: str, now: datetime | None = None) -> int:
    """Anonymise one customer and everything the journal holds of him; return the number of the job that says so.

    Raises DatabaseError for nobody of that number, Stopped while FidelPass operations of his are under way.
    """
    moment = journal.utc(now)
    shop = database.shop_id()
    with database.writer.begin() as connection:
        database.backend.lock(connection)
        old = read_customers(connection, [number], lock=True).get(number)
        if old is None or old.kept["shop_id"] != shop:
            raise DatabaseError("people.nobody", number=str(number))
        _erase_operations(connection, number, old.values)
        _erase_rows(connection, connection.execute(_rows(number, old.values, shop)).all())
        _erase_decisions(connection, number, old)
        kept = {**old.kept, "version": old.version + 1, "modified_at": moment, "identity": None,
                "source_system": ANONYMISED, "source_reference": None}  # fmt: skip
        new = Customer(number, anonymous_values(number, old.values, lang), kept)
        update_customers(connection, database.backend, [(old, new)])
        about = {"kind": str(JobKind.ANONYMISE), "shop_id": shop, "user": user, "started_at": moment}
        job = journal.open_job(connection, about, [1])
        said = RowOutcome(1, Outcome.UPDATED, number, "people.anonymised", {"customer": str(number)})
        journal.record(connection, database.backend, job, [Entry(said)])
        journal.close_job(connection, job, JobState.DONE, moment)
    return job


def _erase_operations(connection: Connection, number: int, values: dict[str, Any]) -> None:
    t = schema.loyalty_operations
    mine = _operations(number, values)
    waiting = connection.execute(select(func.count()).select_from(t).where(mine, t.c.state.in_(OPEN))).scalar_one()
    if waiting:
        raise Stopped("people.open_operations", number=str(number), count=waiting)
    connection.execute(update(t).where(mine).values(card=None, request="{}", answer=None))


def _erase_rows(connection: Connection, rows: Iterable[Row[Any]]) -> None:
    t = schema.job_rows
    for row in rows:
        reason = ERASED if row.reason else None
        connection.execute(
            update(t)
            .where(t.c.job_id == row.job_id, t.c.row == row.row)
            .values(before=None, after=None, params=None, reason=reason)
        )


def _erase_decisions(connection: Connection, number: int, customer: Customer) -> None:
    """Forget who this customer is not, and whom his own rows are not: those are hashes of personal data."""
    t = schema.decisions
    own = person(customer_keys(customer.values))
    connection.execute(delete(t).where((t.c.customer_id == number) | (t.c.person == own)))


def dormant_customers(connection: Connection, shop: int, since: date) -> list[Dormant]:
    """Return the customers who gave no sign from that day on, the longest silent first."""
    edge = datetime.combine(since, time())
    t = schema.loyalty_operations
    active = select(t.c.customer_id).where(t.c.created_at >= edge, t.c.customer_id.is_not(None))
    query = select(C.c.id, C.c.last_name, C.c.first_name, C.c.company, C.c.created_at, C.c.modified_at, C.c.opt_in_date)
    query = query.where(
        C.c.shop_id == shop,
        C.c.created_at < edge,
        C.c.modified_at < edge,
        or_(C.c.opt_in_date.is_(None), C.c.opt_in_date < since),
        or_(C.c.source_system.is_(None), C.c.source_system != ANONYMISED),
        C.c.id.not_in(active),
    )
    found = []
    for number, last, first, company, created, modified, opted in connection.execute(query):
        day = max(created.date(), modified.date(), opted or date.min)
        found.append(Dormant(number, " ".join(filter(None, (last, first))) or company or "", day))
    return sorted(found, key=lambda d: (d.last, d.number))
