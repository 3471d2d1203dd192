"""Checking: a table seen through a profile. Changes nothing; what is wrong comes back as issues.

Columns are read one by one, each distinct value once (`core.checking.columns`); then come the rules about whole rows.
A blank cell stays blank: a profile's default is what the system itself would take, and is written by nobody here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from core.cells import squash, text
from core.checked import Checked, Value
from core.checking.columns import FREE_TEXTS, Sheet, read_column, reading_order
from core.checking.headers import match_headers
from core.checking.spreading import Column
from core.coded import distinct, folded, rows_of
from core.decisions import is_erase_mark
from core.duplicates.buyers import is_other_buyer, is_unnamed_buyer, retailer_keys
from core.fields import FieldType
from core.grouping import groups
from core.issues import SEVERITY, Code, Issue
from core.joining import joined, numbered, small
from core.profiles import Field, Profile
from core.rules.placeholders import is_fake_email, is_fake_phone, is_placeholder, may_be_a_name
from core.rules.towns import read_towns
from core.strays import header_rows
from core.tables import Table

if TYPE_CHECKING:
    from core.joining import Codes


def check(
    table: Table, profile: Profile, *, options: Mapping[str, str] | None = None, today: date | None = None
) -> Checked:
    """Check a table, in itself: cells, required values, keys that may not occur twice.

    `options` are the run options; `date_order` ("dmy", "mdy") among them answers a column that can be read two ways.
    Raises InputError when the headers are not this system's.
    """
    match = match_headers(table.headers, profile, options)
    checked = Checked(table, profile, match.columns, {}, match.issues)
    sheet = Sheet(profile, today or date.today(), options or {}, len(table), checked.values, table.base_1904)
    fields = [f for f in profile.columns(dict(options or {})) if f.key in match.columns]
    for known in reading_order(fields):
        column = read_column(known, table.columns[match.columns[known.key]], sheet)
        checked.values[known.key] = column.values
        if known.read_only:
            _say_read_only(checked, known)
        else:
            _say_faults(checked, known, column)
            _say_required(checked, known)
    _say_hollow(checked)
    _say_towns(checked, sheet)
    _say_unnamed(checked)
    for keys in profile.unique:
        _say_repeated(checked, keys)
    if profile.buyer:
        _say_buyers(checked)
    _say_headers_again(checked)
    if profile.rows_advised and len(table) > profile.rows_advised:
        _say(checked, None, None, Code.TOO_MANY_ROWS, rows=len(table), advised=profile.rows_advised)
    return checked


def _say(checked: Checked, row: int | None, known: Field | None, code: Code, **params: object) -> None:
    """Add one issue; `row` is an index in the table."""
    checked.issues.append(_issue(checked, row, known, code, params))


def _issue(checked: Checked, row: int | None, known: Field | None, code: Code, params: dict[str, Any]) -> Issue:
    table, column = checked.table, checked.columns.get(known.key) if known else None
    return Issue(
        row=None if row is None else table.rows[row],
        column="" if column is None else table.headers[column],
        field=known.key if known else "",
        code=code,
        severity=checked.profile.severity.get(code, SEVERITY[code]),
        value="" if row is None or column is None else text(table.columns[column][row]),
        params=params,
    )


def _say_faults(checked: Checked, known: Field, column: Column) -> None:
    """Say what the column's own rule found."""
    checked.issues += [
        _issue(checked, row, known, code, params) for row, findings in column.faults for code, params in findings
    ]


def _say_towns(checked: Checked, sheet: Sheet) -> None:
    """Say which postcodes are not those of their town."""
    for key in [k for k in checked.columns if k == "postcode" or k.endswith("_postcode")]:
        known = checked.profile.field(key)
        if known is not None and known.type is FieldType.POSTCODE:
            countries, towns = sheet.beside(key, "country"), sheet.beside(key, "city")
            faults = read_towns(checked.values[key], towns, countries, checked.profile.country)
            _say_faults(checked, known, Column([], faults))


def _say_required(checked: Checked, known: Field) -> None:
    """Say which cells are blank, or ask to be, although the system requires a value and has no default for it."""
    if not known.required or known.default:
        return
    values = checked.values[known.key]
    wrong = {value for value in distinct(values) if value is None or is_erase_mark(value)}
    cells = checked.table.columns[checked.columns[known.key]]
    for row in rows_of(values, wrong):
        if values[row] is not None:
            _say(checked, row, known, Code.REQUIRED_ERASED)
        elif not text(cells[row]).strip():
            _say(checked, row, known, Code.REQUIRED)


def _say_hollow(checked: Checked) -> None:
    """Make errors of the words for nothing in required cells: they are doubts in all others."""
    required = {f.key for f in checked.profile.fields if f.required and not f.default}
    code = Code.REQUIRED_PLACEHOLDER
    severity = checked.profile.severity.get(code, SEVERITY[code])
    for place, issue in enumerate(checked.issues):
        if issue.code is Code.PLACEHOLDER and issue.field in required and not _is_name(checked, issue):
            checked.issues[place] = replace(issue, code=code, severity=severity)


