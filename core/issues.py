"""Issues: what a check has to say of one cell, one row or one header.

Codes are closed, sentences are made at the edge.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.i18n import tr


class Severity(StrEnum):
    """How much an issue weighs: only an error keeps its row from being pushed."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Code(StrEnum):
    """Every issue that Carnet can raise; its texts are `issues.<code>` in the catalogue."""

    # the cell
    REQUIRED = "required"
    REQUIRED_PLACEHOLDER = "required_placeholder"
    REQUIRED_ERASED = "required_erased"
    TOO_LONG = "too_long"
    NOT_IN_LIST = "not_in_list"
    NEW_VALUE = "new_value"
    EMAIL_INVALID = "email_invalid"
    EMAIL_TYPO = "email_typo"
    PHONE_INVALID = "phone_invalid"
    PHONE_DOUBTFUL = "phone_doubtful"
    PHONE_ZERO_LOST = "phone_zero_lost"
    POSTCODE_INVALID = "postcode_invalid"
    POSTCODE_ZERO_LOST = "postcode_zero_lost"
    POSTCODE_CITY = "postcode_city"
    COUNTRY_UNKNOWN = "country_unknown"
    DATE_INVALID = "date_invalid"
    DATE_AMBIGUOUS = "date_ambiguous"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    DATE_SERIAL = "date_serial"
    FLAG_UNKNOWN = "flag_unknown"
    AMOUNT_INVALID = "amount_invalid"
    AMOUNT_AMBIGUOUS = "amount_ambiguous"
    AMOUNT_OUT_OF_RANGE = "amount_out_of_range"
    CARD_DOUBTFUL = "card_doubtful"
    CARD_REDACTED = "card_redacted"
    DIGITS_LOST = "digits_lost"
    ERROR_CELL = "error_cell"
    NOT_COMPUTED = "not_computed"
    MOJIBAKE = "mojibake"
    INVISIBLE = "invisible"
    ENTITIES = "entities"
    PLACEHOLDER = "placeholder"
    READ_ONLY = "read_only"
    # the row
    HEADER_AGAIN = "header_again"
    NAME_MISSING = "name_missing"
    DUPLICATE_KEY_IN_FILE = "duplicate_key_in_file"
    OTHER_BUYER = "other_buyer"
    BUYER_UNNAMED = "buyer_unnamed"
    DUPLICATE_IN_FILE = "duplicate_in_file"
    KEY_IN_USE = "key_in_use"
    DECISION_UNKNOWN = "decision_unknown"
    DUPLICATE_IN_DATABASE = "duplicate_in_database"
    FAMILY = "family"
    # the header, or the whole sheet
    HEADER_UNKNOWN = "header_unknown"
    HEADER_OPTION = "header_option"
    HEADER_MISSING = "header_missing"
    HEADER_SYNONYM = "header_synonym"
    TOO_MANY_ROWS = "too_many_rows"
    RULES_LOST = "rules_lost"


SEVERITY: dict[Code, Severity] = {
    **dict.fromkeys(Code, Severity.WARNING),
    **dict.fromkeys(
        (
            Code.REQUIRED,
            Code.REQUIRED_PLACEHOLDER,
            Code.REQUIRED_ERASED,
            Code.TOO_LONG,
            Code.NOT_IN_LIST,
            Code.EMAIL_INVALID,
            Code.PHONE_INVALID,
            Code.COUNTRY_UNKNOWN,
            Code.DATE_INVALID,
            Code.DATE_AMBIGUOUS,
            Code.FLAG_UNKNOWN,
            Code.AMOUNT_INVALID,
            Code.AMOUNT_AMBIGUOUS,
            Code.AMOUNT_OUT_OF_RANGE,
            Code.DIGITS_LOST,
            Code.ERROR_CELL,
            Code.NOT_COMPUTED,
            Code.HEADER_AGAIN,
            Code.DUPLICATE_KEY_IN_FILE,
            Code.KEY_IN_USE,
            Code.HEADER_MISSING,
        ),
        Severity.ERROR,
    ),
    **dict.fromkeys(
        (
            Code.OTHER_BUYER,
            Code.READ_ONLY,
            Code.HEADER_UNKNOWN,
            Code.HEADER_OPTION,
            Code.HEADER_SYNONYM,
            Code.TOO_MANY_ROWS,
            Code.RULES_LOST,
        ),
        Severity.INFO,
    ),
}
"""The severity of each code unless a profile says otherwise: an error only where a push would fail or corrupt."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong, doubtful or worth knowing.

    `row` is the row as the sheet numbers it (None for the header or the whole sheet), `column` the header as the
    user reads it, `field` the field's key, `value` what the cell shows, `params` what the sentence needs besides;
    among them `reason` is the key of a text in the `reasons` catalogue, said inside the sentence.
    """

    row: int | None
    column: str
    field: str
    code: Code
    severity: Severity
    value: str = ""
    params: dict[str, Any] = dataclasses.field(default_factory=dict)

    def message(self, lang: str) -> str:
        """Say what is wrong and what to do, in the user's language."""
        return issue_sentence(self.code, self._said, lang)

    def line(self, lang: str) -> str:
        """Say the same after the column's name."""
        return issue_line(self.code, self._said, lang)

    @property
    def _said(self) -> dict[str, Any]:
        return {"column": self.column, "value": self.value, **self.params}


def issue_line(code: str, params: Mapping[str, Any], lang: str) -> str:
    """Say an issue where nothing else says its cell: after its column's name, unless the sentence has that."""
    column, sentence = params.get("column", ""), issue_sentence(code, params, lang)
    return tr("results.line", lang, column=column, message=sentence) if column and column not in sentence else sentence


def issue_sentence(code: str, params: Mapping[str, Any], lang: str) -> str:
    """Say an issue of this code; `params` may hold the key of a `reasons` text, said inside the sentence."""
    said = dict(params)
    if "reason" in said:
        said["reason"] = tr(f"reasons.{said['reason']}", lang, **said)
    return tr(f"issues.{code}", lang, **said)
