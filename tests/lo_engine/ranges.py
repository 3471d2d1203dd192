"""Range: a rectangle of cells (several only as a selection)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from tests.lo_engine.calls import CALLS, counted
from tests.lo_engine.excel_limits import MAX_ADDRESS, MAX_COLUMNS, MAX_ROWS, Box, ExcelRefusal, around
from tests.lo_engine.formats import Font, color_of, office_color
from tests.lo_engine.office import enum, struct
from tests.lo_engine.rules import ConditionalFormats, DataValidation
from tests.lo_engine.tables import AutoFilter, Table
from tests.lo_engine.values import read_block, read_formulas, write_block

if TYPE_CHECKING:
    from tests.lo_engine.sheet import Sheet

# com.sun.star.sheet.CellFlags
_CONTENTS, _FORMATS, _NOTES = 1 | 2 | 4 | 16, 32 | 64, 8
_PIXELS_PER_CHARACTER, _CELL_PADDING = 7, 5  # Calibri 11, Excel's standard font
_HUNDREDTHS_MM_PER_PIXEL = 2540 / 96


def box_of(address: Any) -> Box:
    """Return LibreOffice's range address as a Box."""
    height, width = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
    return Box(address.StartRow + 1, address.StartColumn + 1, height, width)


@counted
class Range(base_classes.Range):
    """One rectangle; `areas` has more than one only in a selection, as in Excel."""

    sheet: Any = None  # the base class has a read-only property of that name

    def __init__(self, sheet: Sheet, box: Box, areas: list[Box] | None = None) -> None:
        self.sheet, self.box, self.areas = sheet, Box(*box), areas or [Box(*box)]
        self.options = None  # set by xlwings
        self._uno: Any = None

    api = property(lambda self: self.sheet.api)
    row = property(lambda self: self.box.row)
    column = property(lambda self: self.box.column)
    shape = property(lambda self: (self.box.rows, self.box.columns))
    coords = property(lambda self: (self.sheet, *self.box))

    @property
    def uno(self) -> Any:
        """LibreOffice's range of the first area."""
        if self._uno is None:
            box = self.box
            edges = (box.column - 1, box.row - 1, box.last_column - 1, box.last_row - 1)
            self._uno = self.sheet.uno.getCellRangeByPosition(*edges)
        return self._uno

    def _together(self, areas: list[Box] | None = None) -> Any:
        """Return one LibreOffice object over all areas: one call instead of one per area."""
        index = self.sheet.uno.RangeAddress.Sheet
        joined = self.sheet.book.doc.createInstance("com.sun.star.sheet.SheetCellRanges")
        fields = ("Sheet", "StartRow", "StartColumn", "EndRow", "EndColumn")
        edges = [(index, b.row - 1, b.column - 1, b.last_row - 1, b.last_column - 1) for b in areas or self.areas]
        addresses = [struct("table.CellRangeAddress", **dict(zip(fields, edge, strict=True))) for edge in edges]
        joined.addRangeAddresses(tuple(addresses), False)
        return joined

    def _for_writing(self, *, contents: bool = False) -> Any:
        """Return the LibreOffice range, or raise where Excel refuses: LibreOffice would say nothing for formats."""
        if self.sheet.uno.isProtected() and not (contents and not self.uno.CellProtection.IsLocked):
            raise ExcelRefusal(f"the sheet {self.sheet.uno.Name!r} is protected")
        return self.uno

    def __len__(self) -> int:
        return sum(area.rows * area.columns for area in self.areas)

    def __call__(self, arg1: int, arg2: int | None = None) -> Range:
        row, column = (arg1, arg2) if arg2 is not None else (_ + 1 for _ in divmod(arg1 - 1, self.box.columns))
        return Range(self.sheet, Box(self.box.row + row - 1, self.box.column + column - 1))

    # -- addresses
    @property
    def address(self) -> str:
        return self.get_address()

    def get_address(
        self,
        row_absolute: bool = True,  # noqa: FBT001, FBT002, RUF100  xlwings' own signature
        col_absolute: bool = True,  # noqa: FBT001, FBT002, RUF100
        external: bool = False,  # noqa: FBT001, FBT002, RUF100
    ) -> str:
        """Return the address; Excel leaves out the areas that go past 255 characters, without a word."""
        text = ""
        for area in self.areas:
            longer = ",".join(filter(None, (text, area.address(rows_fixed=row_absolute, columns_fixed=col_absolute))))
            if len(longer) > MAX_ADDRESS:
                break
            text = longer
        return f"'[{self.sheet.book.name}]{self.sheet.name}'!{text}" if external else text

    # -- contents
    @property
    def raw_value(self) -> Any:
        rows = read_block(self)
        return rows[0][0] if self.shape == (1, 1) else rows

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self._for_writing(contents=True)
        if not isinstance(data, (list, tuple)):
            data = [[data] * self.box.columns] * self.box.rows
        elif not isinstance(data[0], (list, tuple)):
            data = [data] * self.box.rows
        write_block(self, data)

    @property
    def formula(self) -> Any:
        rows = tuple(tuple(row) for row in read_formulas(self))
        return rows[0][0] if self.shape == (1, 1) else rows

    @formula.setter
    def formula(self, value: Any) -> None:
        self.raw_value = value

    formula2 = formula
    has_array = property(lambda self: False)  # array formulas are not played

    def clear_contents(self) -> None:
        self._for_writing(contents=True).clearContents(_CONTENTS)

    def clear_formats(self) -> None:
        self._for_writing().clearContents(_FORMATS)

    def clear(self) -> None:
        self._for_writing().clearContents(_CONTENTS | _FORMATS | _NOTES)

    # -- looks
    @property
    def number_format(self) -> str | None:
        if self.uno.getPropertyState("NumberFormat").value == "AMBIGUOUS_VALUE":
            return None
        shown = self.sheet.book.doc.NumberFormats.getByKey(self.uno.NumberFormat)
        text = str(shown.FormatString)
        return "General" if text == "BOOLEAN" else text.lower() if shown.Type & 6 else text  # 6: dates and times

    @number_format.setter
    def number_format(self, value: str) -> None:
        self._for_writing().NumberFormat = self.sheet.book._format_key(value)

    @property
    def color(self) -> tuple[int, int, int] | None:
        """The fill; of mixed fills black, which is what Excel says."""
        if self.uno.getPropertyState("CellBackColor").value == "AMBIGUOUS_VALUE":
            return (0, 0, 0)
        return color_of(self.uno.CellBackColor)

    @color.setter
    def color(self, value: Any) -> None:
        self._for_writing().CellBackColor = office_color(value)

    @property
    def font(self) -> Font:
        return Font(self)

    @property
    def wrap_text(self) -> bool:
        return bool(self.uno.IsTextWrapped)

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self._for_writing().IsTextWrapped = bool(value)

    # -- rows and columns
    @property
    def column_width(self) -> float | None:
        """Width in characters of the standard font; None if the columns differ."""
        columns = self.uno.Columns
        widths = {columns.getByIndex(i).Width for i in range(columns.Count)}
        pixels = widths.pop() / _HUNDREDTHS_MM_PER_PIXEL
        return None if widths else round((pixels - _CELL_PADDING) / _PIXELS_PER_CHARACTER, 1)

    @column_width.setter
    def column_width(self, value: float) -> None:
        if not 0 <= value <= 255:
            raise ExcelRefusal(f"a column width of {value}: Excel takes 0 to 255")
        pixels = value * _PIXELS_PER_CHARACTER + _CELL_PADDING
        self._for_writing().Columns.Width = round(pixels * _HUNDREDTHS_MM_PER_PIXEL)

    def autofit(self, axis: str | None = None) -> None:
        if axis in (None, "columns", "c"):
            self._for_writing().Columns.OptimalWidth = True
        if axis in (None, "rows", "r"):
            self._for_writing().Rows.OptimalHeight = True

    def _hidden(self, lines: Any, label: str) -> bool | None:
        CALLS.record(label, lines.Count - 1)  # xlwings asks Windows line by line
        hidden = {not lines.getByIndex(i).IsVisible for i in range(lines.Count)}
        return hidden.pop() if len(hidden) == 1 else None

    @property
    def row_hidden(self) -> bool | None:
        return self._hidden(self.uno.Rows, "Range.row_hidden")

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        self._for_writing().Rows.IsVisible = not value

    @property
    def column_hidden(self) -> bool | None:
        return self._hidden(self.uno.Columns, "Range.column_hidden")

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        self._for_writing().Columns.IsVisible = not value

    def get_special_cells(self, cell_type: str, value_type: str | None) -> list[Range]:
        """Return the visible parts of the range, top to bottom; the other kinds are not needed here."""
        if cell_type != "visible":
            raise NotImplementedError(cell_type)
        boxes = [box_of(address) for address in self.uno.queryVisibleCells().RangeAddresses]
        return [Range(self.sheet, box) for box in sorted(boxes)]

    # -- structure
    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        mode = {"down": "DOWN", "right": "RIGHT"}[shift or "down"]
        self._for_writing()
        self.sheet.uno.insertCells(self.uno.RangeAddress, enum("sheet.CellInsertMode", mode))

    def delete(self, shift: str | None = None) -> None:
        mode = {"up": "UP", "left": "LEFT"}[shift or ("up" if self.box.columns >= self.box.rows else "left")]
        self._for_writing()
        self.sheet.uno.removeRange(self.uno.RangeAddress, enum("sheet.CellDeleteMode", mode))

    def merge(self, across: bool) -> None:  # noqa: FBT001, RUF100  xlwings' own signature
        if across:
            raise NotImplementedError("merge(across=True)")
        self._for_writing().merge(True)

    @property
    def merge_area(self) -> Range:
        cursor = self.sheet.uno.createCursorByRange(self.uno)
        cursor.collapseToMergedArea()
        return Range(self.sheet, box_of(cursor.RangeAddress))

    @property
    def merge_cells(self) -> bool | None:
        """True inside of one merged cell, None for a range that has some, False without."""
        corner = Range(self.sheet, Box(self.box.row, self.box.column)).merge_area.box
        if corner != Box(*corner[:2]) and around(corner, self.box) == corner:
            return True
        return None if self.uno.IsMerged or self.merge_area.box != self.box else False

    def select(self) -> None:
        if self.sheet.name != self.sheet.book.sheets.active.name:
            raise ExcelRefusal("Excel selects cells of the active sheet only")
        self.sheet.book.doc.CurrentController.select(self.uno)

    # -- what lies around and on it
    def end(self, direction: str) -> Range:
        """Go as Ctrl+arrow does: to the edge of the filled cells, or to the next filled one."""
        dr, dc = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}[direction]
        used = self.sheet.used_range
        line = Box(1, self.box.column, used.box.last_row) if dr else Box(self.box.row, 1, 1, used.box.last_column)
        texts = [text for row in read_formulas(Range(self.sheet, line)) for text in row]
        here, step, last = (self.box.row if dr else self.box.column), dr + dc, MAX_ROWS if dr else MAX_COLUMNS

        def filled(place: int) -> bool:
            return 1 <= place <= len(texts) and texts[place - 1] != ""

        inside = filled(here) and filled(here + step)
        place = min(here + step, len(texts)) if step < 0 else here + step
        while 1 <= place <= len(texts) and filled(place + step if inside else place) == inside:
            place += step
        if not filled(place):
            place = 1 if step < 0 else last
        return Range(self.sheet, Box(place, self.box.column) if dr else Box(self.box.row, place))

    @property
    def current_region(self) -> Range:
        cursor = self.sheet.uno.createCursorByRange(self.uno)
        cursor.collapseToCurrentRegion()
        return Range(self.sheet, box_of(cursor.RangeAddress))

    @property
    def table(self) -> Table | None:
        """The table in which the range begins."""
        corner = Box(self.box.row, self.box.column)
        return next((table for table in self.sheet.tables if table.range.box.meets(corner)), None)

    @property
    def autofilter(self) -> AutoFilter:
        return AutoFilter(self)

    @property
    def data_validation(self) -> DataValidation:
        return DataValidation(self)

    @property
    def conditional_formats(self) -> ConditionalFormats:
        return ConditionalFormats(self)
