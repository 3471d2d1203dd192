"""Result columns: what a check or a push says beside each row, in words. Pure; cost grows with rows plus issues."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from core.cells import text
from core.checked import Checked, Duplicate, Likeness, Value
from core.fields import field_word
from core.i18n import show, tr
from core.issues import Issue, Severity
from core.moved import SIGN, row_marks
from core.tables import Result, Table, column_letters

if TYPE_CHECKING:
    from core.jobs import JobReport, Outcome, RowOutcome

ResultColumns = dict[Result, list[str]]
"""Result → one text per row of the table, in the table's order."""

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
BETWEEN = "\n"  # one issue a line: the cell wraps
MARKED = 100  # rows marked whatever there is to say of them: enough to see that a sheet was sorted
KNOWN = 10_000  # what rows say that is kept: where each says something else, keeping it would only take memory
PROPOSED = "¦"  # in the hidden column, before the decision that Carnet proposed: a later check may renew that one


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of a check: rows by their worst issue, issues by severity."""

    rows: int
    rows_in_error: int
    rows_to_review: int
    errors: int
    warnings: int
    infos: int
    duplicates: int

    @property
    def rows_ready(self) -> int:
        """Rows that a push would take: all but those in error."""
        return self.rows - self.rows_in_error


def count(checked: Checked) -> Totals:
    """Count a check's findings."""
    severities = Counter(i.severity for i in checked.issues)
    faulty = checked.faulty_rows()
    review = {i.row for i in checked.issues if i.row is not None and i.severity is Severity.WARNING}
    review |= {d.row for d in checked.duplicates}
    return Totals(
        rows=len(checked.table),
        rows_in_error=len(faulty),
        rows_to_review=len(review - faulty),
        errors=severities[Severity.ERROR],
        warnings=severities[Severity.WARNING],
        infos=severities[Severity.INFO],
        duplicates=len({d.row for d in checked.duplicates}),
    )


def worth_writing(table: Table) -> bool:
    """Say whether a sheet has rows to write results beside, or old results to put out of the way."""
    return len(table) > 0 or bool(table.result_positions)


def result_columns(checked: Checked, lang: str, proposals: Mapping[int, str] | None = None) -> ResultColumns:
    """Return the columns that a check writes at the right of the sheet.

    `proposals` are Carnet's words for the Décision column by sheet row; what the user wrote there stays. The hidden
    column names the faulty cells by their column letters: `;A;C;` those in error, `~E~` those to review; the
    conditional format looks them up there. After `PROPOSED` it repeats Carnet's own word.
    """
    issues: dict[int, list[Issue]] = defaultdict(list)
    for issue in checked.issues:
        if issue.row is not None:
            issues[issue.row].append(issue)
    duplicates: dict[int, list[Duplicate]] = defaultdict(list)
    for duplicate in checked.duplicates:
        duplicates[duplicate.row].append(duplicate)
    sayings = _Sayings({key: column_letters(checked.table.positions[i]) for key, i in checked.columns.items()}, lang)
    rows, own = checked.table.rows, checked.own
    said, proposed = decided(checked.table, proposals)
    columns: ResultColumns = {name: [""] * len(rows) for name in Result}
    statuses, messages, faulty = (columns[r] for r in (Result.STATUS, Result.MESSAGE, Result.FIELDS))
    statuses[:] = [tr("results.ready", lang)] * len(rows)
    columns[Result.DECISION] = [said.get(row, "") for row in rows] if said else columns[Result.DECISION]
    for n in _indexes(rows, issues.keys() | duplicates.keys() | own.keys()):
        row = rows[n]
        statuses[n], messages[n], faulty[n] = sayings.of(issues.get(row, []))
        if row in duplicates or row in own:
            alike = duplicates.get(row, [])
            statuses[n] = _status(issues.get(row, []), lang, alike=bool(alike))
            messages[n] = BETWEEN.join([*filter(None, [messages[n]]), *(_alike(d, lang) for d in alike)])
            numbers = dict.fromkeys([own.get(row), *(d.customer for d in alike)])
            columns[Result.CUSTOMER][n] = ", ".join(str(number) for number in numbers if number is not None)
    marked = _indexes(rows, {*rows[:MARKED], *said, *duplicates})
    for n, mark in row_marks(checked.table, checked.profile, marked).items():
        faulty[n] += SIGN + mark
    for n in _indexes(rows, proposed):
        faulty[n] += PROPOSED + said[rows[n]]
    return columns


class _Sayings:
    """What the issues of a row say beside it. Most rows have the same few faults: each is put in words once."""

    def __init__(self, letters: Mapping[str, str], lang: str) -> None:
        self._letters, self._lang = letters, lang
        self._known: dict[tuple[object, ...], tuple[str, str, str]] = {}

    def of(self, issues: list[Issue]) -> tuple[str, str, str]:
        """Return a row's status, its lines in one text, and its faulty columns."""
        key = tuple([(id(i.code), id(i.severity), i.field, i.column, i.value, repr(i.params)) for i in issues])
        found = self._known.get(key)
        if found is None:
            ordered = sorted(issues, key=lambda i: _ORDER[i.severity])
            lines = BETWEEN.join([i.line(self._lang) for i in ordered])
            found = _status(issues, self._lang), lines, _faulty(ordered, self._letters)
            if len(self._known) < KNOWN:
                self._known[key] = found
        return found


def _indexes(rows: Sequence[int], some: Collection[int]) -> list[int]:
    """Return where some rows stand among all, which are in order, as both are; what is no row is left out."""
    places = ((bisect_left(rows, row), row) for row in sorted(some))
    return [n for n, row in places if n < len(rows) and rows[n] == row]


