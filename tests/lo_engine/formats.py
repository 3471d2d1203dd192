"""Colours and fonts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from xlwings import base_classes
from xlwings.utils import hex_to_rgb, int_to_rgb

from tests.lo_engine.calls import counted
from tests.lo_engine.office import enum

if TYPE_CHECKING:
    from tests.lo_engine.ranges import Range

BOLD, NORMAL = 150.0, 100.0
NO_COLOR = -1


def office_color(color: tuple[int, int, int] | str | int | None) -> int:
    """Return LibreOffice's 0xRRGGBB of xlwings' colour (triple, "#rrggbb", Excel's BGR number), -1 for None."""
    if color is None:
        return NO_COLOR
    red, green, blue = (
        hex_to_rgb(color) if isinstance(color, str) else int_to_rgb(color) if isinstance(color, int) else color  # type: ignore[no-untyped-call]
    )
    return int(red) << 16 | int(green) << 8 | int(blue)


def color_of(number: int) -> tuple[int, int, int] | None:
    """Return (red, green, blue) of LibreOffice's number, None for no colour."""
    return None if number < 0 else (number >> 16 & 255, number >> 8 & 255, number & 255)


def _property(name: str, read: Callable[[Any], Any], write: Callable[[Any], Any]) -> property:
    def get(font: Font) -> Any:
        mixed = font._range.uno.getPropertyState(name).value == "AMBIGUOUS_VALUE"
        return None if mixed else read(getattr(font._range.uno, name))

    def put(font: Font, value: Any) -> None:
        setattr(font._range._for_writing(), name, write(value))

    return property(get, put)


@counted
class Font(base_classes.Font):
    """The font of a range; None where its cells differ."""

    def __init__(self, cells: Range) -> None:
        self._range = cells

    api = property(lambda self: self._range.api)
    bold = _property("CharWeight", lambda weight: weight > NORMAL, lambda on: BOLD if on else NORMAL)
    italic = _property(
        "CharPosture",
        lambda slant: slant.value == "ITALIC",
        lambda on: enum("awt.FontSlant", "ITALIC" if on else "NONE"),
    )
    color = _property("CharColor", lambda number: color_of(number) or (0, 0, 0), office_color)
    size = _property("CharHeight", float, float)
    name = _property("CharFontName", str, str)
