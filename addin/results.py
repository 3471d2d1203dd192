"""The result columns of the open sheet: those that a check of the file writes.

Same headers, same defined name, same colours by the same formulas, so that the ribbon and the command line find each
other's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import xlwings as xw

from addin.blocks import dress_header, first_free_column, merged, quoted, restored, span, table_block, write_texts
from addin.excel import Desk, run_vba
from addin.kept import Area, Block, Write, digest, forget, keep
from addin.sheets import OpenSheet, named_range
from core.decisions import Action, Decision, decision_word
from core.results import ResultColumns
from core.tables import Cell, Result, Table
from core.workbooks.owned import NAME
from core.workbooks.rules import WIDTHS, Place, paints
from core.workbooks.sheet_frame import HINT_TITLE, PAINT_NAME, SIGNATURE
from core.workbooks.styles import PAINTS


def write_results(desk: Desk, opened: OpenSheet, columns: ResultColumns) -> None:
    """Write the result columns of the rows asked for; the other rows keep what they say.

    Raises InputError, with the sheet as it was, where Excel refuses.
    """
    whole = opened.whole
    place, before = _place(opened.sheet, whole), None
    if place.results == whole.result_positions:
        before = _block(desk, whole, whole.results)
    now = {r: merged(whole, opened.table, whole.results.get(r), columns.get(r, [])) for r in Result}
    block = _block(desk, whole, now)
    area = Area(place.header_row, min(place.results.values()), len(block), len(Result), before, digest(block))

    def restore() -> None:
        if before is None:
            strip_results(desk, opened.sheet, place)
        else:
            put_results(desk, opened.sheet, place, area, before)

    with restored(desk, opened.sheet, restore):
        put_results(desk, opened.sheet, place, area, block)
        if before is None and whole.result_positions:  # columns of ours that were moved or deleted in part
            strip_columns(opened.sheet, place_of(whole, whole.result_positions))
        keep(desk.book, Write("results", opened.sheet.name, [area], place_numbers(place)))


def clear_results(desk: Desk, opened: OpenSheet) -> bool:
    """Take the result columns out of the sheet; say whether there were any."""
    whole = opened.whole
    if not whole.result_positions:
        return False
    place = place_of(whole, whole.result_positions)
    before = _block(desk, whole, whole.results) if _is_whole(whole.result_positions) else None
    with restored(desk, opened.sheet, lambda: None):
        strip_results(desk, opened.sheet, place)
        if before is None:
            forget(desk.book)
        else:
            gone = digest([[None] * len(Result) for _ in before])
            area = Area(place.header_row, min(place.results.values()), len(before), len(Result), before, gone)
            keep(desk.book, Write("results", opened.sheet.name, [area], place_numbers(place)))
    return True


def put_results(desk: Desk, sheet: xw.Sheet, place: Place, area: Area, block: Block) -> None:
    """Write a block of result columns, header included, with all that goes with it."""
    named = (place.header_row, area.column, area.column + len(Result) - 1)
    new = named_range(sheet, NAME) != named
    write_texts(sheet, area, block)
    if new:
        _dress(sheet, place)
        sheet.names.add(NAME, f"={quoted(sheet)}{span(*named)}")
    _paint(sheet, place)
    _propose_decisions(desk, sheet, place)
    run_vba(desk, "MoveFilterEnd", named[1] - 1, named[2])


def strip_results(desk: Desk, sheet: xw.Sheet, place: Place) -> None:
    """Take the result columns out of a sheet with their rules and their name."""
    strip_columns(sheet, place)
    _unpaint(sheet, place)
    run_vba(desk, "MoveFilterEnd", max(place.results.values()), min(place.results.values()) - 1)
    if sheet.names.contains(NAME):
        sheet.names[NAME].delete()


def strip_columns(sheet: xw.Sheet, place: Place) -> None:
    """Empty result columns, their looks and hints included."""
    for column in place.results.values():
        cells = sheet.range((place.header_row, column), (place.last_row, column))
        cells.clear()
        cells.data_validation.delete()
        cells.columns.hidden = False


def place_of(table: Table, results: dict[Result, int]) -> Place:
    """Return where a table and its result columns are."""
    last_row = max(table.rows, default=table.header_row + 1)
    return Place(table.header_row, last_row, min(table.positions), max(table.positions), dict(results))


def place_numbers(place: Place) -> list[int]:
    """Return a place as numbers to keep; `kept_place` reads them."""
    return [place.header_row, place.last_row, place.first_column, place.last_column]


def kept_place(numbers: list[int], first: int) -> Place:
    """Return a place from its kept numbers and its first result column."""
    header_row, last_row, first_column, last_column = numbers
    results = {result: first + n for n, result in enumerate(Result)}
    return Place(header_row, last_row, first_column, last_column, results)


def _place(sheet: xw.Sheet, table: Table) -> Place:
    """Choose the result columns: where they are when all are there side by side, else right of all that is used."""
    if _is_whole(table.result_positions):
        return place_of(table, table.result_positions)
    first = first_free_column(sheet, table, len(Result))
    return place_of(table, {result: first + n for n, result in enumerate(Result)})


def _is_whole(positions: dict[Result, int]) -> bool:
    first = min(positions.values(), default=0)
    return positions == {result: first + n for n, result in enumerate(Result)}


def _block(desk: Desk, table: Table, results: Mapping[Result, Sequence[Cell]]) -> Block:
    headers = [desk.text(f"workbook.{result}") for result in Result]
    return table_block(table, headers, [results[result] for result in Result])


def _dress(sheet: xw.Sheet, place: Place) -> None:
    """Give new result columns their look: headers, widths, wrapped messages, the hidden column."""
    columns = place.results
    dress_header(sheet.range((place.header_row, columns[Result.STATUS]), (place.header_row, columns[Result.FIELDS])))
    for result, width in WIDTHS.items():
        sheet.range((place.header_row, columns[result])).column_width = width
    message = columns[Result.MESSAGE]
    sheet.range((place.header_row, message), (place.last_row, message)).wrap_text = True
    sheet.range((place.header_row, columns[Result.FIELDS])).columns.hidden = True


def _paint(sheet: xw.Sheet, place: Place) -> None:
    """Paint by conditional formats alone: no cell gets a colour of its own.

    Excel reads a rule's formula in the user's language, a defined name's in English: the rule only calls the name.
    """
    _unpaint(sheet, place)
    for n, paint in enumerate(paints(place, quoted(sheet)), 1):
        ink, ground = PAINTS[paint.colour]
        sheet.names.add(f"{PAINT_NAME}{n}", f"={paint.formula}")
        rules = sheet.range(paint.cells).conditional_formats
        rules.add_custom(f"={PAINT_NAME}{n}", fill_color=f"#{ground}", font_color=f"#{ink}")


def _unpaint(sheet: xw.Sheet, place: Place) -> None:
    """Take our rules off, the command line's and the add-in's; the user's own stay."""
    last = max(*place.results.values(), place.last_column)
    painted = sheet.range((place.header_row + 1, place.first_column), (place.last_row, last))
    for rule in reversed(list(painted.conditional_formats)):
        formula = (rule.formula or "").replace(" ", "")
        if PAINT_NAME in formula or SIGNATURE in formula:
            rule.delete()
    for name in [name for name in sheet.names if PAINT_NAME in name.name]:
        name.delete()


def _propose_decisions(desk: Desk, sheet: xw.Sheet, place: Place) -> None:
    """Propose the words of the Décision column; without the add-in's VBA there is no list, for it would refuse."""
    cells = sheet.range(place.below(Result.DECISION))
    cells.data_validation.delete()
    cells.data_validation.set_list([decision_word(Decision(action), desk.lang) for action in Action])
    title = f"{HINT_TITLE} – {desk.text('workbook.decision_title')}"[:32]
    if not run_vba(desk, "SetHint", place.below(Result.DECISION), title, desk.text("workbook.decision_hint")):
        cells.data_validation.delete()
