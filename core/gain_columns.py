"""Gain columns: what FidelPass said of each row's card, in columns of their own. Pure.

A card with several gains has one line per gain in each cell, in the same order across the columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum

from core.gains import CardGains, Gain
from core.i18n import show, tr

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
            told[card] = _cells(found[card], lang, today, zone)
        for name, cell in zip(GainColumn, told[card], strict=True):
            columns[name].append(cell)
    return columns


def _cells(card: CardGains, lang: str, today: date, zone: tzinfo | None) -> tuple[str, ...]:
    if card.fault is not None:
        return (tr(card.fault, lang), "", "", "", "", "", "")
    as_of = _moment(card.as_of, lang, zone)
    if not card.known:
        return (tr("gains.unknown", lang), "", "", "", "", "", as_of)
    usable = card.usable(today)
    state = tr("gains.known" if usable else "gains.nothing", lang)
    lines = [_gain_cells(gain, lang) for gain in usable]
    return (state, *(BETWEEN.join(column) for column in zip(*lines, strict=True)), as_of) if lines else (
        state, "", "", "", "", "", as_of)  # fmt: skip


def _gain_cells(gain: Gain, lang: str) -> tuple[str, ...]:
    unit = "gains.percent" if gain.kind == "percent" else "gains.euros"
    return (
        gain.label,
        tr(unit, lang, value=gain.remaining),
        tr("gains.yes" if gain.partly_usable else "gains.no", lang),
        tr("gains.euros", lang, value=gain.minimum) if gain.minimum else "–",
        show(gain.expiry, lang) if gain.expiry else "–",
    )


def _moment(moment: datetime, lang: str, zone: tzinfo | None) -> str:
    local = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(zone)
    return local.strftime("%d/%m/%Y %H:%M" if lang == "fr" else "%Y-%m-%d %H:%M")


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
