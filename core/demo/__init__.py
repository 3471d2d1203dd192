"""The demo: the whole job on made-up customers, in a folder that a shop's office would recognise.

An Outlook export of an old till, damaged as real ones are, becomes an Odeis file: template, mapping, check, fixes,
check again, push, gains. Everything runs as the commands run it, on real files, a real database and a real server.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from core import actions, taking
from core.actions.receipts import write_receipt
from core.errors import InputError, folder_refused
from core.fixes import Fix, apply_fixes, find_fixes
from core.i18n import Language, tr
from core.mapping import choose, propose
from core.results import Totals, count, counts_text
from core.tables import Table
from core.taking.foreign import read_foreign

SYSTEM = "odeis"
EXPORT = Path(__file__).parent / "clients_outlook.csv"
KNOWN_TO_THE_SHOP = {"Utilisateur 1": "loyalty_card", "Utilisateur 2": ""}
"""What nothing in the file says: the shop kept its cards in Outlook's first free column (Odeis has no newsletter)."""
MARK = "carnet-demo.txt"


@dataclass(frozen=True, slots=True)
class Files:
    """What the demo leaves in its folder, numbered in the order of the work."""

    folder: Path
    lang: str

    def __getattr__(self, name: str) -> Path:
        return self.folder / tr(f"demo.file_{name}", self.lang)


def run_demo(folder: Path, lang: Language) -> Iterator[str]:
    """Do the whole job, yielding a line to show at each step.

    A folder of an earlier demo is replaced; any other folder that holds something is refused (InputError).
    """
    files = Files(_fresh(folder), lang)
    context = actions.Context(actions.system(SYSTEM), lang, {"kind": "client"})
    till = replace(context, db=str(files.database))
    shutil.copy(EXPORT, files.source)
    actions.make_template(files.template, context)
    yield tr("demo.template", lang, name=files.template.name)
    mapped = _take(files, context)
    yield tr("demo.taken", lang, rows=len(mapped), name=files.source.name)
    before = count(actions.check_file(files.taken, context).checked)
    yield tr("demo.checked", lang, name=files.taken.name, **_figures(before))
    fixes = _fix(files, context)
    yield tr("demo.fixed", lang, count=len({(f.row, f.column) for f in fixes}), name=files.fixed.name)
    pushed = actions.push_file(files.fixed, till, actions.PushChoices(mode="add"))
    report = pushed.report
    yield tr("demo.pushed", lang, job=report.job or 0, counts=counts_text(report.counts(), lang))
    if report.job is not None:
        write_receipt(till.db, report.job, files.receipt, lang)
    table = actions.read_customers(files.fixed, till.profile)
    again = actions.push_table(table, till, actions.PushChoices(mode="add"), files.fixed)[1]
    yield tr("demo.again", lang, counts=counts_text(again.counts(), lang))
    gains = _gains(files, lang)
    yield gains
    after = count(pushed.checked)
    _summary(files, lang, [before, after], fixes, [counts_text(report.counts(), lang), gains])
    yield tr("demo.done", lang, folder=str(folder), summary=files.summary.name)


def _fresh(folder: Path) -> Path:
    """Empty the folder of an earlier demo, or make a new one. Raises InputError where nothing can be written."""
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).exists())):
        raise InputError("demo.folder_taken", folder=str(folder))
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        (folder / MARK).write_text("Carnet\n", encoding="utf-8")
    except OSError as error:
        raise folder_refused(folder.absolute().parent, error) from error
    return folder


def _take(files: Files, context: actions.Context) -> Table:
    """Map the export to the system's columns, with what the shop knows of its free columns."""
    sources = taking.known_sources()
    table = read_foreign(files.source, sources)
    mapping = propose(table, context.profile, sources, choose(table, KNOWN_TO_THE_SHOP))
    mapped = taking.Taken(table, mapping).mapped()
    taking.write_mapped(mapped, context.profile, files.taken, context.lang)
    return mapped


def _fix(files: Files, context: actions.Context) -> list[Fix]:
    """Write the corrected customers into a workbook of their own, so that both can be compared."""
    table = actions.read_customers(files.taken, context.profile)
    fixes = [f for f in find_fixes(actions.check_table(table, context), lang=context.lang) if f.certain]
    taking.write_mapped(apply_fixes(table, fixes), context.profile, files.fixed, context.lang)
    return fixes


def _gains(files: Files, lang: Language) -> str:
    """Fetch the gains of the pushed customers' cards from the sandbox; the address is this very machine."""
    from datetime import date

    from core.loyalty.sandbox import Sandbox
    from core.settings import Settings

    shutil.copy(files.fixed, files.gains)
    with Sandbox() as sandbox:
        settings = Settings(lang=lang, fidelpass_url=sandbox.url)
        fetched = actions.gains_file(files.gains, actions.fidelpass(settings), settings)
    return tr("gains.done", lang, **fetched.counts(date.today()))


def _figures(totals: Totals) -> dict[str, int]:
    return {"rows": totals.rows, "errors": totals.rows_in_error, "review": totals.rows_to_review}


def _summary(files: Files, lang: str, totals: list[Totals], fixes: list[Fix], lines: list[str]) -> None:
    """Write the page that an office reads first."""
    rules = Counter(f.rule for f in fixes)
    done = "\n".join(f"   - {n} × {tr(f'fixes.rule_{rule}', lang)}" for rule, n in rules.most_common())
    before, after = (_figures(t) for t in totals)
    names = {
        n: getattr(files, n).name for n in ("source", "template", "taken", "fixed", "database", "receipt", "gains")
    }
    text = tr(
        "demo.page", lang, fixes=done, pushed=lines[0], gains_found=lines[1], **names,
        **{f"{k}_before": v for k, v in before.items()}, **{f"{k}_after": v for k, v in after.items()},
    )  # fmt: skip
    files.summary.write_text(text, encoding="utf-8-sig", newline="\r\n")
