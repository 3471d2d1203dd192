"""Conditional formats and cell rules (data validation) of a range."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from tests.lo_engine.calls import counted
from tests.lo_engine.excel_limits import check_spoken_formula
from tests.lo_engine.formats import BOLD, color_of, office_color
from tests.lo_engine.office import enum

if TYPE_CHECKING:
    from tests.lo_engine.ranges import Range

_CONDITION, _EXPRESSION = 0, 24  # com.sun.star.sheet.ConditionEntryType, ConditionFormatOperator
_KEPT = ("Operator", "Formula1", "Formula2", "StyleName")
_SHEET = re.compile(r"""\$?('(?:[^']|'')+'|\w+)\.(?=\$?[A-Z0-9])""")  # LibreOffice writes $Sheet.$A$1
_TYPES = {"ANY": "none", "WHOLE": "whole_number", "TEXT_LEN": "text_length"}


@counted
class ConditionalFormats(base_classes.ConditionalFormats):
    """The rules that touch a range, the newest first (Excel gives a new rule the first priority)."""

    def __init__(self, cells: Range) -> None:
        self._range = cells

    api = property(lambda self: self._range.api)

    def _all(self) -> list[ConditionalFormat]:
        from tests.lo_engine.ranges import box_of

        formats = sorted(self._range.sheet.uno.ConditionalFormats.getConditionalFormats(), key=lambda f: -f.ID)
        touching = [f for f in formats if any(box_of(a).meets(self._range.box) for a in f.Range.RangeAddresses)]
        return [ConditionalFormat(self._range, f, i) for f in touching for i in range(f.getCount())]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[ConditionalFormat]:
        return iter(self._all())

    def __call__(self, key: int) -> ConditionalFormat:
        return self._all()[key - 1]

    def add_custom(self, spec: dict[str, Any]) -> ConditionalFormat:
        """Add a rule; its relative references count from the active cell, as Excel has it."""
        sheet, book = self._range.sheet, self._range.sheet.book
        self._range._for_writing()
        if book.app.excel_language != "en":
            check_spoken_formula(spec["formula"])
        active = book.app.selection or self._range
        tokens = book._formula_parser().parseFormula(
            spec["formula"][1:], active.uno.getCellByPosition(0, 0).CellAddress
        )
        corner = self._range.uno.getCellByPosition(0, 0).CellAddress
        entry = _new_format(sheet, self._range._together(), position=0)
        entry.Operator, entry.StyleName = _EXPRESSION, self._style(spec)
        entry.Formula1 = book._formula_parser(0).printFormula(tokens, corner)
        return self._all()[0]

    def _style(self, spec: dict[str, Any]) -> str:
        document = self._range.sheet.book.doc
        styles = document.StyleFamilies.getByName("CellStyles")
        name = next(new for n in range(1, 10_000) if not styles.hasByName(new := f"Rule {n}"))
        style = document.createInstance("com.sun.star.style.CellStyle")
        styles.insertByName(name, style)
        if spec.get("fill_color") is not None:
            style.CellBackColor = office_color(spec["fill_color"])
        if spec.get("font_color") is not None:
            style.CharColor = office_color(spec["font_color"])
        if spec.get("font_bold"):
            style.CharWeight = BOLD
        return name

    def clear(self) -> None:
        self._range._for_writing()
        for found in {rule._format.ID for rule in self._all()}:
            self._range.sheet.uno.ConditionalFormats.removeByID(found)


