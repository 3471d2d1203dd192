"""Commands of the set-up: systems, settings, doctor, the Excel add-in, the demo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from core import actions
from core.cli.frame import LANG, Failure, print_json, say, verb
from core.errors import CarnetError
from core.i18n import tr
from core.profiles import Field, Profile, profile_files
from core.settings import Settings, load_settings, save_settings, settings_file


@verb("demo")
@click.option("--folder", type=click.Path(path_type=Path), default=Path("carnet-demo"), help=tr("cli.opt_folder", LANG))
def demo(settings: Settings, folder: Path) -> None:
    """Do the whole job on made-up customers."""
    from core.demo import run_demo

    for line in run_demo(folder, settings.lang):
        say(line)


@verb("systems", json_too=True)
@click.argument("name", required=False, metavar="[SYSTEM]")
def systems(settings: Settings, name: str | None, *, as_json: bool) -> None:
    """List the known systems, or describe one."""
    if name is None:
        known = [actions.system(i) for i in sorted(profile_files(actions.system_folders()))]
        if as_json:
            print_json([{"id": p.id, "name": p.name, "fields": len(p.fields)} for p in known])
            return
        for profile in known:
            say(tr("cli.system_line", settings.lang, id=profile.id, name=profile.name, fields=len(profile.fields)))
        return
    profile = actions.system(name)
    if as_json:
        print_json({"id": profile.id, "name": profile.name, "fields": [_field_data(f) for f in profile.fields]})
    else:
        _describe(profile, settings.lang)


def _field_data(field: Field) -> dict[str, object]:
    names = ("key", "header", "type", "label", "required", "max_length", "read_only", "mark", "source")
    return {name: getattr(field, name) for name in names} | {"choices": [c.value for c in field.choices]}


def _describe(profile: Profile, lang: str) -> None:
    say(profile.name)
    if profile.notes:
        say(profile.notes[lang])
    for field in profile.fields:
        facts = [
            tr("cli.field_required", lang) if field.required else "",
            tr("cli.field_length", lang, limit=field.max_length) if field.max_length else "",
            tr("cli.field_read_only", lang) if field.read_only else "",
            tr(f"cli.mark_{field.mark}", lang),
        ]
        say(f"  {field.header} – {field.label[lang]} ({', '.join(filter(None, facts))})")
    for option in profile.options:
        values = ", ".join(c.value for c in option.choices) or ("yes, no" if option.type == "flag" else "…")
        say(f"  --set {option.key}=… – {option.label[lang]} ({values})")
    say(f"  --set {actions.DATE_ORDER}=… – {tr('cli.setting_date_order', lang)} ({', '.join(actions.DATE_ORDERS)})")


@verb("settings")
@click.option("--db", metavar="URL", help=tr("cli.opt_db", LANG))
@click.option("--system", metavar="S", help=tr("cli.opt_system", LANG))
@click.option("--shop", metavar="CODE", help=tr("cli.opt_shop", LANG))
@click.option("--fidelpass-url", metavar="URL", help=tr("cli.opt_fidelpass_url", LANG))
@click.option("--gains-hours", metavar="H", help=tr("cli.opt_gains_hours", LANG))
@click.option("--service-percent", metavar="CODE", help=tr("cli.opt_service_percent", LANG))
@click.option("--service-amount", metavar="CODE", help=tr("cli.opt_service_amount", LANG))
@click.option("--date-order", type=click.Choice(actions.DATE_ORDERS), help=tr("cli.opt_date_order", LANG))
@click.option("--fidelpass-credentials", is_flag=True, help=tr("cli.opt_credentials", LANG))
@click.option("--db-password", is_flag=True, help=tr("cli.opt_db_password", LANG))
@click.pass_context
def settings(
    ctx: click.Context, /, settings: Settings, *, fidelpass_credentials: bool, db_password: bool, **given: Any
) -> None:
    """Show or keep the settings."""
    from core.secrets import FIDELPASS_ID, FIDELPASS_SECRET, save_secret

    typed = {n: v for n, v in ctx.params.items() if isinstance(v, str) and v}
    if typed.get("system"):
        actions.system(typed["system"])
    if typed:
        save_settings(typed)
    if fidelpass_credentials:
        save_secret(FIDELPASS_ID, click.prompt(tr("cli.ask_id", LANG)))
        save_secret(FIDELPASS_SECRET, click.prompt(tr("cli.ask_secret", LANG), hide_input=True))
    if db_password:
        save_secret(f"db:{settings.db}", click.prompt(tr("cli.ask_password", LANG, db=settings.db), hide_input=True))
    now = load_settings({})
    say(str(settings_file()))
    for name in Settings.__slots__:
        say(f"  {tr(f'cli.setting_{name}', LANG)}{tr('cli.colon', LANG)}{getattr(now, name) or '–'}")


@verb("doctor", json_too=True)
def doctor(settings: Settings, *, as_json: bool) -> None:
    """Test every part of the set-up, and say what is wrong."""
    from core.actions.health import Finding, examine

    found = [*examine(settings), Finding("excel", *try_excel(settings.lang))]
    if as_json:
        print_json([{"part": f.part, "ok": f.ok, "set_up": f.set_up, "message": f.message} for f in found])
    for one in () if as_json else found:
        name = tr(f"cli.part_{one.part}", settings.lang)
        say(f"{one.mark} {name}{tr('cli.colon', settings.lang)}{one.message}")
    if not all(one.ok for one in found):
        raise Failure(1)


def try_excel(lang: str) -> tuple[bool, str, bool]:
    """Return whether Excel's add-in has no fault, what to say of it, and whether it is set up."""
    from addin.install import current_home, current_python, status

    try:
        states = {path.name: state for path, state in status(current_home(), current_python())}
    except CarnetError as error:
        return False, tr(error.key, lang, **error.params), True
    if states["carnet.xlam"] == "missing":
        return True, tr("cli.excel_unset", lang), False
    sound = set(states.values()) == {"present"}
    return sound, tr("cli.excel_ok" if sound else "cli.excel_partly", lang), True


@verb("addin")
@click.argument("what", type=click.Choice(("install", "status", "uninstall")))
def addin(settings: Settings, what: str) -> None:
    """Put the Carnet tab into Excel, look at it, take it out."""
    from addin.install import current_home, current_python, install, status, uninstall

    home, lang = current_home(), settings.lang
    if what == "status":
        for path, state in status(home, current_python()):
            say(tr(f"addin.state_{state}", lang, path=str(path)))
        return
    changed = install(home, current_python()) if what == "install" else uninstall(home, current_python())
    verb_done, nothing = ("written", "all_present") if what == "install" else ("removed", "none_present")
    for path in changed:
        say(tr(f"addin.{verb_done}", lang, path=str(path)))
    say(tr("addin.restart_excel" if changed else f"addin.{nothing}", lang))
