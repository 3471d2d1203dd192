"""Every verb does with the coded columns of a large sheet what it does with lists: the whole job, both ways."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.cli import main
from core.coded import Coded
from core.workbooks import package_reading, read_table

DEMO = Path(__file__).parent.parent / "core" / "demo" / "clients_boutique.xlsx"
SOURCE = "source.xlsx"
JOB = (
    f"inspect {SOURCE} --json",
    "check demo.xlsx --system odeis --json",
    "fix demo.xlsx --system odeis --json",
    f"map {SOURCE} --to odeis --yes -o taken.xlsx --json",
    "check taken.xlsx --system odeis --json",
    "push taken.xlsx --system odeis --db c.db --json",
    "push demo.xlsx --system odeis --db c.db --json",
    "push demo.xlsx --system odeis --db c.db --json",
    "check demo.xlsx --system odeis --db c.db --json",
    "export --system odeis --db c.db -o out.xlsx --json",
    "push out.xlsx --system odeis --db c.db --json",
    "convert demo.xlsx --from odeis --to lightspeed -o converted.xlsx --yes --json",
    "deliver demo.xlsx --to odeis -o delivered --set kind=client --json",
    "clear demo.xlsx",
    "undo 1 --db c.db --json",
)
PASSING = re.compile(
    r'"(?:started|finished|at|hash|file_time|time|seconds|backup)[a-z_]*": (?:"[^"]*"|[\d.]+)|[^" ]*/job-[^" ]*'
)
"""What differs from one run to the next."""


def cells(path: Path) -> Any:
    """Return what every sheet of a workbook holds by column; a base's own name is in the hidden stamps."""
    sheets = [s for s in openpyxl.load_workbook(path) if not s.title.startswith("_")]
    columns = [(sheet.title, [c.value for c in column]) for sheet in sheets for column in sheet.iter_cols()]
    return [(title, column) for title, column in columns if column[0] != "_empreinte"]


def whole_job(folder: Path, run: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return what each command says, with its exit code, and the workbooks that are left."""
    folder.mkdir()
    shutil.copy(DEMO, folder / "demo.xlsx")
    shutil.copy(DEMO, folder / SOURCE)
    said = [run(folder, command) for command in JOB]
    files = {path.name: cells(path) for path in sorted(folder.glob("*.xlsx"))}
    return said, files


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs one command in a folder."""

    def carnet(folder: Path, command: str) -> tuple[Any, str]:
        monkeypatch.chdir(folder)
        with pytest.raises(SystemExit) as end:
            main(command.split())
        said = capsys.readouterr()
        return end.value.code, PASSING.sub("…", (said.out + said.err).replace(str(folder), ""))

    return carnet


def test_the_whole_job_is_the_same_with_coded_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Any
) -> None:
    said, files = whole_job(tmp_path / "lists", run)
    monkeypatch.setattr(package_reading, "LARGE", 0)
    assert isinstance(read_table(DEMO).columns[0], Coded)
    coded, coded_files = whole_job(tmp_path / "coded", run)
    for command, one, other in zip(JOB, said, coded, strict=True):
        assert other == one, command
        assert one[0] in (0, 1), (command, one)
    assert coded_files.keys() == files.keys() >= {"taken.xlsx", "out.xlsx", "converted.xlsx"}
    for name, sheets in files.items():
        assert coded_files[name] == sheets, name
