"""What taking a foreign file costs: `python -m tests.bench.take [ROWS]` (100,000 by default).

X-ray, mapping and fixes of a workbook of 25 columns, each in a process of its own with the reading that it needs,
against the bare read of the same file (python-calamine `to_python()`) in the same run. Fixes start from a check, whose
own cost is shown apart.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.bench.measure import compare, machine, python
from tests.corpus.big import big_columns, write_big_xlsx

BARE = """
import sys
from python_calamine import CalamineWorkbook
CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
"""
START = "import gc\nfrom core.cli import YOUNG\ngc.set_threshold(YOUNG)\nimport sys\n"
"""What the command line does first."""
READ = """
from pathlib import Path
from core.taking import known_sources
from core.taking.foreign import read_foreign
sources = known_sources()
table = read_foreign(Path(sys.argv[1]), sources)
"""
XRAY = "from pathlib import Path\nfrom core.taking import examine\nexamine(Path(sys.argv[1]))\n"
MAP = """
from core.profiles import load_system
from core.taking import take
mapped = take(table, load_system("lightspeed"), sources).mapped()
"""
CHECK = """
from core.checking import check
from core.profiles import load_system
checked = check(table, load_system("cloud-pos"), options={})
"""
FIX = "from core.fixes import find_fixes\nfind_fixes(checked)\n"


def main() -> None:
    """Print each step's cost, and the sum of the three over the bare read."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "export.xlsx"
        write_big_xlsx(file, big_columns("cloud-pos"), rows)
        steps = {
            "read": READ, "x-ray": XRAY, "map": READ + MAP, "check": READ + CHECK, "fix": READ + CHECK + FIX,
        }  # fmt: skip
        commands = {"bare": python(BARE, str(file))}
        commands |= {name: python(START + code, str(file)) for name, code in steps.items()}
        cost = compare(commands, 2, lambda: None)
    bare = cost["bare"]
    print(f"{machine()}\n{rows:,} rows x 25 columns; whole processes, the least of two rounds")
    print(f"{'':8} {'seconds':>8} {'x bare':>7} {'cpu s':>7} {'x bare':>7} {'peak MB':>8}")
    for name, one in cost.items():
        wall, cpu = one.seconds / bare.seconds, one.processor / bare.processor
        print(f"{name:8} {one.seconds:8.2f} {wall:7.2f} {one.processor:7.2f} {cpu:7.2f} {one.megabytes:8.0f}")
    for name in ("seconds", "processor"):
        spent = {step: getattr(one, name) for step, one in cost.items()}
        total = spent["x-ray"] + spent["map"] - spent["read"] + spent["fix"] - spent["check"]
        print(f"x-ray with its reading, mapping and fixes, {name}: {total / spent['bare']:.2f} x the bare read")


if __name__ == "__main__":
    main()
