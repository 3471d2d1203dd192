"""Gain columns: what FidelPass said of each row's card, in columns of their own. Pure.

A card with several gains has one line per gain in each cell, in the same order across the columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum

from core.gains import CardGains, Gain
from core.i18n import MOMENT, show, tr
from core.tables import Cell

BETWEEN = "\n"


class GainColumn(StrEnum):
    """The columns, in their order; headers are `gains.<name>` in the catalogue."""

    CARD = "card"
    LABEL = "label"
    VALUE = "value"
    PARTLY = "partly"
    MINIMUM = "minimum"
    EXPIRY = "expiry"
    AS_OF = "as_of"
    ASKED = "asked"  # hidden: the number that the others belong to, for a card that is typed over later


def gain_columns(
    cards: Sequence[str], found: Mapping[str, CardGains], lang: str, *, today: date, zone: tzinfo | None = None
) -> dict[GainColumn, list[str]]:
    """Return one text per row and column; `cards` are the sheet's texts, "" where a row has no card.

    `as_of` is shown in `zone` (the computer's own by default).
    """
    columns: dict[GainColumn, list[str]] = {name: [] for name in GainColumn}
    told: dict[str, tuple[str, ...]] = {"": ("",) * len(GainColumn)}
    for card in cards:
        if card not in told:
            told[card] = _cells(card, found[card], lang, today, zone)
        for name, cell in zip(GainColumn, told[card], strict=True):
            columns[name].append(cell)
    return columns


def _cells(text: str, card: CardGains, lang: str, today: date, zone: tzinfo | None) -> tuple[str, ...]:
    if card.fault is not None:
        return (tr(card.fault, lang), "", "", "", "", "", "", text)
    as_of = _moment(card.as_of, lang, zone)
    if not card.known:
        return (tr("gains.unknown", lang), "", "", "", "", "", as_of, text)
    usable = card.usable(today)
    state = tr("gains.known" if usable else "gains.nothing", lang)
    lines = [_gain_cells(gain, lang) for gain in usable] or [("",) * 5]
    return (state, *(BETWEEN.join(column) for column in zip(*lines, strict=True)), as_of, text)


def _gain_cells(gain: Gain, lang: str) -> tuple[str, ...]:
    unit = "gains.percent" if gain.kind == "percent" else "gains.euros"
    return (
        gain.label,
        tr(unit, lang, value=gain.remaining),
        tr("gains.yes" if gain.partly_usable else "gains.no", lang),
        tr("gains.euros", lang, value=gain.minimum) if gain.minimum else "–",
        show(gain.expiry, lang) if gain.expiry else "–",
    )


def gain_lines(card: CardGains, lang: str, today: date) -> list[str]:
    """Say a card's usable gains in a line each, for a terminal."""
    lines = []
    for gain in card.usable(today):
        label, value, _, minimum, expiry = _gain_cells(gain, lang)
        more = [
            tr("gains.line_partly", lang) if gain.partly_usable else "",
            tr("gains.line_minimum", lang, minimum=minimum) if gain.minimum else "",
            tr("gains.line_expiry", lang, expiry=expiry) if gain.expiry else "",
        ]
        lines.append(", ".join([f"{label} – {value}", *filter(None, more)]))
    return lines


def _moment(moment: datetime, lang: str, zone: tzinfo | None) -> str:
    local = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(zone)
    return local.strftime(MOMENT[lang])


def fresh_cards(
    cards: Sequence[str], written: Mapping[str, Sequence[Cell]], lang: str, *, now: datetime, hours: int
) -> list[bool]:
    """Say of each row whether what is written there still holds, so that FidelPass need not be asked again.

    It must be about the same card, of the same day (gains expire at midnight) and at most `hours` old; `now` is local
    time without a zone. A row without a card is fresh when nothing is written there.
    """
    nothing: Sequence[Cell] = [None] * len(cards)
    asked, as_of = (written.get(name, nothing) for name in (GainColumn.ASKED, GainColumn.AS_OF))
    found = []
    for card, number, said in zip(cards, asked, as_of, strict=True):
        moment = _read_moment(said, lang)
        recent = moment is not None and moment.date() == now.date() and now - moment <= timedelta(hours=hours)
        found.append((number or "") == card and (recent or not card))
    return found


def _read_moment(cell: Cell, lang: str) -> datetime | None:
    try:
        return datetime.strptime(str(cell), MOMENT[lang])
    except ValueError:
        return None


def gain_data(cards: Mapping[str, CardGains], today: date) -> dict[str, object]:
    """Return the same as data for a script, by card."""
    return {
        text: {
            "known": card.known,
            "fault": card.fault,
            "as_of": card.as_of,
            "gains": [
                {
                    "id": g.id,
                    "label": g.label,
                    "kind": g.kind,
                    "value": g.value,
                    "remaining": g.remaining,
                    "partly_usable": g.partly_usable,
                    "minimum": g.minimum,
                    "expiry": g.expiry,
                    "state": g.state,
                }
                for g in card.usable(today)
            ],
        }
        for text, card in cards.items()
    }