@counted
class ConditionalFormat(base_classes.ConditionalFormat):
    """One rule: an entry of LibreOffice's format of an area."""

    def __init__(self, cells: Range, uno_format: Any, position: int) -> None:
        self._range, self._format, self._position = cells, uno_format, position

    api = property(lambda self: self._range.api)

    def _entry(self) -> Any:
        return self._format.getByIndex(self._position)

    def _corner(self) -> Any:
        """Return the cell from which the formula's relative references count."""
        return self._format.Range.getByIndex(0).getCellByPosition(0, 0).CellAddress

    @property
    def type(self) -> str:
        entry = self._entry()
        if entry.getType() != _CONDITION:
            return "unknown"
        return "custom" if entry.Operator == _EXPRESSION else "cell_value"

    @property
    def formula(self) -> str | None:
        return "=" + _SHEET.sub(r"\1!", self._entry().Formula1) if self.type == "custom" else None

    @property
    def fill_color(self) -> tuple[int, int, int] | None:
        return color_of(self._style().CellBackColor)

    @property
    def font_color(self) -> tuple[int, int, int] | None:
        return color_of(self._style().CharColor)

    def _style(self) -> Any:
        styles = self._range.sheet.book.doc.StyleFamilies.getByName("CellStyles")
        return styles.getByName(self._entry().StyleName)

    def delete(self) -> None:
        """Remove this rule and no other; LibreOffice 7.4's own removal of one entry always fails."""
        self._range._for_writing()
        entries = [self._format.getByIndex(i) for i in range(self._format.getCount()) if i != self._position]
        if any(entry.getType() != _CONDITION for entry in entries):
            raise NotImplementedError("a colour scale shares the area of this rule")
        kept = [[getattr(entry, name) for name in _KEPT] for entry in entries]
        area, sheet = self._format.Range, self._range.sheet
        sheet.uno.ConditionalFormats.removeByID(self._format.ID)
        for position, values in enumerate(kept):
            entry = _new_format(sheet, area, position=position)
            for name, value in zip(_KEPT, values, strict=True):
                setattr(entry, name, value)


def _new_format(sheet: Any, area: Any, *, position: int) -> Any:
    """Return an empty condition on the area, in a format of its own."""
    formats = sheet.uno.ConditionalFormats
    number = formats.createByRange(area)
    made = next(found for found in formats.getConditionalFormats() if number == found.ID)
    made.createEntry(_CONDITION, position)
    return made.getByIndex(0)


def _rule_text(name: str) -> property:
    return property(lambda rule: getattr(rule._uno(), name) if rule.type not in ("none", "inconsistent") else None)


@counted
class DataValidation(base_classes.DataValidation):
    """The cell rule of a range; xlwings can set lists and delete, its messages are read-only."""

    def __init__(self, cells: Range) -> None:
        self._range = cells

    api = property(lambda self: self._range.api)

    def _uno(self) -> Any:
        return self._range.uno.Validation

    @property
    def type(self) -> str:
        """ "none", "list", "date", "text_length"..., "inconsistent" if the cells differ."""
        if self._range.uno.getPropertyState("Validation").value == "AMBIGUOUS_VALUE":
            return "inconsistent"
        name = self._uno().Type.value
        return str(_TYPES.get(name, name.lower()))

    error_title, error_message = _rule_text("ErrorTitle"), _rule_text("ErrorMessage")
    input_title, input_message = _rule_text("InputTitle"), _rule_text("InputMessage")

    @property
    def source(self) -> str | None:
        """The list "a,b" or the reference "=Lists!$A$1:$A$9" of a list rule."""
        if self.type != "list":
            return None
        text = self._uno().getFormula1()
        if text.startswith('"'):
            return ",".join(part.strip('"') for part in text.split(";"))
        return str(self._range.sheet.book._written(text, self._range.uno.getCellByPosition(0, 0).CellAddress))

    def set_list(self, source: Any, in_cell_dropdown: bool) -> None:  # noqa: FBT001, RUF100
        if hasattr(source, "sheet"):
            text = f"$'{source.sheet.name}'.{source.address}"
        elif hasattr(source, "refers_to"):
            text = source.name
        else:
            text = ";".join(f'"{item}"' for item in source)
        rule = self._uno()
        rule.Type = enum("sheet.ValidationType", "LIST")
        rule.setSourcePosition(self._range.uno.getCellByPosition(0, 0).CellAddress)
        rule.setFormula1(text)
        rule.ShowList, rule.ShowErrorMessage = int(in_cell_dropdown), True
        self._range._for_writing().Validation = rule

    def delete(self) -> None:
        rule = self._uno()
        rule.Type = enum("sheet.ValidationType", "ANY")
        self._range._for_writing().Validation = rule
