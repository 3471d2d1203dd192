"""What a check costs: `python -m tests.bench.check [ROWS …]` (5,000 and 100,000 by default).

The whole process `carnet check`, workbook in, results written in, against three peers on the same file in the same
run: the bare read (python-calamine `to_python()`), openpyxl load + save, and `frictionless validate` with the same
rules as a schema. Ratios are what to look at: seconds belong to the machine, and on a machine that does other things
the processor's seconds are steadier than the clock's.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from core.fields import FieldType
from tests.bench.measure import Cost, compare, machine, python
from tests.corpus.big import big_columns, write_big_xlsx

SYSTEM = "cloud-pos"
ROUNDS = 5
BARE = """
import sys
from python_calamine import CalamineWorkbook
CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
"""
OPENPYXL = "import sys, openpyxl; b = openpyxl.load_workbook(sys.argv[1]); b.save(sys.argv[2])"
FRICTIONLESS = """
import json, sys
from frictionless import Resource, Schema, system
system.trusted = True
schema = Schema.from_descriptor(json.load(open(sys.argv[2])))
report = Resource(path=sys.argv[1], schema=schema).validate(limit_errors=100000)
assert report.stats["errors"] > 0, report.flatten(["type", "note"])[:3]
"""
CARNET = "import sys; from core.cli import main; sys.argv[0] = 'carnet'; main()"


def schema() -> dict[str, object]:
    """Return the same rules as far as a table schema can say them: required, length, e-mail, list."""
    fields = []
    for field in big_columns(SYSTEM):
        rules: dict[str, object] = {}
        if field.required:
            rules["required"] = True
        if field.max_length:
            rules["maxLength"] = field.max_length
        if field.choices and not field.open_list:
            rules["enum"] = [w for c in field.choices for w in (c.value, *c.label.values(), *c.words)]
        kind = {"name": field.header, "type": "any" if field.type is FieldType.DATE else "string", "constraints": rules}
        if field.type is FieldType.EMAIL:
            kind["format"] = "email"
        if kind["type"] == "any":
            kind["constraints"] = {}
        fields.append(kind)
    return {"fields": fields}


def measure(rows: int, folder: Path, rounds: int) -> None:
    """Print the ratios for one size."""
    file, work, out = folder / f"{rows}.xlsx", folder / f"work-{rows}.xlsx", folder / "out.xlsx"
    write_big_xlsx(file, big_columns(SYSTEM), rows)
    rules = folder / "schema.json"
    rules.write_text(json.dumps(schema()), encoding="utf-8")
    commands = {
        "bare read (calamine to_python)": python(BARE, str(file)),
        "carnet check, results written": python(CARNET, "check", str(work), "--system", SYSTEM),
        "openpyxl load + save": python(OPENPYXL, str(file), str(out)),
        "frictionless validate": python(FRICTIONLESS, str(file), str(rules)),
    }
    _print(rows, file, compare(commands, rounds, lambda: shutil.copy(file, work)))


def _print(rows: int, file: Path, found: dict[str, Cost]) -> None:
    bare, ours, *_ = found.values()
    print(f"\n{rows:,} rows x {len(big_columns(SYSTEM))} columns, {file.stat().st_size / 1e6:.1f} MB")
    print(f"{'whole process':32}{'seconds':>9}{'x bare':>8}{'x check':>9}{'processor':>11}{'x bare':>8}{'peak MB':>9}")
    for name, cost in found.items():
        wall = f"{cost.seconds:9.2f}{cost.seconds / bare.seconds:8.2f}{cost.seconds / ours.seconds:9.2f}"
        print(f"{name:32}{wall}{cost.processor:11.2f}{cost.processor / bare.processor:8.2f}{cost.megabytes:9.0f}")


def measure_template(folder: Path, rounds: int) -> None:
    """Print what an empty template costs."""
    command = python(CARNET, "template", SYSTEM, "-o", str(folder / "template.xlsx"))
    cost = compare({"template": command}, rounds, lambda: (folder / "template.xlsx").unlink(missing_ok=True))[
        "template"
    ]
    print(f"\ncarnet template: {cost.seconds:.2f} s, processor {cost.processor:.2f} s, peak {cost.megabytes:.0f} MB")


def main() -> None:
    """Measure every size asked for."""
    print(f"{machine()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        measure_template(Path(folder), ROUNDS)
        for rows in [int(n) for n in sys.argv[1:]] or [5_000, 100_000]:
            measure(rows, Path(folder), ROUNDS)


if __name__ == "__main__":
    main()
