"""What is said to FidelPass about sales: one operation per thing said, recorded before it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, Protocol

OperationKind = Literal["reserve", "confirm", "cancel", "refund", "settle"]
"""`settle` is never sent: somebody has taken up with FidelPass what it refused of the sale before."""


class OperationState(StrEnum):
    """Where an operation is; PENDING, SENT and UNKNOWN are still in the queue."""

    PENDING = "pending"  # recorded, and surely not done at FidelPass
    SENT = "sent"  # on its way; after a crash, nobody knows
    CONFIRMED = "confirmed"  # FidelPass has done it
    UNKNOWN = "unknown"  # no usable answer: FidelPass is asked before anything is sent again
    FAILED = "failed"  # FidelPass said no, `reason` says why
    CANCELLED = "cancelled"  # given up: never sent, or taken back


OPEN_STATES = (OperationState.PENDING, OperationState.SENT, OperationState.UNKNOWN)


@dataclass(frozen=True)
class Operation:
    """One thing said about a sale under one idempotency key; `body` is the exact JSON that is sent.

    Times are UTC. `reason` is FidelPass's code for a refusal, a text in `failures.REFUSAL_TEXTS`.
    """

    key: str
    sale: str
    kind: OperationKind
    body: str = field(repr=False)
    recorded: datetime
    state: OperationState = OperationState.PENDING
    attempts: int = 0
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether it still has to be sent or asked about."""
        return self.state in OPEN_STATES

    @property
    def was_cut_off(self) -> bool:
        """Say whether whoever began it never heard how it ended: a sending that ends leaves another state."""
        return self.state is OperationState.SENT or (self.state is OperationState.PENDING and self.attempts == 0)


class OperationStore(Protocol):
    """Where operations are kept. Every call is durable when it returns: a power cut loses nothing of it."""

    def add(self, operation: Operation) -> None:
        """Keep a new operation; its key has never been used."""

    def save(self, operation: Operation) -> None:
        """Keep the new state of an operation, found by its key."""

    def of_sale(self, sale: str) -> Sequence[Operation]:
        """Return the operations of a sale in the order they were added."""

    def open(self) -> Sequence[Operation]:
        """Return the operations in one of OPEN_STATES, in the order they were added."""

    def held(self) -> Sequence[Operation]:
        """Return the reservations CONFIRMED of sales that nobody has paid or given up, in the order added."""

    def refused(self) -> Sequence[Operation]:
        """Return the payments and refunds that FAILED and that no later `settle` settles, in the order added."""
