"""What a profile is: the fields, allowed values and run options of one system's import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.fields import FieldType
from core.issues import Code, Severity

Words = dict[str, str]
"""The same words in every language: `{"fr": …, "en": …}`."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One allowed value: Carnet stores `code`, the vendor's file holds `value`, people read `label`."""

    code: str
    value: str
    label: Words
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a system's import file. `default` and `example` are written as the vendor's file writes them."""

    key: str
    header: str
    type: FieldType
    label: Words
    help: Words
    mark: str  # sourced, inferred or proposed: how sure the field is
    source: str  # the vendor's page, or the document, that says so
    max_length: int | None = None
    required: bool = False
    read_only: bool = False
    choices: tuple[Choice, ...] = ()
    open_list: bool = False  # other values than the choices are allowed (said, not refused)
    show_labels: bool = False  # the sheet shows the labels, the vendor's file takes the values
    synonyms: tuple[str, ...] = ()
    default: str = ""
    example: str = ""
    minimum: float | None = None
    maximum: float | None = None
    option: str = ""  # the run option that must be on for this column to exist
    inverse: bool = False  # a flag that says the opposite of its key: "do not e-mail" is no consent


@dataclass(frozen=True, slots=True)
class Option:
    """A choice made once for a whole push or delivery, not per row."""

    key: str
    type: str  # "text", "flag" or "choice"
    label: Words
    help: Words
    default: str = ""
    max_length: int | None = None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything Carnet knows of one system's import."""

    id: str
    name: str
    version: str
    path: Path
    fields: tuple[Field, ...]
    sheet: str = "Clients"
    language: str = "en"  # the language of the vendor's headers and country names
    headers_mark: str = ""  # how sure the headers and lengths are, where less than the fields themselves
    formats: tuple[str, ...] = ("xlsx",)
    modes: tuple[str, ...] = ("add",)  # the first is the default
    match: tuple[tuple[str, ...], ...] = ()  # which fields find the existing customer, in order
    unique: tuple[tuple[str, ...], ...] = ()  # which fields may not occur twice
    one_of: tuple[str, ...] = ()  # at least one of these names the customer
    buyer: tuple[str, ...] = ()  # fields that are each row's own, where one customer takes several rows
    country: str = "FR"  # of the shop: where a phone or a postcode without a country is from
    country_style: str = "iso2"  # how the file writes countries: iso2, name, or car (F, B, CH…)
    phone_style: str = "national"  # how the file writes phones of that country: national or e164
    date_format: str = "%d/%m/%Y"  # in CSV files; a workbook holds real dates
    rows_advised: int | None = None
    rows_per_export: int | None = None
    csv_encoding: str = "utf-8-sig"
    csv_separator: str = ","
    severity: dict[Code, Severity] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    drops_empty: bool = False  # a blank cell erases: wholly empty columns are left out of a delivered file
    notes: Words = field(default_factory=dict)
    steps: Words = field(default_factory=dict)  # what to click at the vendor's, one step a line

    def field(self, key: str) -> Field | None:
        """Return the field of that key, or None."""
        return next((f for f in self.fields if f.key == key), None)

    def with_options(self, options: Mapping[str, str]) -> Profile:
        """Return the same system with these run options as its defaults: its columns are then those of the run."""
        return replace(self, options=tuple(replace(o, default=options.get(o.key, o.default)) for o in self.options))

    def columns(self, options: Mapping[str, str] | None = None) -> tuple[Field, ...]:
        """Return the fields that are columns of the file under these run options (a missing one has its default)."""
        on = {o.key: o.default for o in self.options} | dict(options or {})
        return tuple(f for f in self.fields if not f.option or on.get(f.option) == "yes")
