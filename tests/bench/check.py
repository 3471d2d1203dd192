"""What a check costs: `python -m tests.bench.check [ROWS …]` (5,000 and 100,000 by default).

The whole process `carnet check`, workbook in, results written in, against three peers on the same file in the same
run: the bare read (python-calamine `to_python()`), openpyxl load + save, and `frictionless validate` with the same
rules as a schema. Ratios are what to look at: seconds belong to the machine.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from core.fields import FieldType
from tests.bench.measure import Cost, machine, python, run
from tests.corpus.big import big_columns, write_big_xlsx

SYSTEM = "cloud-pos"
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
CHECK = "import sys; from core.cli import main; sys.argv = ['carnet', *sys.argv[1:]]; main(sys.argv[1:])"


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


def measure(rows: int, folder: Path, times: int) -> None:
    """Print the ratios for one size."""
    file, work, out = folder / f"{rows}.xlsx", folder / f"work-{rows}.xlsx", folder / "out.xlsx"
    write_big_xlsx(file, big_columns(SYSTEM), rows)
    rules = folder / "schema.json"
    rules.write_text(json.dumps(schema()), encoding="utf-8")
    shutil.copy(file, work)
    few = max(1, times // 2) if rows > 20_000 else times
    found = {
        "bare read (calamine to_python)": run(python(BARE, str(file)), times=times),
        "carnet check, results written": run(
            python(CHECK, "check", str(work), "--system", SYSTEM), times=times, may_fail=True
        ),
        "openpyxl load + save": run(python(OPENPYXL, str(file), str(out)), times=few),
        "frictionless validate": run(python(FRICTIONLESS, str(file), str(rules)), times=few, may_fail=True),
    }
    _print(rows, file, found)


def _print(rows: int, file: Path, found: dict[str, Cost]) -> None:
    bare = found["bare read (calamine to_python)"].seconds
    ours = found["carnet check, results written"].seconds
    print(f"\n{rows:,} rows x {len(big_columns(SYSTEM))} columns, {file.stat().st_size / 1e6:.1f} MB")
    print(f"{'whole process':34} {'seconds':>8} {'x bare':>7} {'x check':>8} {'peak MB':>8}")
    for name, cost in found.items():
        print(
            f"{name:34} {cost.seconds:8.2f} {cost.seconds / bare:7.2f} {cost.seconds / ours:8.2f} {cost.megabytes:8.0f}"
        )


def main() -> None:
    """Measure every size asked for."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        for rows in [int(n) for n in sys.argv[1:]] or [5_000, 100_000]:
            measure(rows, Path(folder), times=3)


if __name__ == "__main__":
    main()
