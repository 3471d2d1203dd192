"""Pace: how often FidelPass may be asked, over all threads, so that a long list of cards does not earn a refusal."""

from __future__ import annotations

import threading
import time


class Pace:
    """A bucket of `burst` requests that fills again at `per_second`; 0 per second is no limit.

    What FidelPass says itself (429 with Retry-After) weighs more: the transport holds everybody for that long.
    """

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._lock = threading.Lock()
        self._left = float(burst)
        self._filled = time.monotonic()

    def wait(self) -> float:
        """Take one request out of the bucket, and return how many seconds to wait before sending it."""
        if self._per_second <= 0:
            return 0.0
        with self._lock:
            now = time.monotonic()
            self._left = min(self._burst, self._left + (now - self._filled) * self._per_second)
            self._filled = now
            self._left -= 1
            return max(0.0, -self._left / self._per_second)
