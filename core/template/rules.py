"""The rule of a column's cells: what they refuse, the hint they show and what they say when they refuse."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from core.fields import FieldType
from core.i18n import tr
from core.issues import SEVERITY, Code, Severity
from core.profiles import Field, Profile
from core.template.lists import ValueList

CELL_LIMIT = 32_767  # characters in a cell, Excel's own limit: the rule where the vendor publishes none
LARGEST = 999_999_999.0
TITLE_LIMIT, TEXT_LIMIT = 32, 255  # characters in a rule's titles and texts, Excel's own limits
FEW = 8  # values that a hint or a guide can spell out
LAST_ROW = 1_048_576

COUNTED = {
    FieldType.CHOICE: Code.NOT_IN_LIST,
    FieldType.FLAG: Code.FLAG_UNKNOWN,
    FieldType.COUNTRY: Code.COUNTRY_UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class CellRule:
    """One data validation; `kind` is the file format's own word, and comparisons are all "between"."""

    kind: Literal["list", "textLength", "date", "decimal", "custom"]
    formula1: str
    formula2: str = ""
    refuses: bool = True  # otherwise asks whether to keep the value
    blank: bool = True
    title: str = ""
    hint: str = ""
    error_title: str = ""
    error: str = ""

    def reach(self, letter: str) -> str:
        """Return the cells that a column's rule covers: all of the sheet's, whatever the number of customers."""
        return f"{letter}2:{letter}{LAST_ROW}"


def cell_rule(field: Field, profile: Profile, lang: str, values: ValueList | None) -> CellRule:
    """Return the rule of a field's cells, with its texts in the user's language.

    It refuses what a check would call an error, and asks for confirmation where a check would only warn.
    """
    rule = _bare_rule(field, values)
    code = _code(field, rule)
    refuses = profile.severity.get(code, SEVERITY[code]) is Severity.ERROR and not field.open_list
    return replace(
        rule,
        refuses=refuses or field.read_only,
        blank=not field.required,
        title=_cut(field.label[lang], TITLE_LIMIT),
        hint=_cut(hint(field, profile, lang), TEXT_LIMIT),
        error_title=_cut(field.header, TITLE_LIMIT),
        error=_cut(_error(field, profile, rule, lang), TEXT_LIMIT),
    )


def header_rule(field: Field, profile: Profile, lang: str) -> CellRule:
    """Return the rule of a header's cell: the system knows its columns by their exact header."""
    kind = "read_only" if field.read_only else "required" if field.required else "optional"
    return CellRule(
        "custom",
        "FALSE",
        refuses=False,
        title=tr(f"template.header_{kind}", lang),
        hint=_cut(tr("template.header_hint", lang, system=profile.name), TEXT_LIMIT),
        error_title=tr("template.header_title", lang),
        error=_cut(tr("template.header_error", lang, system=profile.name), TEXT_LIMIT),
    )


def _bare_rule(field: Field, values: ValueList | None) -> CellRule:
    if field.read_only:
        return CellRule("custom", "FALSE")
    if values:
        return CellRule("list", values.range)
    if field.type is FieldType.DATE:
        return CellRule("date", "DATE(1900,1,1)", "TODAY()")
    if field.type is FieldType.AMOUNT:
        low, high = (-LARGEST if field.minimum is None else field.minimum), (field.maximum or LARGEST)
        return CellRule("decimal", f"{low:g}", f"{high:.0f}" if high == LARGEST else f"{high:g}")
    return CellRule("textLength", "1" if field.required else "0", str(field.max_length or CELL_LIMIT))


def _code(field: Field, rule: CellRule) -> Code:
    """Return the issue that a check would raise where this rule refuses."""
    by_kind = {
        "list": COUNTED.get(field.type, Code.NOT_IN_LIST),
        "date": Code.DATE_INVALID,
        "decimal": Code.AMOUNT_INVALID,
        "custom": Code.READ_ONLY,
    }
    return by_kind.get(rule.kind, Code.TOO_LONG)


def hint(field: Field, profile: Profile, lang: str) -> str:
    """Return what a cell says when it is selected: the meaning, then the facts."""
    if field.read_only:
        return f"{field.help[lang]}\n{tr('template.hint_read_only', lang, system=profile.name)}"
    facts = [tr("template.hint_required", lang)] if field.required else []
    if field.max_length and not field.choices:
        facts.append(tr("template.hint_length", lang, limit=field.max_length))
    if (field.minimum is not None or field.maximum is not None) and field.type is FieldType.AMOUNT:
        facts.append(_bounds(field, lang))
    if field.example and not field.choices:
        facts.append(tr("template.hint_example", lang, example=field.example))
    if meanings(field, lang):
        facts.append(meanings(field, lang))
    return "\n".join([field.help[lang], *facts])


def meanings(field: Field, lang: str) -> str:
    """Return "O = Oui, N = Non" where a short list's values do not speak for themselves, otherwise ""."""
    plain = all(c.value.casefold() == c.label[lang].casefold() for c in field.choices)
    if field.show_labels or plain or len(field.choices) > FEW:
        return ""
    return ", ".join(f"{c.value} = {c.label[lang]}" for c in field.choices)


def _bounds(field: Field, lang: str) -> str:
    low, high = (f"{v:g}" if v is not None else "" for v in (field.minimum, field.maximum))
    key = "between" if low and high else "at_least" if low else "at_most"
    return tr(f"template.{key}", lang, low=low, high=high)


def _error(field: Field, profile: Profile, rule: CellRule, lang: str) -> str:
    if rule.kind == "textLength":
        return tr("template.error_length", lang, header=field.header, limit=field.max_length or CELL_LIMIT)
    if rule.kind == "decimal":
        bounds = field.minimum is not None or field.maximum is not None
        return tr("template.error_number", lang, header=field.header, bounds=_bounds(field, lang) if bounds else "")
    name = {"list": "error_open_list" if field.open_list else "error_list", "date": "error_date"}
    return tr(f"template.{name.get(rule.kind, 'error_read_only')}", lang, header=field.header, system=profile.name)


def _cut(text: str, limit: int) -> str:
    """Return a text within a limit, with its cut shown."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
