"""Operations: what is said to FidelPass about sales, kept in the POS database (`core.loyalty.operations`).

Each call is a transaction of its own, and on disk when it returns.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, exists, func, select

from core.database import schema
from core.database.connection import speaking_plainly
from core.database.journal import utc
from core.database.keys import customer_keys
from core.database.retrying import again
from core.loyalty.operations import OPEN_STATES, Operation, OperationState

if TYPE_CHECKING:
    from core.database import Database

T = schema.loyalty_operations


class StoredOperations:
    """The operations of one shop: an `OperationStore`. Raises DatabaseError.

    A sale is known by its reservation, whose key is the sale's; what follows hangs on it as `parent_id`. `user` is who
    is signed in, for the record.
    """

    def __init__(self, database: Database, user: str) -> None:
        self._database = database
        self._user = user
        self._known_shop = 0

    @property
    def _shop(self) -> int:
        """The shop's number, asked for again while it is not in the database: reading does not make it."""
        self._known_shop = self._known_shop or self._database.shop_id()
        return self._known_shop

    def add(self, operation: Operation) -> None:
        """Keep a new operation; its key has never been used."""
        self._known_shop = self._known_shop or self._database.shop_id(create=True)
        body = json.loads(operation.body)
        card = body.get("card")
        amount = body.get("due", body.get("amount"))
        values = {
            "shop_id": self._shop,
            "idempotency_key": operation.key,
            "kind": operation.kind,
            "card": card,
            "amount": Decimal(amount) if amount is not None else None,
            "request": operation.body,
            "user": self._user,
            "created_at": utc(operation.recorded),
            **_state(operation),
        }
        with speaking_plainly(self._database.url), self._database.writer.begin() as connection:
            if operation.kind != "reserve":
                parent = connection.execute(
                    select(T.c.id, T.c.customer_id).where(T.c.idempotency_key == operation.sale)
                ).one()
                values |= {"parent_id": parent.id, "customer_id": parent.customer_id}
            elif card:
                values["customer_id"] = connection.execute(_owner(card, self._shop)).scalar()
            connection.execute(T.insert().values(values))

    def save(self, operation: Operation) -> None:
        """Keep the new state of an operation, found by its key."""
        change = T.update().where(T.c.idempotency_key == operation.key).values(_state(operation))

        def attempt() -> None:
            with self._database.writer.begin() as connection:
                connection.execute(change)

        with speaking_plainly(self._database.url):
            again(attempt)

    def of_sale(self, sale: str) -> Sequence[Operation]:
        """Return the operations of a sale in the order they were added."""
        first = select(T.c.id).where(T.c.idempotency_key == sale, T.c.shop_id == self._shop).scalar_subquery()
        return self._read(_operations().where((T.c.id == first) | (T.c.parent_id == first)))

    def open(self) -> Sequence[Operation]:
        """Return the operations in one of OPEN_STATES, in the order they were added."""
        waiting = T.c.state.in_([str(state) for state in OPEN_STATES])
        return self._read(_operations().where(waiting, T.c.shop_id == self._shop))

    def held(self) -> Sequence[Operation]:
        """Return the reservations CONFIRMED of sales that nobody has paid or given up, in the order added."""
        later = T.alias()
        gone_on = exists().where(later.c.kind.in_(("confirm", "cancel")), later.c.parent_id == T.c.id)
        held = (T.c.state == str(OperationState.CONFIRMED)) & (T.c.kind == "reserve")
        return self._read(_operations().where(held, ~gone_on, T.c.shop_id == self._shop))

    def refused(self) -> Sequence[Operation]:
        """Return the payments and refunds that FAILED and that no later `settle` settles, in the order added."""
        later = T.alias()
        settled = exists().where(later.c.kind == "settle", later.c.parent_id == T.c.parent_id, later.c.id > T.c.id)
        failed = (T.c.state == str(OperationState.FAILED)) & T.c.kind.in_(("confirm", "refund"))
        return self._read(_operations().where(failed, ~settled, T.c.shop_id == self._shop))

    def _read(self, query: Select[Any]) -> Sequence[Operation]:
        with speaking_plainly(self._database.url), self._database.engine.connect() as connection:
            return [_operation(row) for row in connection.execute(query.order_by(T.c.id))]


def _operations() -> Select[Any]:
    parent = T.alias()
    sale = func.coalesce(parent.c.idempotency_key, T.c.idempotency_key).label("sale")
    return select(T, sale).outerjoin(parent, parent.c.id == T.c.parent_id)


def _owner(card: str, shop: int) -> Select[Any]:
    """Return the query of the customer who has a card; the first by number where a base holds it twice."""
    c = schema.customers.c
    key = customer_keys({"loyalty_card": card}).get("card_key")
    return select(func.min(c.id)).where(c.card_key == key, c.shop_id == shop)


def _state(operation: Operation) -> dict[str, Any]:
    return {
        "state": str(operation.state),
        "attempts": operation.attempts,
        "answer": operation.reason or None,
        "modified_at": utc(datetime.now(UTC)),
    }


def _operation(row: Row[Any]) -> Operation:
    return Operation(
        key=row.idempotency_key,
        sale=row.sale,
        kind=row.kind,
        body=row.request,
        recorded=row.created_at.replace(tzinfo=UTC),
        state=OperationState(row.state),
        attempts=row.attempts,
        reason=row.answer or "",
    )
