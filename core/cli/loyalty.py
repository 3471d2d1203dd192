"""Commands of FidelPass: the gains of a sheet's cards, the sandbox, practice mode."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from core import actions
from core.cli.frame import LANG, file_argument, print_json, progress, reading_options, say, system_option, verb
from core.i18n import tr
from core.settings import Settings


@verb("gains", json_too=True)
@file_argument
@click.option("--fidelpass-url", metavar="URL", help=tr("cli.opt_fidelpass_url", LANG))
@click.option("--column", metavar="C", help=tr("cli.opt_column", LANG))
@click.option("--refresh", type=click.Choice(("stale", "all")), default="stale", help=tr("cli.opt_refresh", LANG))
@system_option
@reading_options
def gains(
    settings: Settings,
    path: Path,
    column: str | None,
    refresh: str,
    sheet: str | None,
    *,
    as_json: bool,
    **how: str | None,
) -> None:
    """Fetch the gains of a sheet's cards into columns of their own."""
    from core.gains.columns import gain_data

    reading = actions.Reading(sheet, how["encoding"], how["separator"])
    client = actions.fidelpass(settings)
    how_old = 0 if refresh == "all" else actions.gain_hours(settings)
    with progress(tr("gains.fetching", LANG), quiet=as_json) as show:
        asked = actions.Fetching(column, how_old, show, practice=bool(settings.practice))
        fetched = actions.gains_file(path, client, settings, reading, asked)
    if as_json:
        print_json({"file": path, "written": fetched.written, "cards": gain_data(fetched.found, date.today())})
        return
    say(tr("gains.done", settings.lang, **fetched.counts(date.today())))
    say(tr("cli.check_written", settings.lang, path=str(fetched.written)))


@verb("sandbox")
@click.option("--port", type=int, metavar="N", default=8765, show_default=True, help=tr("cli.opt_port", LANG))
def sandbox(settings: Settings, port: int) -> None:
    """Serve a made-up FidelPass until Ctrl+C."""
    from core.loyalty.sandbox import CLIENT_ID, CLIENT_SECRET, serve
    from core.loyalty.seeds import TO_TRY

    lang = settings.lang

    def ready(url: str) -> None:
        say(tr("cli.sandbox_ready", lang, url=url, id=CLIENT_ID, secret=CLIENT_SECRET))
        say(tr("cli.sandbox_to_try", lang))
        for number, what in TO_TRY.items():
            say(f"  {number}{tr('cli.colon', lang)}{tr(f'cli.sandbox_{what}', lang)}")

    serve("127.0.0.1", port, ready)


@verb("practice", json_too=True)
@click.argument("what", type=click.Choice(("on", "off", "status")))
def practice(settings: Settings, what: str, *, as_json: bool) -> None:
    """Begin practice mode, end it, or say whether it is on."""
    from core.actions.practice import start_practice, stop_practice

    lang = settings.lang
    if what == "on":
        count = start_practice(lang)
        said = tr("practice.on", lang, count=count)
    elif what == "off":
        stop_practice()
        said = tr("practice.off", lang)
    else:
        said = tr("practice.status_on" if settings.practice else "practice.status_off", lang, db=settings.db)
    if as_json:
        on = what == "on" or (what == "status" and bool(settings.practice))
        print_json({"practice": on, "message": said})
    else:
        say(said)
