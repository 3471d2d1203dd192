"""Check a table or a file, and say what to do with each row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.actions.context import CHECKING, PUSHING, Context, Reading, open_database, read_while_loading
from core.checked import Checked
from core.i18n import tr
from core.issues import SEVERITY, Code, Issue
from core.results import ResultColumns, result_columns, worth_writing
from core.tables import Table


def check_table(table: Table, context: Context) -> Checked:
    """Check a table, in itself and against the database when there is one."""
    from core.checking import check
    from core.duplicates import find_in_file

    checked = check(table, context.profile, options=dict(context.options))
    checked.duplicates = find_in_file(checked)
    checked.issues += _decision_issues(table, context.lang)
    if context.db:
        from core.pushing.doubts import without_themselves
        from core.pushing.recognising import settle

        with open_database(context.db, shop=context.shop) as database:
            found, own = database.recognise(checked)
        checked.duplicates += without_themselves(found, table)
        settle(checked, own)
    return checked


def _decision_issues(table: Table, lang: str) -> list[Issue]:
    """Say the words of the Décision column that a push would stop at."""
    from core.decisions import table_decisions

    code, column = Code.DECISION_UNKNOWN, tr("workbook.decision", lang)
    return [
        Issue(row, column, "", code, SEVERITY[code], said, {"row": str(row)})
        for row, said in table_decisions(table)[1].items()
    ]


def proposals(checked: Checked, context: Context) -> dict[int, str]:
    """Return the word proposed for the Décision column of every row that a customer of the database resembles."""
    if not context.db:
        return {}
    from core.decisions import propose, shown_decisions

    return shown_decisions(propose(checked, checked.profile.modes[0]), context.lang)


def check_file(path: Path, context: Context, reading: Reading | None = None, *, write: bool = True) -> CheckedFile:
    """Check a file and write the results into it (beside a CSV or an .xls), if it has rows. Raises InputError."""
    from core.workbooks import write_results

    table = read_while_loading(path, context.profile, reading, PUSHING if context.db else CHECKING)
    checked = check_table(table, context)
    columns = result_columns(checked, context.lang, proposals(checked, context))
    written = write_results(path, table, columns, context.lang) if write and worth_writing(table) else None
    return CheckedFile(checked, columns, written)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that was checked, its result columns, and where they were written."""

    checked: Checked
    columns: ResultColumns
    written: Path | None
