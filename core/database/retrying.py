"""Retrying: a transaction that another one was in the way of is begun again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from core.database.failures import worth_another_try

T = TypeVar("T")
TRIES = 6
FIRST_PAUSE = (0.01, 0.05)  # seconds, doubled at every try


def again(attempt: Callable[[], T]) -> T:
    """Run a transaction, and run it again after a deadlock or when a key was taken meanwhile."""
    for tried in range(TRIES - 1):
        try:
            return attempt()
        except Exception as error:
            if not worth_another_try(error):
                raise
            time.sleep(random.uniform(*FIRST_PAUSE) * 2**tried)  # noqa: S311 - spreads the tries, keeps no secret
    return attempt()