def decided(table: Table, proposals: Mapping[int, str] | None) -> tuple[dict[int, str], set[int]]:
    """Return the words of the Décision column by row, and the rows whose word is Carnet's own.

    The user's words stay. Those that Carnet had proposed give way to `proposals`, or stay where there are none to
    give (None).
    """
    written = _texts(table, Result.DECISION)
    marks = {row: mark for row, text in _texts(table, Result.FIELDS).items() if (mark := text.partition(PROPOSED)[2])}
    own = {row for row, word in written.items() if marks.get(row) == word}
    if proposals is None:
        return written, own
    users = {row: word for row, word in written.items() if row not in own}
    return {**proposals, **users}, set(proposals) - set(users)


def stale_columns(table: Table, rows: Collection[int], lang: str) -> ResultColumns:
    """Return the result columns as the sheet has them, the statuses of `rows` saying that their cells have changed."""
    columns = {name: [text(cell) for cell in cells] for name, cells in table.results.items()}
    statuses = columns.get(Result.STATUS, [])
    columns[Result.STATUS] = [
        tr("results.to_check", lang) if row in rows else said for row, said in zip(table.rows, statuses, strict=True)
    ]
    return columns


def _texts(table: Table, name: Result) -> dict[int, str]:
    cells = table.results.get(name)
    return {row: str(cell) for row, cell in zip(table.rows, cells, strict=True) if cell} if cells else {}


def outcome_columns(checked: Checked, report: JobReport, lang: str, *, practice: bool = False) -> ResultColumns:
    """Return the columns that a push writes: the check's, with each row's outcome, its reason and the customer.

    A dry run says what would happen in words of its own, and gives no number to a customer that is not there yet.
    The decision that was obeyed stays in its column. In `practice` mode each status says that it is not real.
    """
    columns = result_columns(checked, lang)
    statuses, messages, customers = (columns[r] for r in (Result.STATUS, Result.MESSAGE, Result.CUSTOMER))
    headers = {f.key: f.header for f in checked.profile.fields}
    words = "results.dry_" if report.dry_run else "results."

    @cache
    def status(outcome: Outcome) -> str:
        said = tr(f"{words}{outcome}", lang)
        return tr("practice.status", lang, said=said) if practice else said

    places = {row: n for n, row in enumerate(checked.table.rows)}
    for outcome in report.outcomes:
        n = places.get(outcome.row)
        if n is None:
            continue
        statuses[n] = status(outcome.outcome)
        if outcome.customer is not None:
            customers[n] = str(outcome.customer)
        if outcome.reason or outcome.changes:
            lines = [changes_text(outcome, lang, headers), messages[n]]
            if not outcome.reason.startswith("issues."):  # a row in error: the check's own lines say it
                lines.insert(0, outcome.message(lang, headers))
            messages[n] = BETWEEN.join(filter(None, lines))
    return columns


def changes_text(outcome: RowOutcome, lang: str, headers: Mapping[str, str] | None = None) -> str:
    """Say what an update changes, field by field: "Ville : Lyon → Bron". `headers` are the system's, by key."""
    from core.outcomes import Outcome  # a check starts without what a push needs

    if outcome.outcome is not Outcome.UPDATED:
        return ""
    return BETWEEN.join(
        tr("results.change", lang, column=field_word(key, lang, headers), before=before, after=after)
        for key, values in outcome.changes.items()
        for before, after in [[_shown(value, lang) for value in values]]
    )


def _shown(value: Value, lang: str) -> str:
    return tr("results.nothing", lang) if value is None else show(value, lang)


def counts_text(counts: Mapping[str, int], lang: str) -> str:
    """Say the outcomes that occurred: "112 créés, 3 refusés"."""
    said = [tr(f"results.count_{name}", lang, count=n) for name, n in counts.items() if n]
    return ", ".join(said) or tr("results.count_none", lang)


def proposed_skips_text(report: JobReport, lang: str) -> str:
    """Say how many rows were skipped at Carnet's word alone; nothing when none was."""
    count = sum(o.reason == "push.skipped_proposed" for o in report.outcomes)
    return tr("results.skipped_proposed", lang, count=count) if count else ""


def _status(issues: list[Issue], lang: str, *, alike: bool = False) -> str:
    severities = {i.severity for i in issues}
    if Severity.ERROR in severities:
        return tr("results.error", lang)
    return tr("results.review" if Severity.WARNING in severities or alike else "results.ready", lang)


def _alike(duplicate: Duplicate, lang: str) -> str:
    said = "family" if duplicate.likeness is Likeness.FAMILY else "like"
    where = f"results.{said}_{'row' if duplicate.customer is None else 'customer'}"
    number = str(duplicate.other_row if duplicate.customer is None else duplicate.customer)
    kind = tr(f"results.{duplicate.likeness}", lang)
    reason = duplicate.sentence(lang)
    foreseen = duplicate.question is not None and not reason  # only the push found this customer
    said = "" if foreseen else tr(where, lang, kind=kind, number=number, reason=reason)
    return " ".join(filter(None, (said, duplicate.asked(lang))))


def _faulty(issues: list[Issue], letters: Mapping[str, str]) -> str:
    """Name the faulty columns; the worst issue of a cell decides its colour."""
    red = dict.fromkeys(letters[i.field] for i in issues if i.field in letters and i.severity is Severity.ERROR)
    amber = dict.fromkeys(letters[i.field] for i in issues if i.field in letters and i.severity is Severity.WARNING)
    late = [letter for letter in amber if letter not in red]
    return (";" + ";".join(red) + ";" if red else "") + ("~" + "~".join(late) + "~" if late else "")
