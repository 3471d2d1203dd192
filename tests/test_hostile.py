"""A hostile file is refused in two seconds and 300 MB, with a sentence that says what to do, and nothing is written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from core.actions import Context, check_file
from core.errors import InputError
from core.i18n import LANGUAGES, tr
from core.profiles import load_system
from core.workbooks import read_table
from tests.corpus.hostile import HOSTILE, SECRET, HostileFile, by_name

REFUSED = [case for case in HOSTILE if case.refused_as is not None and case.name != "merged.xlsx"]
KEYS = {
    "damaged": {"damaged", "unclosed_quote"},
    "dangerous": {"dangerous"},
    "directory": {"is_directory"},
    "empty": {"empty_file", "empty_sheet"},
    "encoding": {"encoding_mixed", "encoding_unsure"},
    "encrypted": {"encrypted"},
    "header_twice": {"header_repeated"},
    "no_header": {"no_header"},
    "not_a_workbook": {"not_a_workbook"},
    "too_long": {"too_long"},
    "too_wide": {"row_too_wide"},
}
SECONDS, MEGABYTES = 2.0, 300
CHILD = """
import json, re, sys, time
from pathlib import Path
from core.errors import InputError
from core.workbooks import read_table
start = time.process_time()
try:
    said = len(read_table(Path(sys.argv[1])))
except InputError as error:
    said = error.key
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
print(json.dumps([said, time.process_time() - start, peak]))
"""


def refusal(path: Path) -> InputError | None:
    try:
        read_table(path, headers=["Nom", "Prénom", "Code postal", "Email"])
    except InputError as error:
        return error
    return None


@pytest.mark.parametrize("case", [c for c in REFUSED if not c.heavy], ids=lambda case: case.name)
def test_a_hostile_file_is_refused_by_name(tmp_path: Path, case: HostileFile) -> None:
    path = tmp_path / case.name
    case.write(path)
    before = sorted(os.listdir(tmp_path))
    refused = refusal(path)
    if refused is None:
        assert case.reads_as is not None, f"{case.name} must be refused"
        assert read_table(path).headers == list(case.reads_as[0])
    else:
        assert refused.key.removeprefix("errors.") in KEYS[str(case.refused_as)]
        for lang in LANGUAGES:
            said = tr(refused.key, lang, **refused.params)
            assert path.name in said or "Clients" in said
            assert SECRET not in said
    assert sorted(os.listdir(tmp_path)) == before


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bombe_zip.xlsx", "errors.dangerous"),
        ("bombe_menteuse.xlsx", "errors.dangerous"),
        ("bombe_textes.xlsx", "errors.dangerous"),
        ("full_sheet.xlsx", "errors.too_long"),
        ("imbrique.xlsx", 3),
        ("ghost_rows.xlsx", 3),
        ("ghost_cells.xlsx", 3),
    ],
)
def test_a_heavy_file_costs_little(tmp_path: Path, name: str, expected: object) -> None:
    """Measured in a process of its own, in processor time: the machine may be busy with other tests."""
    path = tmp_path / name
    by_name(name).write(path)
    child = subprocess.run(
        [sys.executable, "-W", "error", "-c", CHILD, str(path)], capture_output=True, text=True, check=True
    )
    assert child.stderr == ""
    said, seconds, megabytes = json.loads(child.stdout)
    assert said == expected
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("classeur.ods", b"PK\x03\x04", "errors.damaged"),
        ("absent.xlsx", None, "errors.file_missing"),
        ("page.xlsx", b"<html>", "errors.not_a_workbook"),
        ("note.csv", b"   \r\n  ", "errors.empty_file"),
        ("binaire.csv", bytes(range(256)), "errors.not_a_workbook"),
    ],
)
def test_other_files_are_named_for_what_they_are(tmp_path: Path, name: str, content: bytes | None, key: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / name)
    assert caught.value.key == key


def test_a_file_without_the_right_to_read_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.csv"
    path.write_text("Nom;Ville\nPetit;Nantes\n")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read any file")
    with pytest.raises(InputError) as caught:
        read_table(path)
    assert caught.value.key == "errors.file_unreadable"


@pytest.mark.parametrize("where", [(1, 0, 2, 0), (0, 0, 0, 1), (3, 1, 4, 2)])
def test_merged_cells_among_the_customers_stop_a_check(tmp_path: Path, where: tuple[int, int, int, int]) -> None:
    """Which customers they are about cannot be told; merged cells above, below or beside the table are no matter."""
    path = tmp_path / "clients.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Clients")
        for row in range(5):
            sheet.write_row(row + 2, 0, ["Nom", "Prénom", "Email"] if not row else [f"Petit{row}", "Luc", ""])
        sheet.merge_range(0, 0, 1, 2, "Nos clients")
        sheet.merge_range(3, 5, 4, 7, "Une remarque à part")
        sheet.merge_range(9, 0, 9, 2, "")
        sheet.merge_range(where[0] + 2, where[1], where[2] + 2, where[3], "Nom" if where[0] == 0 else "x")
    before = path.read_bytes()
    with pytest.raises(InputError) as refused:
        check_file(path, Context(load_system("odeis")))
    assert refused.value.key == "errors.merged"
    assert refused.value.params["cell"] == f"{'AB'[where[1]]}{where[0] + 3}"
    assert path.read_bytes() == before
