"""FidelPass from a sheet: who is asked, the gains of a card column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.actions.context import Progress, Reading, system_folders
from core.errors import InputError, SettingsError
from core.i18n import tr
from core.profiles import profile_files, read_profile
from core.settings import Settings, refuse_wrong
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
    refuse_wrong({"fidelpass_url": settings.fidelpass_url})
    if settings.practice:
        from core.actions.practice import keep_practice_alive

        keep_practice_alive(settings)
    if is_loopback(urlsplit(settings.fidelpass_url).hostname or ""):  # the sandbox, whose identifiers open nothing
        from core.loyalty.sandbox import CLIENT_ID, CLIENT_SECRET

        return FidelPassClient(Access(settings.fidelpass_url, CLIENT_ID, CLIENT_SECRET))
    identifier, secret = read_secret(FIDELPASS_ID), read_secret(FIDELPASS_SECRET)
    if not identifier or not secret:
        raise SettingsError("settings.no_credentials")
    return FidelPassClient(Access(settings.fidelpass_url, identifier, secret))


def gain_hours(settings: Settings) -> int:
    """Return how many hours old gains in a sheet may be. Raises SettingsError for anything but a whole number."""
    if not settings.gains_hours:
        raise SettingsError("settings.bad_hours", value="")
    refuse_wrong({"gains_hours": settings.gains_hours})
    return int(settings.gains_hours)


@dataclass(frozen=True, slots=True)
class FetchedGains:
    """The gains of a sheet's cards: by card text as asked now, as columns (name → one text per row), where they are.

    `kept` counts the cards whose gains in the sheet were recent enough.
    """

    found: Mapping[str, CardGains]
    columns: Mapping[str, list[str]]
    kept: int = 0
    written: Path | None = None

    def counts(self, today: date) -> dict[str, int]:
        """Return the number of cards asked for, with gains, without, unknown, malformed, and not asked for."""
        faulty = sum(c.fault is not None for c in self.found.values())
        with_gains = sum(bool(c.usable(today)) for c in self.found.values())
        known = sum(c.known for c in self.found.values())
        return {
            "cards": len(self.found),
            "with_gains": with_gains,
            "nothing": known - with_gains,
            "unknown": len(self.found) - known - faulty,
            "faulty": faulty,
            "kept": self.kept,
        }


@dataclass(frozen=True, slots=True)
class Fetching:
    """How to fetch: which column holds the cards (found by its header otherwise), and how old gains may be.

    In `practice` mode what is written says that it is not real.
    """

    column: str | None = None
    hours: int = 0
    progress: Progress | None = None
    practice: bool = False


def gains_table(table: Table, client: Loyalty, lang: str, how: Fetching | None = None) -> FetchedGains:
    """Fetch the gains of a table's card column; those written in it at most `hours` ago are kept.

    Raises InputError without such a column or without a card in it, LoyaltyError.
    """
    from core.gains.columns import fresh_cards, gain_columns

    how = how or Fetching()
    index = card_column(table, how.column)
    cards = card_texts(table, index)
    if not any(cards):
        raise InputError("gains.no_cards", column=table.headers[index], sheet=table.sheet)
    before = table.added.get("gains", {})
    fresh = fresh_cards(cards, before, lang, now=datetime.now(), hours=how.hours)
    asked = list(dict.fromkeys(c for c, known in zip(cards, fresh, strict=True) if c and not known))
    show = how.progress or (lambda done, total: None)
    found = client.usable_gains(asked, progress=lambda done: show(done, len(asked))) if asked else {}
    texts = ["" if card not in found else card for card in cards]
    columns = {str(name): cells for name, cells in gain_columns(texts, found, lang, today=date.today()).items()}
    if how.practice:
        _mark_practice(columns, lang)
    for name, cells in columns.items():
        old = before.get(name)
        for row, card in enumerate(cards):
            if old is not None and fresh[row] and card not in found:
                cells[row] = str(old[row] or "")
    return FetchedGains(found, columns, len({c for c in cards if c} - set(asked)))


def _mark_practice(columns: dict[str, list[str]], lang: str) -> None:
    """Say that these gains are not real; a time so marked is none, so that outside practice they are asked for anew."""
    for name in ("card", "as_of"):
        columns[name] = [tr("practice.status", lang, said=cell) if cell else cell for cell in columns[name]]


def gains_file(
    path: Path, client: Loyalty, settings: Settings, reading: Reading | None = None, how: Fetching | None = None
) -> FetchedGains:
    """Fetch the gains of a file's cards into columns of their own, at the right. Nothing is written on a failure."""
    from core.workbooks import write_columns

    table = read_cards(path, reading)
    fetched = gains_table(table, client, settings.lang, how)
    return replace(fetched, written=write_columns(path, table, "gains", fetched.columns, settings.lang))


def read_cards(path: Path, reading: Reading | None) -> Table:
    """Read the sheet that has a card column. Raises InputError."""
    from core.workbooks import read_table

    given = reading or Reading()
    hints = sorted(card_headers())
    return read_table(path, sheet=given.sheet, headers=hints, encoding=given.encoding, separator=given.separator)


def card_texts(table: Table, index: int) -> list[str]:
    """Return the card of each row as the user sees it, "" where there is none; one that Excel rounded says so."""
    from core.cards import rounded_card
    from core.cells import text

    return [rounded_card(cell) or text(cell).strip() for cell in table.columns[index]]


def card_headers() -> set[str]:
    """Return every header, of any known system, that names the loyalty card."""
    found = set()
    for file in profile_files(system_folders()).values():
        field = read_profile(file).field("loyalty_card")
        found |= {field.header, *field.synonyms} if field else set()
    return found


def card_column(table: Table, column: str | None = None) -> int:
    """Return the index of the column that holds the cards, by a header or as any system names it. Raises InputError."""
    from core.cells import fold

    if column:
        places = [i for i, header in enumerate(table.headers) if fold(header) == fold(column)]
    else:
        known = {fold(header) for header in card_headers()}
        places = [i for i, header in enumerate(table.headers) if fold(header) in known or _means_card(header)]
    if len(places) != 1:
        key = "gains.two_card_columns" if places else "gains.no_card_column"
        raise InputError(key, sheet=table.sheet, headers=[table.headers[i] for i in places] or table.headers)
    return places[0]


def _means_card(header: str) -> bool:
    """Say whether people write this over a card column, in full or abbreviated: "N° carte fidélité"."""
    from core.cells import squash
    from core.mapping.words import common_words, usual

    said = (common_words().get(form, frozenset()) for form in (squash(header), squash(usual(header))))
    return any("loyalty_card" in keys for keys in said)
