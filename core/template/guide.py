"""The guide sheet: how to fill the template, what its colours mean, and every column with its rules."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet

from core.fields import FieldType
from core.i18n import tr
from core.profiles import Field, Option, Profile
from core.tables import column_letters
from core.template.lists import country_rows
from core.template.look import BLUE, DIM, FONT, GREY, LINE, PALE_BLUE, put, set_up_page

WIDTHS = (7, 22, 46, 12, 15, 11, 36, 12, 26, 30)
HEADS = ("column", "header", "meaning", "required", "type", "length", "values", "default", "example", "origin")
ACROSS = len(WIDTHS)
LINE_HEIGHT = 15.0
CENTRED = (1, 4, 6)


class Guide:
    """Writes a guide sheet from top to bottom; `row` is the next free row."""

    def __init__(self, sheet: Worksheet, profile: Profile, lang: str) -> None:
        self.sheet, self.profile, self.lang = sheet, profile, lang
        self.row = 1

    def text(self, key: str, **params: object) -> str:
        """Return a text of the catalogue, in the guide's language."""
        return tr(f"template.{key}", self.lang, **params)

    def heading(self, text: str, size: int = 13) -> None:
        """Write a title across the sheet."""
        cell = put(self.sheet, self.row, 1, text)
        cell.font = Font(name=FONT, size=size, bold=True, color=BLUE)
        self.sheet.row_dimensions[self.row].height = size * 1.8
        self.row += 1

    def line(self, title: str, text: str) -> None:
        """Write a bold title, and its text beside it."""
        cell = put(self.sheet, self.row, 1, title)
        cell.font = Font(name=FONT, size=11, bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=1, end_column=2)
        self.paragraph(text, start=3)

    def paragraph(self, text: str, *, start: int = 1, dim: bool = False) -> None:
        """Write a text across the sheet, in a row as high as it needs: a program does not do so for merged cells."""
        cell = put(self.sheet, self.row, start, text)
        cell.font = Font(name=FONT, size=11, color=DIM if dim else "000000")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=start, end_column=ACROSS)
        lines = sum(ceil(max(len(part), 1) / sum(WIDTHS[start - 1 :])) for part in text.split("\n"))
        self.sheet.row_dimensions[self.row].height = lines * LINE_HEIGHT
        self.row += 1

    def legend(self) -> None:
        """Show the colours of the header row and what they mean."""
        self.heading(self.text("legend_title"))
        for kind, fill, ink in (
            ("required", BLUE, "FFFFFF"),
            ("optional", PALE_BLUE, "000000"),
            ("read_only", GREY, DIM),
        ):
            cell = put(self.sheet, self.row, 2, self.text(f"legend_{kind}"))
            cell.fill = PatternFill("solid", fgColor=fill)
            cell.font = Font(name=FONT, bold=kind != "read_only", italic=kind == "read_only", color=ink)
            self.paragraph(self.text(f"legend_{kind}_text"), start=3)

    def table(self, columns: Sequence[Field]) -> None:
        """Write one row per column of the template."""
        for n, head in enumerate(HEADS, 1):
            cell = put(self.sheet, self.row, n, self.text(f"head_{head}"))
            cell.fill = PatternFill("solid", fgColor=BLUE)
            cell.font = Font(name=FONT, size=11, bold=True, color="FFFFFF")
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if n in CENTRED else None)
        self.sheet.row_dimensions[self.row].height = 2 * LINE_HEIGHT + 3
        self.row += 1
        for n, column in enumerate(columns, 1):
            self.field(n, column)

    def field(self, number: int, column: Field) -> None:
        """Write one column's row; its origin is a link to the vendor's page where there is one."""
        facts = self.facts(number, column)
        side = Side("thin", color=LINE)
        for n, text in enumerate(facts, 1):
            cell = put(self.sheet, self.row, n, text)
            cell.number_format = "@"
            cell.font = Font(name=FONT, size=11, bold=n == 2, color=DIM if column.read_only else "000000")
            cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if n in CENTRED else None)
            cell.border = Border(bottom=side)
            if HEADS[n - 1] == "required" and column.required:
                cell.fill = PatternFill("solid", fgColor=BLUE)
                cell.font = Font(name=FONT, size=11, bold=True, color="FFFFFF")
            if HEADS[n - 1] == "origin" and column.source.startswith("https://"):
                cell.hyperlink = column.source
                cell.font = Font(name=FONT, size=11, color="0563C1", underline="single")
        lines = max(ceil(len(text) / WIDTHS[n]) for n, text in enumerate(facts))
        self.sheet.row_dimensions[self.row].height = lines * LINE_HEIGHT + 3
        self.row += 1

    def facts(self, number: int, column: Field) -> list[str]:
        """Return a column's cells in the order of HEADS."""
        return [
            column_letters(number),
            column.header,
            self.meaning(column),
            self.text("legend_read_only") if column.read_only else self.text("yes" if column.required else "no"),
            self.text(f"type_{column.type}"),
            str(column.max_length or "–"),
            self.allowed(column),
            self.shown(column, column.default) or "–",
            self.shown(column, column.example) or "–",
            self.origin(column),
        ]

    def meaning(self, column: Field) -> str:
        """Return what a column is, with its name in the user's language where nothing else says it."""
        label, text = column.label[self.lang], column.help[self.lang]
        said = label.casefold() == column.header.casefold() or text.casefold().startswith(label.casefold())
        return text if said else f"{label}. {text}"

    def shown(self, column: Field, value: str) -> str:
        """Return a default or an example as the sheet shows it."""
        label = next((c.label[self.lang] for c in column.choices if column.show_labels and c.value == value), "")
        return label or value

    def allowed(self, column: Field) -> str:
        """Return the allowed values in words: "O (Oui), N (Non)"."""
        if column.type is FieldType.COUNTRY:
            return self.text("country_list", count=len(country_rows(self.profile, self.lang)))
        if not column.choices:
            return "–"
        pairs = [(self.shown(column, c.value), c.label[self.lang]) for c in column.choices]
        values = ", ".join(a if a.casefold() == b.casefold() else f"{a} ({b})" for a, b in pairs)
        return self.text("others_allowed", values=values) if column.open_list else values

    def origin(self, column: Field) -> str:
        """Return how sure a column is."""
        partly = self.profile.headers_mark and column.mark != self.profile.headers_mark
        return self.text("mark_field_only" if partly else f"mark_{column.mark}")

    def rules(self) -> None:
        """Write what the system does with the whole file."""
        profile = self.profile
        self.heading(self.text("rules_title", system=profile.name))
        if profile.notes:
            self.paragraph(profile.notes[self.lang])
        if profile.match:
            known = self.text("otherwise").join(map(self.names, profile.match))
            self.line(self.text("rule_match"), self.text("rule_match_text", keys=known))
        if profile.unique:
            alone = self.text("and").join(map(self.names, profile.unique))
            self.line(self.text("rule_unique"), self.text("rule_unique_text", keys=alone))
        if profile.one_of:
            least = self.text("or").join(map(self.header, profile.one_of))
            self.line(self.text("rule_one_of"), self.text("rule_one_of_text", keys=least))
        if profile.rows_advised:
            self.line(self.text("rule_rows"), self.text("rule_rows_text", limit=profile.rows_advised))

    def names(self, keys: Sequence[str]) -> str:
        """Return fields by their headers: "First Name + Last Name + Postcode"."""
        return " + ".join(map(self.header, keys))

    def header(self, key: str) -> str:
        """Return the header of a field's key."""
        field = self.profile.field(key)
        return field.header if field else key

    def option(self, option: Option) -> None:
        """Write one run option with its values and its default."""
        choices = {c.value: c.label[self.lang] for c in option.choices}
        if option.type == "flag":
            choices = {"yes": self.text("yes"), "no": self.text("no")}
        words = [option.help[self.lang]]
        if choices:
            words.append(self.text("option_values", values=self.text("or").join(choices.values())))
        if option.default:
            words.append(self.text("option_default", value=choices.get(option.default, option.default)))
        self.line(option.label[self.lang], " ".join(words))


def write_guide(sheet: Worksheet, profile: Profile, columns: Sequence[Field], lang: str) -> None:
    """Fill the guide sheet of a template."""
    guide = Guide(sheet, profile, lang)
    for n, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[column_letters(n)].width = width
    guide.heading(guide.text("title", system=profile.name), 16)
    guide.heading(guide.text("steps_title"))
    for step in range(1, 5):
        guide.paragraph(guide.text(f"step_{step}", sheet=profile.sheet))
    guide.legend()
    guide.rules()
    if profile.options:
        guide.heading(guide.text("options_title"))
        for option in profile.options:
            guide.option(option)
    guide.heading(guide.text("fields_title"))
    head = guide.row
    guide.table(columns)
    guide.row += 1
    guide.paragraph(guide.text("origin_note"), dim=True)
    guide.paragraph(guide.text("made_by", version=profile.version, maker="Carnet"), dim=True)
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = "548235"
    set_up_page(sheet, repeat=f"{head}:{head}")
