"""Group Aide: the settings and the help."""

from __future__ import annotations

from addin.documents import new_list
from addin.excel import Desk, busy
from addin.forms import own_form
from core.actions.health import examine
from core.settings import load_settings, save_settings, settings_file

KEPT = ("db", "shop", "fidelpass_url", "gains_hours", "service_percent", "service_amount", "date_order")
"""What the ribbon does not choose by itself; passwords are the keyring's and never in a workbook."""
TESTED = ("database", "fidelpass", "queue")


def settings(desk: Desk) -> None:
    """Open the settings as a small sheet; in that sheet, save what was typed there, and test the connections."""
    sheet = desk.book.sheets.active
    if own_form(desk, sheet, "ribbon.settings_sheet"):
        rows = sheet.range((2, 1), (1 + len(KEPT), 3)).options(ndim=2).value
        given = {name: str(row[1] or "").strip() for name, row in zip(KEPT, rows, strict=True)}
        save_settings(given)
        load_settings({})
        with busy(desk, "ribbon.asking"):
            found = [one for one in examine(desk.settings) if one.part in TESTED]
        colon = desk.text("cli.colon")
        said = [f"{one.mark} {desk.text(f'cli.part_{one.part}')}{colon}{one.message}" for one in found]
        saved = desk.text("ribbon.settings_saved", path=str(settings_file()))
        desk.say("\n".join([saved, "", *said]), serious=not all(one.ok for one in found))
        return
    now = desk.settings
    with busy(desk, "ribbon.working"):
        heads = [desk.text(f"ribbon.setting_{name}") for name in ("name", "value", "meaning")]
        rows = [[desk.text(f"cli.setting_{k}"), getattr(now, k), desk.text(f"ribbon.about_{k}")] for k in KEPT]
        new_list(desk, desk.text("ribbon.settings_sheet"), [heads, *rows], (26, 44, 70))
    desk.say(desk.text("ribbon.settings_open"))


def help(desk: Desk) -> None:
    """Say the steps of the work."""
    desk.say(desk.text("ribbon.help"))
