"""FidelPass from a sheet: who is asked, the gains of a card column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.actions.context import Progress, Reading, system_folders
from core.errors import InputError, SettingsError
from core.i18n import tr
from core.profiles import profile_files, read_profile
from core.settings import Settings
from core.tables import Table

if TYPE_CHECKING:
    from core.gains import CardGains
    from core.loyalty.client import FidelPassClient, Loyalty


def fidelpass(settings: Settings) -> FidelPassClient:
    """Return the client of the shop's FidelPass. Raises SettingsError without an address or identifiers."""
    from core.loyalty.client import FidelPassClient
    from core.loyalty.transport import Access, is_loopback
    from core.secrets import FIDELPASS_ID, FIDELPASS_SECRET, read_secret

    if not settings.fidelpass_url:
        raise SettingsError("settings.no_fidelpass")
    if is_loopback(urlsplit(settings.fidelpass_url).hostname or ""):  # the sandbox, whose identifiers open nothing
        from core.loyalty.sandbox import CLIENT_ID, CLIENT_SECRET

        return FidelPassClient(Access(settings.fidelpass_url, CLIENT_ID, CLIENT_SECRET))
    identifier, secret = read_secret(FIDELPASS_ID), read_secret(FIDELPASS_SECRET)
    if not identifier or not secret:
        raise SettingsError("settings.no_credentials")
    return FidelPassClient(Access(settings.fidelpass_url, identifier, secret))


@dataclass(frozen=True, slots=True)
class FetchedGains:
    """The gains of a sheet's cards: by card text, as columns (header → one text per row), and where they are."""

    found: Mapping[str, CardGains]
    columns: Mapping[str, list[str]]
    written: Path | None = None

    def counts(self, today: date) -> dict[str, int]:
        """Return the number of cards asked for, with gains, without, unknown, malformed."""
        faulty = sum(c.fault is not None for c in self.found.values())
        with_gains = sum(bool(c.usable(today)) for c in self.found.values())
        known = sum(c.known for c in self.found.values())
        return {
            "cards": len(self.found),
            "with_gains": with_gains,
            "nothing": known - with_gains,
            "unknown": len(self.found) - known - faulty,
            "faulty": faulty,
        }


def gains_table(
    table: Table, client: Loyalty, lang: str, column: str | None = None, progress: Progress | None = None
) -> FetchedGains:
    """Fetch the gains of a table's card column. Raises InputError without such a column, LoyaltyError."""
    from core.cells import text
    from core.gain_columns import gain_columns

    index = _card_column(table, column)
    cards = [text(cell).strip() for cell in table.columns[index]]
    asked = list(dict.fromkeys(c for c in cards if c))
    if not asked:
        raise InputError("gains.no_cards", column=table.headers[index], sheet=table.sheet)
    show = progress or (lambda done, total: None)
    found = client.usable_gains(asked, progress=lambda done: show(done, len(asked)))
    columns = gain_columns(cards, found, lang, today=date.today())
    return FetchedGains(found, {tr(f"gains.{name}", lang): cells for name, cells in columns.items()})


def gains_file(
    path: Path,
    client: Loyalty,
    settings: Settings,
    reading: Reading | None = None,
    column: str | None = None,
    progress: Progress | None = None,
) -> FetchedGains:
    """Fetch the gains of a file's cards into columns of their own, at the right. Nothing is written on a failure."""
    from core.workbooks import read_table, write_columns

    how = reading or Reading()
    hints = sorted(card_headers())
    table = read_table(path, sheet=how.sheet, headers=hints, encoding=how.encoding, separator=how.separator)
    fetched = gains_table(table, client, settings.lang, column, progress)
    return replace(fetched, written=write_columns(path, table, fetched.columns, settings.lang))


def card_headers() -> set[str]:
    """Return every header, of any known system, that names the loyalty card."""
    found = set()
    for file in profile_files(system_folders()).values():
        field = read_profile(file).field("loyalty_card")
        found |= {field.header, *field.synonyms} if field else set()
    return found


def _card_column(table: Table, column: str | None) -> int:
    from core.cells import fold

    wanted = {fold(column)} if column else {fold(header) for header in card_headers()}
    places = [i for i, header in enumerate(table.headers) if fold(header) in wanted]
    if len(places) != 1:
        key = "gains.two_card_columns" if places else "gains.no_card_column"
        raise InputError(key, sheet=table.sheet, headers=[table.headers[i] for i in places] or table.headers)
    return places[0]
