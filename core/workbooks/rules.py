"""The rules that go with result columns: colours by conditional format, and hints on their headers."""

from __future__ import annotations

from dataclasses import dataclass

from core.decisions import Action, Decision, decision_word
from core.i18n import LANGUAGES, tr
from core.tables import Result
from core.workbooks.markup import escape, letters
from core.workbooks.sheet_frame import HINT_TITLE, SIGNATURE
from core.workbooks.styles import StyleIds

WIDTHS = {Result.STATUS: 12, Result.MESSAGE: 70, Result.DECISION: 18, Result.CUSTOMER: 15, Result.FIELDS: 12}
"""Widths in characters; a message of one line fits, several wrap."""

LINE_BREAK = "&#10;"  # in an attribute, where a plain one would become a space
_COLOURS = {
    "red": ("error", "refused"),
    "amber": ("review", "to_check", "not_reached"),
    "green": ("ready", "created", "updated", "unchanged", "dry_created", "dry_updated"),
}
"""Which words of the Statut column have which colour: keys of the `results` texts.

What stands before the last colon ("Simulation", "Entraînement") changes nothing: a dry run has the colours of the
real push, and its other words are the same.
"""

_LAST_WORDS = 'LOWER(TRIM(RIGHT(SUBSTITUTE({status},":",REPT(" ",40)),40)))'


@dataclass(frozen=True, slots=True)
class Place:
    """Where the table and its result columns are: rows and columns of the sheet, counted from 1."""

    header_row: int
    last_row: int
    first_column: int
    last_column: int
    results: dict[Result, int]

    def letters(self, result: Result) -> str:
        """Return the letters of one result column."""
        return letters(self.results[result])

    def below(self, result: Result) -> str:
        """Return the range of one result column under its header."""
        name = self.letters(result)
        return f"{name}{self.header_row + 1}:{name}{self.last_row}"


@dataclass(frozen=True, slots=True)
class Paint:
    """One conditional format: the cells, the formula that says which of them, the colour's name."""

    cells: str
    formula: str
    colour: str


def paints(place: Place, sheet: str = "") -> list[Paint]:
    """Return what is painted: faulty cells, from the hidden column's `;A;C;~E~`, and the Statut column.

    The formulas refer to nothing relative, and with `sheet` ("'Clients'!") they hold in a defined name too: they have
    no array of constants, which a rule refuses, and less than the 255 characters that a name takes from a macro.
    """
    table = f"{letters(place.first_column)}{place.header_row + 1}:{letters(place.last_column)}{place.last_row}"
    hidden, status = (f"INDEX({sheet}${x}:${x},ROW())" for x in map(place.letters, (Result.FIELDS, Result.STATUS)))
    here = 'SUBSTITUTE(ADDRESS(1,COLUMN(),4),"1","")'
    found = [
        Paint(table, f'AND({SIGNATURE},ISNUMBER(FIND("{mark}"&{here}&"{mark}",{hidden})))', colour)
        for mark, colour in ((";", "red"), ("~", "amber"))
    ]
    for colour, keys in _COLOURS.items():
        said = (tr(f"results.{key}", lang).rpartition(":")[2].strip().lower() for key in keys for lang in LANGUAGES)
        last = _LAST_WORDS.format(status=status)
        formula = f'AND({SIGNATURE},ISNUMBER(FIND("|"&{last}&"|","|{"|".join(dict.fromkeys(said))}|")))'
        found.append(Paint(place.below(Result.STATUS), formula, colour))
    return found


def formats(place: Place, styles: StyleIds) -> list[str]:
    """Return the conditional formats as the sheet's XML has them."""
    return [_format(paint.cells, paint.formula, getattr(styles, paint.colour)) for paint in paints(place)]


def _format(where: str, formula: str, style: int | None) -> str:
    return (
        f'<conditionalFormatting sqref="{where}"><cfRule type="expression" dxfId="{style}" priority="{{priority}}">'
        f"<formula>{escape(formula)}</formula></cfRule></conditionalFormatting>"
    )


def hints(place: Place, lang: str) -> list[str]:
    """Return the input hints: the colours' legend on the Statut header, the words to choose from under Décision.

    The drop-down proposes and does not refuse: a customer's number may follow the word.
    """
    words = ",".join(decision_word(Decision(action), lang) for action in Action)
    legend = _hint(f"{place.letters(Result.STATUS)}{place.header_row}", "legend", lang)
    choice = _hint(place.below(Result.DECISION), "decision", lang, f'"{words}"')
    return [legend, choice]


def _hint(where: str, name: str, lang: str, choices: str = "") -> str:
    prompt = tr("workbook.legend" if name == "legend" else "workbook.decision_hint", lang)
    title = f"{HINT_TITLE} – {tr(f'workbook.{name}_title', lang)}"[:32]
    kind = 'type="list" ' if choices else ""
    formula = f"<formula1>{escape(choices)}</formula1>" if choices else ""
    return (
        f'<dataValidation {kind}allowBlank="1" showInputMessage="1" promptTitle="{escape(title)}" '
        f'prompt="{escape(prompt).replace(chr(10), LINE_BREAK)}" sqref="{where}">{formula}</dataValidation>'
    )


def column_attributes(place: Place) -> dict[int, str]:
    """Return the widths of the result columns; the one with the cells at fault is hidden."""
    return {
        column: f'width="{WIDTHS[result]}" customWidth="1"' + (' hidden="1"' if result is Result.FIELDS else "")
        for result, column in place.results.items()
    }
