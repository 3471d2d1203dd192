"""What the ribbon's check costs in a live spreadsheet: `python -m tests.bench.macro [ROWS]` (5,000 by default).

In one LibreOffice and on one sheet of 25 columns: the bare read of the block and the bare write of five columns of
text, which no macro can do without, then the button Vérifier with everything it does. The ratio is what to look at.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import xlwings as xw

from addin import macros
from tests.bench.measure import machine
from tests.corpus.big import big_columns, write_big_xlsx
from tests.lo_engine.calls import CALLS
from tests.lo_engine.engine import register
from tests.lo_engine.office import OfficeOptions, start

SYSTEM = "cloud-pos"
RESULTS = 5  # columns


def measure(app: xw.App, file: Path, times: int = 3) -> None:
    """Print the seconds and calls of the bare block and of the check, and their ratio."""
    bare, whole, calls = [], [], 0
    for _ in range(times):
        book = app.books.open(file)
        book.set_mock_caller()
        bare.append(_seconds(lambda: _bare(book.sheets[0])))  # noqa: B023 - called at once
        with CALLS.counting() as counted:
            whole.append(_seconds(lambda: macros.run("check", system=SYSTEM, lang="fr", scope="all")))
        calls = len(counted)
        book.close()
    one, other = statistics.median(bare), statistics.median(whole)
    print(f"bare block read + write  {one:6.2f} s")
    print(f"check (Vérifier)         {other:6.2f} s  {other / one:5.2f} times the bare block, {calls} calls to Excel")


def _bare(sheet: xw.Sheet) -> None:
    """Read the block, and write as many texts as a check does, far to the right; then take them away again."""
    rows = sheet.used_range.options(ndim=2).value
    first = len(rows[0]) + 20
    cells = sheet.range((1, first), (len(rows), first + RESULTS - 1))
    cells.number_format = "@"
    cells.value = [["À vérifier", "Email : à vérifier.", "", "", ";K;"]] * len(rows)
    cells.clear()


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def main() -> None:
    """Measure one size."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    print(f"{machine()}; {rows:,} rows × 25 columns, {SYSTEM}")
    app = register().apps.add(spec=start(OfficeOptions(macros=True)))
    try:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "big.xlsx"
            write_big_xlsx(file, big_columns(SYSTEM), rows)
            measure(app, file)
    finally:
        app.kill()


if __name__ == "__main__":
    main()
