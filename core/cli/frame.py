"""What every command shares: language, options, progress, the words of an error, JSON."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from core import actions
from core.errors import CarnetError, InputError, SettingsError
from core.i18n import LANGUAGES, tr
from core.settings import Settings, data_folder, load_settings

if TYPE_CHECKING:
    from core.tables import Table

F = TypeVar("F", bound=Callable[..., Any])


class Failure(Exception):
    """The command has said everything; only the exit code is left."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def _language(arguments: list[str]) -> str:
    """Find the language before anything is parsed, since `--help` itself is in the user's language."""
    asked = None
    for n, word in enumerate(arguments):
        if word == "--lang" and n + 1 < len(arguments):
            asked = arguments[n + 1]
        elif word.startswith("--lang="):
            asked = word.partition("=")[2]
    try:
        return load_settings({"lang": asked}).lang
    except SettingsError:
        return asked if asked in LANGUAGES else "fr"


LANG = _language(sys.argv[1:])


_WORD = re.compile(r"[A-Z]{4,}")
_WORDS = frozenset(("BASKET", "CARD", "FIELD", "FILE", "NAME", "NUMBER", "PATH", "SALE", "SYSTEM", "TEXT", "VALUE"))
"""What commands call the words that the user types; `cli.word_file` says "FILE" in the user's language."""


def _placeholder(param: click.Parameter) -> str | None:
    """Return what stands for a parameter on a help page, None where its type says it best."""
    if param.metavar is None and isinstance(param, click.Argument) and not isinstance(param.type, click.Choice):
        param.metavar = (param.name or "").upper()
    shown = param.metavar or ("PATH" if isinstance(param.type, click.Path) else None)
    if shown is None:
        return None
    return _WORD.sub(lambda word: tr(f"cli.word_{word[0].lower()}", LANG) if word[0] in _WORDS else word[0], shown)


def _remarks(said: str) -> str:
    """Return a line of help with click's own remarks in the user's language."""
    return said.replace("[required]", f"[{tr('cli.required', LANG)}]").replace(
        "[default: ", f"[{tr('cli.default', LANG)} "
    )


class Spoken(click.Command):
    """A command whose help page is in the user's language down to its headings."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line that shows how to type the command."""
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=tr("cli.usage", LANG))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under their heading."""
        with formatter.section(tr("cli.options", LANG)):
            options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]
            records = [record for p in options if (record := p.get_help_record(ctx)) is not None]
            formatter.write_dl([(names, _remarks(said)) for names, said in records])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return `--help` with its own line in the user's language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = tr("cli.opt_help", LANG)
        return option


def verb(name: str, *, json_too: bool = False) -> Callable[[F], click.Command]:
    """Make a command of a function: its help from the catalogue (`cli.<name>`), `--lang`, and `--json` where useful.

    The function receives `settings` (merged from options, environment and file) besides its own arguments.
    """

    def decorate(function: F) -> click.Command:
        def call(**given: Any) -> Any:
            names: dict[str, str | None] = {
                key: given.pop(key) for key in ("lang", "db", "fidelpass_url", "system") if key in given
            }
            settings = load_settings(names)
            if settings.practice:
                click.echo(tr("practice.banner", settings.lang), err=True)  # not among what a script reads
            return function(settings=settings, **given)

        call.__doc__ = function.__doc__
        call.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
        command: Any = call
        if json_too:
            command = click.option("--json", "as_json", is_flag=True, help=tr("cli.opt_json", LANG))(command)
        command = click.option("--lang", type=click.Choice(LANGUAGES), help=tr("cli.opt_lang", LANG))(command)
        text = tr(f"cli.{name}", LANG)
        made = click.command(name, cls=Spoken, help=text, short_help=text.partition("\n")[0])(command)
        for param in made.params:
            param.metavar = _placeholder(param)
        return made

    return decorate


def system_option(function: F) -> F:
    """Add `--system`."""
    return click.option("--system", metavar="S", help=tr("cli.opt_system", LANG))(function)


def db_option(function: F) -> F:
    """Add `--db`."""
    return click.option("--db", metavar="URL", help=tr("cli.opt_db", LANG))(function)


def reading_options(function: F) -> F:
    """Add what a file may need to be read right: `--sheet`, `--encoding`, `--separator`."""
    function = click.option("--separator", metavar="C", help=tr("cli.opt_separator", LANG))(function)
    function = click.option("--encoding", metavar="E", help=tr("cli.opt_encoding", LANG))(function)
    return click.option("--sheet", metavar="F", help=tr("cli.opt_sheet", LANG))(function)


def output_option(*, required: bool = False) -> Callable[[F], F]:
    """Add `-o`, the file to write, and `--replace`, without which it may not exist yet: see `may_write`."""

    def decorate(function: F) -> F:
        function = click.option("--replace", is_flag=True, help=tr("cli.opt_replace", LANG))(function)
        output = click.option("-o", "--output", type=click.Path(path_type=Path), required=required,
                              help=tr("cli.opt_output", LANG))  # fmt: skip
        return output(function)

    return decorate


def may_write(output: Path, *, replace: bool, suffixes: Sequence[str] = (".xlsx",)) -> Path:
    """Return the file to write. Raises SettingsError for another kind of file, or one that must not be replaced."""
    if output.suffix.lower() not in suffixes:
        raise SettingsError("cli.bad_suffix", path=output.name, known=list(suffixes))
    if output.exists() and not replace:
        raise SettingsError("cli.output_exists", path=str(output))
    return output


def run_options(function: F) -> F:
    """Add `--set KEY=VALUE`, the run options of a system."""
    return click.option("--set", "pairs", multiple=True, metavar="K=V", help=tr("cli.opt_set", LANG))(function)


def read_pairs(pairs: tuple[str, ...], settings: Settings) -> dict[str, str]:
    """Read `--set` pairs over what the settings say; raises SettingsError for one without `=`."""
    wrong = next((p for p in pairs if "=" not in p), None)
    if wrong is not None:
        raise SettingsError("cli.bad_pair", value=wrong)
    return settings.run_options | {key.strip(): value for key, _, value in (p.partition("=") for p in pairs)}


def file_argument(function: F) -> F:
    """Add FILE, the file that the command works on, as `path`."""
    return click.argument("path", metavar="FILE", type=click.Path(readable=False, path_type=Path))(function)


def reading_of(given: Mapping[str, Any]) -> actions.Reading:
    """Return how to read the file, of what `reading_options` gave."""
    return actions.Reading(given["sheet"], given["encoding"], given["separator"])


def context_of(
    settings: Settings,
    pairs: tuple[str, ...] = (),
    *,
    system: str = "",
    path: Path | None = None,
    db: Callable[[Settings], str] | None = None,
) -> actions.Context:
    """Return what a verb works with: the system, the run options, and the database that `db` finds in the settings.

    The system is by default the one asked for, else the one whose template `path` is; the pairs of `--set` weigh more
    than the settings' options. Raises SettingsError, ProfileError, InputError.
    """
    profile = actions.system(system or need_system(settings, path))
    options = actions.run_options(profile, read_pairs(pairs, settings))
    return actions.Context(profile, settings.lang, options, db(settings) if db else "", settings.shop)


def need_system(settings: Settings, path: Path | None = None) -> str:
    """Return the system asked for, or the one whose template `path` is; raises SettingsError naming the known ones,
    InputError where there is no such file.
    """
    system = settings.system
    if not system and path:
        if not path.exists():
            raise InputError("errors.file_missing", path=path.name)
        from core.workbooks import stamped_system

        system = stamped_system(path)
    if not system:
        from core.profiles import profile_files

        raise SettingsError("settings.no_system", known=sorted(profile_files([data_folder() / "systems"])))
    return system


def need_db(settings: Settings) -> str:
    """Return the database asked for; raises SettingsError saying how to give it."""
    if not settings.db:
        raise SettingsError("settings.no_database")
    return settings.db


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal and nothing elsewhere; yields a callback taking (done, total)."""
    if quiet or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield show


