"""Readings: what a rule makes of one value: its canonical value, and what there is to say of it."""

from __future__ import annotations

from typing import Any

from core.checked import Value
from core.issues import Code

Finding = tuple[Code, dict[str, Any]]
"""An issue still without its place: the code and what its sentence needs besides the value."""

Reading = tuple[Value, tuple[Finding, ...]]
"""The canonical value (None where it cannot be used) and the findings, most often none."""


def fine(value: Value) -> Reading:
    """Return a value with nothing to say."""
    return value, ()


def refused(code: Code, /, **params: object) -> Reading:
    """Return no value, and why. A `reason` is the key of a text in the `reasons` catalogue."""
    return None, ((code, params),)


def doubted(value: Value, code: Code, /, **params: object) -> Reading:
    """Return a value that is usable, and what to say of it."""
    return value, ((code, params),)
