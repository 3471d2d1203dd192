"""Repair the corpus and judge every changed cell by its true answer.

`python -m tests.fixing_corpus FOLDER` writes the corpus there and prints the table.
"""

from __future__ import annotations

import dataclasses
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from core.cells import text
from core.checked import Checked, Value
from core.checking import check
from core.fields import FieldType
from core.fixes import Fix, apply_fixes, find_fixes
from core.profiles import Field, Profile, load_system
from core.tables import Cell, Table
from core.workbooks import read_table
from tests.corpus.boutique import WORKBOOKS, write_workbook
from tests.corpus.layouts import LAYOUTS
from tests.corpus.people import plain
from tests.corpus.sources import write_source
from tests.corpus.truth import Truth, same

TODAY = date(2026, 11, 21)
SYSTEMS = ("odeis", "le-new-black", "cloud-pos", "lightspeed")
FREE = (FieldType.TEXT, FieldType.NAME, FieldType.EMAIL)


def field_of(key: str) -> Field:
    """Return a system's field of that key, free of what only that system asks: its lengths, its required columns."""
    found = next(f for name in SYSTEMS if (f := load_system(name).field(key)))
    free = found.type in (FieldType.TEXT, FieldType.NAME)
    return dataclasses.replace(
        found, header=key, synonyms=(), label={"fr": key, "en": key}, max_length=None, required=False, option="",
        read_only=False, choices=() if free else found.choices,
    )  # fmt: skip


def corpus_profile(keys: list[str]) -> Profile:
    """Return a system that takes exactly these fields."""
    fields = tuple(field_of(key) for key in keys)
    return dataclasses.replace(
        load_system("odeis"), id="corpus", fields=fields, unique=(), one_of=(), rows_advised=None,
        country_style="name", language="fr",
    )  # fmt: skip


def corpus_table(path: Path, truth: Truth) -> Table:
    """Read a corpus file as a table of its one-field columns, each under its field's key."""
    table = read_table(path, sheet=truth.sheet or None, encoding=truth.encoding, separator=truth.separator)
    by_header = {c.header: c.fields[0] for c in truth.columns if len(c.fields) == 1}
    kept: dict[str, int] = {}
    for index, header in enumerate(table.headers):
        if header in by_header:
            kept.setdefault(by_header[header], index)
    return dataclasses.replace(
        table,
        headers=list(kept),
        positions=[table.positions[i] for i in kept.values()],
        columns=[table.columns[i] for i in kept.values()],
    )


def corpus_check(table: Table, truth: Truth) -> Checked:
    """Check a corpus table; the date order is not said, the column has to prove it."""
    return check(table, corpus_profile(table.headers), today=TODAY)


@dataclass
class Verdict:
    """How the repairs of one file went. `wrong` says row, field, before, after, true."""

    counts: Counter[str] = field(default_factory=Counter)
    by_damage: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[tuple[int, str, Cell, Cell, str]] = field(default_factory=list)
    missed: list[tuple[int, str, str, str, str]] = field(default_factory=list)


def meaning(checked: Checked, key: str, index: int) -> str:
    """Return what a cell means, written as the truth writes it."""
    known = checked.profile.field(key)
    assert known is not None
    if known.type in FREE:
        return text(checked.table.columns[checked.columns[key]][index])
    value: Value = checked.values[key][index]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if known.type is FieldType.POSTCODE:
        return str(value or "").replace(" ", "") if str(value or "").replace(" ", "").isdigit() else str(value or "")
    if key == "sex":
        return str(value or "")[:1].upper()
    return value.isoformat() if isinstance(value, date) else str(value or "")


def judge(before: Checked, truth: Truth, fixes: list[Fix]) -> Verdict:
    """Apply the certain fixes, check again, and compare each cell with its true answer."""
    after = corpus_check(apply_fixes(before.table, fixes), truth)
    left = {(f.row, f.field) for f in find_fixes(after, today=TODAY) if f.certain}
    verdict = Verdict()
    verdict.counts["fix left"] = len(left)
    changed = {(f.row, f.field) for f in fixes if f.certain}
    proposed = {(f.row, f.field) for f in fixes if not f.certain}
    place = {row: n for n, row in enumerate(before.table.rows)}
    codes = {(r.row, c.field): c.codes for r in truth.rows for c in r.cells}
    faulty = {(i.row, i.field) for i in after.issues if i.row and i.code in codes.get((i.row, i.field), ())}
    for row in truth.rows:
        damaged = {c.field: c for c in row.cells}
        for key in before.columns:
            if row.row not in place or key not in row.true:
                continue
            n, true = place[row.row], row.true[key]
            old, new = meaning(before, key, n), meaning(after, key, n)
            right = same(key, new, true)
            cell = damaged.get(key)
            if (row.row, key) in changed:
                if right:
                    verdict.counts["right"] += 1
                elif old == new or plain(new) == plain(true):
                    verdict.counts["tidied"] += 1
                else:
                    verdict.counts["wrong"] += 1
                    cells = (c.table.columns[c.columns[key]][n] for c in (before, after))
                    verdict.wrong.append((row.row, key, *cells, true))
            if cell is not None:
                kind = verdict.by_damage.setdefault(f"{cell.damage}{'' if cell.repairable else ' (asked)'}", Counter())
                kind["all"] += 1
                clean = right and (row.row, key) not in faulty
                kind["repaired" if clean else "proposed" if (row.row, key) in proposed else "left"] += 1
                if cell.repairable and not clean:
                    verdict.missed.append((row.row, key, cell.damage, cell.written, true))
    return verdict


def main(folder: Path) -> None:
    """Print, file by file and damage by damage, what was repaired, proposed and left."""
    folder.mkdir(parents=True, exist_ok=True)
    truths = [write_source(layout, folder) for layout in LAYOUTS] + [write_workbook(b, folder) for b in WORKBOOKS]
    damage: dict[str, Counter[str]] = {}
    for truth in truths:
        checked = corpus_check(corpus_table(folder / truth.file, truth), truth)
        fixes = find_fixes(checked, today=TODAY)
        verdict = judge(checked, truth, fixes)
        proposals = sum(not f.certain for f in fixes)
        print(f"{truth.file:30} proposals {proposals:4}  {dict(verdict.counts)}")
        for name, counts in verdict.by_damage.items():
            damage.setdefault(name, Counter()).update(counts)
    for name in sorted(damage):
        print(f"{name:32} {dict(damage[name])}")
    sure = sum((counts for name, counts in damage.items() if "asked" not in name), Counter())
    print(f"repairable: {dict(sure)}, {sure['repaired'] / sure['all']:.1%} repaired")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