def say(text: str) -> None:
    """Print one line for the user."""
    click.echo(text)


def say_other_sheets(table: Table, lang: str) -> None:
    """Say that other sheets hold customers as well, where the sheet was chosen for the user."""
    if table.other_sheets:
        from core.inspection import sheets_text

        say(tr("inspection.other_sheets", lang, sheet=table.sheet, sheets=sheets_text(table)))


def print_json(data: object) -> None:
    """Print data for a script: dates in ISO form, amounts as text."""

    def plain(value: object) -> object:
        if isinstance(value, datetime | date):
            return value.isoformat()
        if isinstance(value, Decimal | Path):
            return str(value)
        raise TypeError(type(value))

    click.echo(json.dumps(data, ensure_ascii=False, indent=1, default=plain))


def report_error(error: CarnetError) -> int:
    """Say an error in the user's language, or as JSON for a script; returns the exit code."""
    message = tr(error.key, LANG, **error.params)
    if "--json" in sys.argv:
        print_json({"error": {"code": error.key, "message": message, **_erasure_data(error)}})
    click.echo(message, err=True)
    return 2


def _erasure_data(error: CarnetError) -> dict[str, object]:
    """Return what a mass erasure would empty, for the script that is to confirm the count."""
    lost = error.params.get("erasures")
    if not isinstance(lost, list):
        return {}
    names = ("row", "field", "value")
    return {"count": len(lost), "erasures": [dict(zip(names, one, strict=True)) for one in lost]}


_BAD: dict[type, str] = {
    click.Choice: "cli.bad_choice",
    click.types.IntParamType: "cli.bad_number",
    click.DateTime: "cli.bad_date",
}


def report_usage(error: click.UsageError) -> int:
    """Say what is wrong with the words of a command; returns the exit code."""
    path = error.ctx.command_path if error.ctx else "carnet"
    if isinstance(error, click.NoSuchOption):
        said = tr("cli.no_such_option", LANG, name=error.option_name)
    elif isinstance(error, click.MissingParameter) and error.param is not None:
        option, allowed = isinstance(error.param, click.Option), getattr(error.param.type, "choices", ())
        name = "/".join(error.param.opts) if option else error.param.metavar or ", ".join(allowed)
        said = tr("cli.missing", LANG, name=name)
    elif isinstance(error, click.BadParameter) and error.param is not None:
        option = isinstance(error.param, click.Option)
        names = "/".join(error.param.opts) if option else (error.param.metavar or error.param.name or "").upper()
        kind, allowed = error.param.type, getattr(error.param.type, "choices", ())
        key = next((k for type_, k in _BAD.items() if isinstance(kind, type_)), "cli.bad_value")
        said = tr(key, LANG, name=names, known=list(allowed))
    else:
        said = tr("cli.bad_words", LANG, words=" ".join(sys.argv[1:]))
    click.echo(said, err=True)
    click.echo(tr("cli.see_help", LANG, path=path), err=True)
    return 2


def report_bug(error: Exception) -> int:
    """Say that something unforeseen happened, and note where, without any of the user's data."""
    from core.bugs import note_bug

    log = note_bug(error)
    click.echo(tr("cli.bug", LANG, kind=type(error).__name__, log=str(log)), err=True)
    return 2
