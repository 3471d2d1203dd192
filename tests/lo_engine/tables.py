"""Tables (ListObjects) and the AutoFilter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from tests.lo_engine.calls import counted
from tests.lo_engine.excel_limits import Box, ExcelRefusal, check_defined_name
from tests.lo_engine.office import import_uno, struct

if TYPE_CHECKING:
    from tests.lo_engine.ranges import Range
    from tests.lo_engine.sheet import Sheet

_BY_TEXT = 1  # com.sun.star.sheet.FilterFieldType.STRING


@counted
class Tables(base_classes.Collection, base_classes.Tables):
    """The tables of a sheet; LibreOffice calls them database ranges."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    api = property(lambda self: self._sheet.api)

    def _ranges(self) -> Any:
        return self._sheet.book.doc.DatabaseRanges

    def _all(self) -> list[Table]:
        ranges, index = self._ranges(), self._sheet.index - 1
        names = [name for name in ranges.ElementNames if not name.startswith("__Anonymous")]
        return [Table(self._sheet, name) for name in names if ranges.getByName(name).DataArea.Sheet == index]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Table]:
        return iter(self._all())

    def __contains__(self, key: str) -> bool:
        return any(table.name.lower() == key.lower() for table in self._all())

    def __call__(self, key: str | int) -> Table:
        tables = self._all()
        if isinstance(key, int):
            return tables[key - 1]
        for table in tables:
            if table.name.lower() == key.lower():
                return table
        raise KeyError(key)

    def add(
        self,
        source_type: Any = None,
        source: Any = None,
        link_source: Any = None,
        has_headers: Any = None,
        destination: Any = None,
        table_style_name: Any = None,
        name: str | None = None,
    ) -> Table:
        """Make a range with a header row a table with filter buttons."""
        box = source.impl.box
        if has_headers is False or any(table.range.box.meets(box) for table in self):
            raise ExcelRefusal("a table needs a header row here, and tables do not overlap")
        taken = {known.lower() for known in self._ranges().ElementNames}
        name = name or next(f"Table{n}" for n in range(1, 1000) if f"table{n}" not in taken)
        check_defined_name(name)
        if name.lower() in taken:
            raise ExcelRefusal(f"the table name {name!r} is taken")
        self._ranges().addNewByName(name, source.impl.uno.RangeAddress)
        made = self._ranges().getByName(name)
        made.AutoFilter = made.ContainsHeader = True
        return Table(self._sheet, name)


@counted
class Table(base_classes.Table):
    """One table."""

    def __init__(self, sheet: Sheet, name: str) -> None:
        self._sheet, self._name = sheet, name

    api = property(lambda self: self._sheet.api)
    parent = property(lambda self: self._sheet)
    name = property(lambda self: self._name)

    def _part(self, first: int, rows: int) -> Range:
        box = self.range.box
        return self._sheet.range(Box(box.row + first, box.column, rows, box.columns))

    @property
    def range(self) -> Range:
        area = self._sheet.book.doc.DatabaseRanges.getByName(self._name).DataArea
        height, width = area.EndRow - area.StartRow + 1, area.EndColumn - area.StartColumn + 1
        return self._sheet.range(Box(area.StartRow + 1, area.StartColumn + 1, height, width))

    @property
    def header_row_range(self) -> Range:
        return self._part(0, 1)

    @property
    def data_body_range(self) -> Range | None:
        rows = self.range.box.rows
        return self._part(1, rows - 1) if rows > 1 else None

    @property
    def show_totals(self) -> bool:
        return bool(self._sheet.book.doc.DatabaseRanges.getByName(self._name).TotalsRow)

    @show_totals.setter
    def show_totals(self, value: bool) -> None:
        self._sheet.book.doc.DatabaseRanges.getByName(self._name).TotalsRow = value

    def resize(self, rng: Any) -> None:
        database = self._sheet.book.doc.DatabaseRanges.getByName(self._name)
        database.setDataArea(rng.impl.uno.RangeAddress)


@counted
class AutoFilter(base_classes.AutoFilter):
    """The filter of a range with a header row: by a list of values, and cleared."""

    def __init__(self, cells: Range) -> None:
        self._range = cells

    def _columns(self) -> dict[int, list[str]]:
        """Return the values kept, by column counted from 1."""
        fields = self._range.uno.createFilterDescriptor(False).getFilterFields3()
        return {field.Field + 1: [value.StringValue for value in field.Values] for field in fields}

    def _apply(self, columns: dict[int, list[str]]) -> None:
        descriptor = self._range._for_writing().createFilterDescriptor(True)
        descriptor.ContainsHeader = True
        fields = [
            struct(
                "sheet.TableFilterField3",
                Field=column - 1,
                Operator=import_uno().getConstantByName("com.sun.star.sheet.FilterOperator2.EQUAL"),
                Values=tuple(
                    struct("sheet.FilterFieldValue", StringValue=value, FilterType=_BY_TEXT) for value in values
                ),
            )
            for column, values in columns.items()
        ]
        descriptor.setFilterFields3(tuple(fields))
        self._range.uno.filter(descriptor)

    def apply_values(self, field: int, values: list[str]) -> None:
        self._apply(self._columns() | {field: list(values)})

    def clear(self, field: int | None) -> None:
        columns = self._columns()
        self._apply({} if field is None else {key: kept for key, kept in columns.items() if key != field})

    @property
    def criteria(self) -> list[dict[str, Any]]:
        columns = self._columns()
        snapshots = []
        for field in range(1, self._range.box.columns + 1):
            snapshot = base_classes.empty_autofilter_criteria(field, "values" if field in columns else "none")
            snapshots.append(snapshot | {"values": columns.get(field)})
        return snapshots
