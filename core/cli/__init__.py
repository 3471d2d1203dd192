"""The command line: one command per verb. It asks, calls `core.actions`, and says what happened."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from core.cli.frame import LANG, Failure, Spoken, report_bug, report_error, report_usage
from core.errors import CarnetError
from core.i18n import tr

_WHERE = {
    "demo": "setup",
    "systems": "setup",
    "settings": "setup",
    "doctor": "setup",
    "addin": "setup",
    "inspect": "sources",
    "map": "sources",
    "learn": "sources",
    "template": "sheets",
    "check": "sheets",
    "clear": "sheets",
    "fix": "fixes",
    "unfix": "fixes",
    "push": "pushes",
    "jobs": "pushes",
    "job": "pushes",
    "undo": "pushes",
    "export": "exports",
    "selections": "exports",
    "deliver": "deliveries",
    "comeback": "deliveries",
    "convert": "deliveries",
    "add": "people",
    "find": "people",
    "person": "people",
    "dormant": "people",
    "gains": "loyalty",
    "card": "cards",
    "cards": "cards",
    "compare": "comparing",
    "sale": "sales",
    "queue": "sales",
    "refund": "sales",
    "sandbox": "loyalty",
    "practice": "loyalty",
}
"""Command → module of this package. A command's module is imported when it is called, because start-up time counts."""


YOUNG = 100_000
"""New objects from which Python looks for garbage: its own 700 cost a tenth of a check, whose objects all stay."""


TURN = 0.001 if os.name == "nt" else 0.0002
"""Seconds that a thread may keep Python when another waits: with the usual 5 ms, what packs and unpacks beside the
reading and the writing of a sheet waits longer for its turn than its work takes. On Windows Python waits for whole
milliseconds: with none of them, a thread that waits would ask for its turn without end.
"""


class _Commands(Spoken, click.Group):
    """The group of all commands, each imported when asked for."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands, each under its heading."""
        super().format_options(ctx, formatter)
        rows = [(name, command.get_short_help_str(70)) for name in _WHERE if (command := self.get_command(ctx, name))]
        with formatter.section(tr("cli.commands", LANG)):
            formatter.write_dl(rows)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the work."""
        return list(_WHERE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, or None for an unknown name."""
        if cmd_name not in _WHERE:
            return None
        from importlib import import_module

        module = import_module(f"core.cli.{_WHERE[cmd_name]}")
        command: click.Command = getattr(module, cmd_name)
        return command


@click.command(cls=_Commands, help=tr("cli.carnet", LANG), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="carnet", help=tr("cli.opt_version", LANG))
def cli() -> None:
    """Run one command."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 something left to look at, 2 nothing done: the input or the set-up.

    Left to look at are rows in error or refused, and customers that an undo leaves because somebody edited them since.
    """
    gc.set_threshold(YOUNG)
    sys.setswitchinterval(TURN)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")
    code = _run(arguments)
    if arguments is None:
        _leave(code)
    sys.exit(code)


def _leave(code: int) -> None:
    """End this process at once: taking a large table apart, cell by cell, would take a tenth of a second."""
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # closed by who read it
            stream.flush()
    os._exit(code)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        return _outcome(arguments)
    except BrokenPipeError:
        return 0
    except Exception as error:  # noqa: BLE001 - the last door: no traceback ever reaches a user
        return report_bug(error)


def _outcome(arguments: Sequence[str] | None) -> int:
    """Run a command and return its exit code, its errors said in words; saying them may fail too, which is a bug."""
    try:
        code = cli.main(arguments, standalone_mode=False)
    except Failure as failure:
        return failure.code
    except CarnetError as error:
        return report_error(error)
    except click.Abort:
        click.echo(tr("cli.interrupted", LANG), err=True)
        return 2
    except click.UsageError as error:
        return report_usage(error)
    return code if isinstance(code, int) else 0