def _is_name(checked: Checked, issue: Issue) -> bool:
    """Say whether a placeholder stands for a family name, its row having a first name that says something."""
    if issue.field != "last_name" or issue.row is None or "first_name" not in checked.values:
        return False
    first = checked.values["first_name"][bisect_left(checked.table.rows, issue.row)]
    return first is not None and not is_placeholder(str(first)) and may_be_a_name(issue.value)


def _say_read_only(checked: Checked, known: Field) -> None:
    """Say once that a column is not imported, if it holds anything."""
    if any(cell is not None for cell in distinct(checked.table.columns[checked.columns[known.key]])):
        _say(checked, None, known, Code.READ_ONLY)


def _say_headers_again(checked: Checked) -> None:
    """Say which rows are the header again, and nothing else of them."""
    again = header_rows(checked.table)
    if again:
        rows = {checked.table.rows[row] for row in again}
        checked.issues[:] = [issue for issue in checked.issues if issue.row not in rows]
        for row in again:
            _say(checked, row, None, Code.HEADER_AGAIN)


def _say_unnamed(checked: Checked) -> None:
    """Say which rows have no name of any kind that the system knows a customer by."""
    keys = [key for key in checked.profile.one_of if key in checked.values]
    known = checked.profile.field(keys[0]) if keys else None
    if known is None:
        return
    headers = [checked.table.headers[checked.columns[key]] for key in keys]
    for row, names in enumerate(zip(*(checked.values[key] for key in keys), strict=True)):
        if not any(name and not is_erase_mark(name) for name in names):
            _say(checked, row, known, Code.NAME_MISSING, columns=headers)


def _say_repeated(checked: Checked, keys: tuple[str, ...]) -> None:
    """Say which rows repeat the key of an earlier row; blanks and placeholders are no keys.

    A key of one field is compared but for capitals: "A-1" and "A1" may be two accounts. Of a key of several fields
    only an e-mail may be blank, or have no column: Le New Black compares name and country alone then.
    """
    fields = [f for key in keys if (f := checked.profile.field(key))]
    known = [f for f in fields if f.key in checked.values]
    if not known or any(f.type is not FieldType.EMAIL for f in fields if f not in known):
        return
    headers = [checked.table.headers[checked.columns[f.key]] for f in known]
    whole = _joined(known, checked.values) if len(keys) > 1 else _folded(known[0], checked.values)
    for first, *others in groups(whole):
        if _says_nothing(checked.values[f.key][first] for f in known):
            continue
        for row in others:
            where = str(checked.table.rows[first])
            _say(checked, row, known[0], Code.DUPLICATE_KEY_IN_FILE, first=where, columns=headers)


def _say_buyers(checked: Checked) -> None:
    """Say which rows are further buyers of a retailer, and which of them lack the e-mail that tells them apart."""
    match, known = checked.profile.match, checked.profile.field(checked.profile.buyer[0])
    known = known if known and known.key in checked.columns else None
    rows = [{key: column[i] for key, column in checked.values.items()} for i in range(len(checked.table))]
    seen: dict[object, list[int]] = {}
    for row, values in enumerate(rows):
        keys = retailer_keys(values, match).items()
        before = sorted({other for key in keys for other in seen.get(key, ())})
        fellows = [other for other in before if is_other_buyer(values, rows[other], match)]
        unnamed = [other for other in before if is_unnamed_buyer(values, rows[other], match)]
        if unnamed and len(unnamed) == len(before):
            _say(checked, row, known, Code.BUYER_UNNAMED, first=str(checked.table.rows[unnamed[0]]))
        elif fellows and len(fellows) == len(before):
            _say(checked, row, known, Code.OTHER_BUYER, first=str(checked.table.rows[fellows[0]]))
        for key in keys:
            seen.setdefault(key, []).append(row)


def _says_nothing(parts: Iterable[Value]) -> bool:
    """Say whether a part of a key is a placeholder, made up, or a mark that empties it."""
    said = [str(part) for part in parts if part is not None]
    tests = (is_erase_mark, is_placeholder, is_fake_phone)
    return any(is_fake_email(part.casefold()) or any(test(part) for test in tests) for part in said)


def _folded(known: Field, values: Mapping[str, Sequence[Value]]) -> Sequence[Value]:
    """Return the values of a key of one field but for their capitals; phones have none."""
    return values[known.key] if known.type is FieldType.PHONE else folded(values[known.key])


def _joined(known: list[Field], values: Mapping[str, Sequence[Value]]) -> Codes:
    """Return a code for each row's key of several fields, 0 where a needed part is blank."""
    codes, *others = [_comparable(f, values[f.key]) for f in known]
    for other in others:
        codes = small(joined(codes, other))
    return codes


def _comparable(known: Field, values: Sequence[Value]) -> Codes:
    """Return codes of values as a part of a key compares them: texts and postcodes without accents, capitals, spaces
    and punctuation. A blank e-mail is a part like any other.
    """
    rule = squash if known.type in (*FREE_TEXTS, FieldType.POSTCODE) else str.casefold
    blank = "-" if known.type is FieldType.EMAIL else ""
    return numbered(values, lambda value: blank if value is None else rule(str(value)))
