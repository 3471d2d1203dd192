"""Time and peak memory of whole processes, compared in one run."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LONG = 40.0  # seconds
ROWS_IN_ERROR = 1  # exit code of a check that found errors


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall clock, seconds of processor of all threads, peak resident megabytes."""

    seconds: float
    processor: float
    megabytes: float


def compare(commands: Mapping[str, Sequence[str]], rounds: int, before: Callable[[], object]) -> dict[str, Cost]:
    """Run every command in its turn, each in a process of its own, and return the least that each cost.

    The least of some rounds is what a command costs when nothing else runs on the machine. `before` makes the files
    ready. A command that takes a minute or more is run once.
    """
    seen: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            if not seen[name] or seen[name][0].seconds < LONG:
                before()
                seen[name].append(_once(command))
    return {name: Cost(*(min(getattr(c, n) for c in costs) for n in Cost.__slots__)) for name, costs in seen.items()}


def family_seconds(pid: int) -> float:
    """Return the processor seconds of a running process, of its children and of those that have ended (Linux)."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            known = path.read_text().rpartition(")")[2].split()  # from the state on: man 5 proc_pid_stat
            own = int(path.parent.name) == pid
            if own or int(known[1]) == pid:
                ticks += sum(map(int, known[11 : 15 if own else 13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def python(code: str, *arguments: str) -> list[str]:
    """Return the command that runs some Python with this interpreter."""
    return [sys.executable, "-c", code, *arguments]


def _once(command: Sequence[str]) -> Cost:
    """Run a command, its Python compiled beforehand as that of installed packages is, whatever this shell says."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, ROWS_IN_ERROR):
        raise RuntimeError(said.decode(errors="replace"))
    return Cost(time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def machine() -> str:
    """Say what the figures were measured on."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    bound = "" if limit == resource.RLIM_INFINITY else f", address space {limit / 2**30:.0f} GiB"
    return f"{os.cpu_count()} cores, {pages:.0f} GiB{bound}, Python {sys.version.split()[0]}"
