"""Time and peak memory of a whole process, the median of several runs."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall clock and peak resident megabytes."""

    seconds: float
    megabytes: float


def run(command: Sequence[str], *, times: int = 3, may_fail: bool = False) -> Cost:
    """Run a command `times` times, each in a process of its own, and return the medians."""
    seen = [_once(command, may_fail=may_fail) for _ in range(times)]
    return Cost(statistics.median(c.seconds for c in seen), statistics.median(c.megabytes for c in seen))


def python(code: str, *arguments: str) -> list[str]:
    """Return the command that runs some Python with this interpreter."""
    return [sys.executable, "-c", code, *arguments]


def _once(command: Sequence[str], *, may_fail: bool) -> Cost:
    begun = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode and not may_fail:
        raise RuntimeError(said.decode(errors="replace"))
    return Cost(time.perf_counter() - begun, usage.ru_maxrss / 1024)


def machine() -> str:
    """Say what the figures were measured on."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    bound = "" if limit == resource.RLIM_INFINITY else f", address space {limit / 2**30:.0f} GiB"
    return f"{os.cpu_count()} cores, {pages:.0f} GiB{bound}, Python {sys.version.split()[0]}"
