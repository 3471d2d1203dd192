"""Taken: which row of a run each customer already belongs to."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable


class Taken:
    """Customer → the first sheet row of the run that he belongs to.

    New customers have rising numbers, and there may be a million of them: they are kept as two lists of numbers.
    """

    def __init__(self) -> None:
        self._numbers = array("q")
        self._rows = array("q")
        self._others: dict[int, int] = {}

    def add(self, customer: int, row: int) -> None:
        """Keep that a customer belongs to a row, unless he belongs to an earlier one."""
        if self.get(customer) is None:
            self._others[customer] = row

    def add_new(self, customers: Iterable[int], rows: Iterable[int]) -> None:
        """Keep that rows made customers."""
        for customer, row in zip(customers, rows, strict=True):
            if not self._numbers or customer > self._numbers[-1]:
                self._numbers.append(customer)
                self._rows.append(row)
            else:
                self.add(customer, row)

    def get(self, customer: int) -> int | None:
        """Return the row that a customer belongs to."""
        place = bisect_left(self._numbers, customer)
        if place < len(self._numbers) and self._numbers[place] == customer:
            return self._rows[place]
        return self._others.get(customer)
