"""Count what a macro asks of Excel: each such call costs about a millisecond between two processes.

Seconds measured with LibreOffice say little about Excel; the number of calls says a lot.  A test asserts that a
macro makes as many calls for 500 rows as for 5.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from tests.lo_engine.excel_limits import ExcelRefusal
from tests.lo_engine.office import is_office_exception

# Known to xlwings without asking Excel, or our own.
FREE = {"api", "app", "book", "column", "coords", "engine", "options", "parent", "row", "shape", "sheet"}
SPECIAL = {"__call__", "__len__", "__iter__", "__contains__"}

_C = TypeVar("_C", bound=type)


class Calls:
    """The calls made since the start, by name; calls inside a call are the engine's own and do not count."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self._depth = 0

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """Yield a list which, after the block, names every call made in it ("Range.raw_value=", ...)."""
        start, block = len(self.made), list[str]()
        try:
            yield block
        finally:
            block.extend(self.made[start:])

    def record(self, name: str, times: int = 1) -> None:
        """Add calls that an engine of xlwings makes for one access, for example one per row."""
        self.made.extend([name] * times)

    def watched(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, recorded under the name when it is called from outside of the engine."""

        @functools.wraps(call)
        def run(*args: Any, **kwargs: Any) -> Any:
            if self._depth == 0:
                self.record(name)
            self._depth += 1
            try:
                return call(*args, **kwargs)
            except Exception as failed:
                if not is_office_exception(failed):
                    raise
                refusal = ExcelRefusal(f"{name}: LibreOffice answers {type(failed).__name__}: {failed}")
            finally:
                self._depth -= 1
            raise refusal

        return run


CALLS = Calls()


def counted(kind: _C) -> _C:
    """Class decorator: count every public method and property of an engine's class."""
    for name, member in list(vars(kind).items()):
        if name in FREE or (name.startswith("_") and name not in SPECIAL):
            continue
        label = f"{kind.__name__}.{name}"
        if isinstance(member, property):
            getter = member.fget and CALLS.watched(label, member.fget)
            setter = member.fset and CALLS.watched(f"{label}=", member.fset)
            setattr(kind, name, property(getter, setter, doc=member.__doc__))
        elif callable(member) and not isinstance(member, type):
            setattr(kind, name, CALLS.watched(label, member))
    return kind
