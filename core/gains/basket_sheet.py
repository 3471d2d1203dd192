"""The basket sheet: where a sale is typed and its recap shown; rows in, baskets and cells out. Pure.

One sheet: the card or the customer at the top, the lines of the basket at the left, the gains offered at the right
(picked with « Oui », a part typed where a gain is partly usable), the recap under them. A grid is the sheet's rows
from row 1, column A on, as any reader gives them; cells to write come back by (row, column), both counted from 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from core.cards import card_number
from core.cells import fold, text
from core.errors import LoyaltyError
from core.gains import CardGains, Gain, GainKind
from core.gains.baskets import HUNDRED, ZERO, Line, Recap, Use, plain_rate, settle
from core.i18n import LANGUAGES, show, tr
from core.rules.amounts import Limits, read_amount
from core.tables import Cell

TITLE = (1, 1)
HOLDER, NAME, SALE, STATE = (3, 2), (4, 2), (5, 2), (6, 2)
"""Where the card or customer is typed; where their name, the sale's number and its state are written."""
HEADER_ROW = 8
FIRST_ROW, LAST_LINE, LAST_GAIN = 9, 58, 18
LINE_COLUMNS = ("article", "quantity", "price", "discount", "vat", "net", "gains", "due")
GAIN_COLUMNS = ("label", "value", "partly", "minimum", "expiry", "use", "part", "id")
FIRST_GAIN = len(LINE_COLUMNS) + 2
RECAP_ROW = LAST_GAIN + 2
LAST_RECAP = RECAP_ROW + 20
LONGEST_ARTICLE = 200  # characters that FidelPass takes
UNCLEAR = re.compile(r"\d{1,3}\.\d{3}", re.ASCII)  # 1.234 typed as a text: a thousand pieces, or a little more than one
SOME_VAT = Decimal("0.9")  # Corsica's lowest rate, the only one between 0 and 1: a cell that shows "20%" holds 0.2

Grid = Sequence[Sequence[Cell]]
Cells = dict[tuple[int, int], str | Decimal | None]
"""(row, column) → what to write there; None empties the cell."""


class BasketPage(Protocol):
    """A basket sheet, in a file or open in Excel. Both raise InputError where it cannot be read or written."""

    def read(self) -> Grid:
        """Return the rows from row 1, column A on; formulas by their value."""

    def fill(self, cells: Cells) -> None:
        """Write cells, and leave everything else."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A gain that the user picked, by its number at FidelPass; `part` is the part typed."""

    gain: str
    label: str
    part: Decimal | None


@dataclass(frozen=True, slots=True)
class Basket:
    """What is typed in a basket sheet. `holder` is a card's number, a customer's number or a name; `sale` ours.

    `shown` is what the sheet says is to pay, None where it says nothing yet; `name` who it says the buyer is.
    `practice`: the sheet was made in practice mode.
    """

    holder: str
    sale: str
    lines: tuple[Line, ...]
    rows: tuple[int, ...]
    picks: tuple[Pick, ...]
    shown: Decimal | None = None
    name: str = ""
    practice: bool = False


def line_column(name: str) -> int:
    """Return the number of one of the basket's columns."""
    return LINE_COLUMNS.index(name) + 1


def gain_column(name: str) -> int:
    """Return the number of one of the gains' columns."""
    return GAIN_COLUMNS.index(name) + FIRST_GAIN


def read_basket(grid: Grid) -> Basket:
    """Read what is typed. Raises LoyaltyError: a cell that is no number, a line outside, another kind of sheet."""
    cells = _Grid(grid)
    header = [text(cells.at(HEADER_ROW, n)) for n in range(1, len(LINE_COLUMNS) + 1)]
    if not any(header == [tr(f"sales.head_{name}", lang) for name in LINE_COLUMNS] for lang in LANGUAGES):
        raise LoyaltyError("sales.not_a_basket")
    below = next((row for row in range(LAST_LINE + 1, len(grid) + 1) if cells.sold(row)), None)
    if below is not None:
        raise LoyaltyError("sales.below_the_basket", row=str(below), last=str(LAST_LINE))
    rows = [row for row in range(FIRST_ROW, LAST_LINE + 1) if cells.typed(row, line_column("vat"))]
    lines = tuple(_read_line(cells, row) for row in rows)
    picks = tuple(p for row in range(FIRST_ROW, LAST_GAIN + 1) if (p := _read_pick(cells, row)) is not None)
    dues = [cells.at(row, line_column("due")) for row in rows]
    shown = None
    if dues and all(cell is not None for cell in dues):
        shown = sum((cells.number(row, line_column("due"), "due") for row in rows), ZERO)
    holder, name, sale, title = (text(cells.at(*place)).strip() for place in (HOLDER, NAME, SALE, TITLE))
    practice = title in {tr("sales.title_practice", lang) for lang in LANGUAGES}
    return Basket(holder, sale, lines, tuple(rows), picks, shown, name, practice)


def name_holder(page: BasketPage, said: str) -> None:
    """Write whose basket it is where nobody is named. Raises LoyaltyError for another one's, InputError."""
    holder = read_basket(page.read()).holder
    if not holder:
        page.fill({HOLDER: said})
    elif card_number(holder) != card_number(said) and fold(holder) != fold(said):
        raise LoyaltyError("sales.made_already", holder=holder)


class _Grid:
    """Cells by row and column counted from 1; what lies outside is blank."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid

    def at(self, row: int, column: int) -> Cell:
        if row > len(self._grid) or column > len(self._grid[row - 1]):
            return None
        cell = self._grid[row - 1][column - 1]
        return None if isinstance(cell, str) and not cell.strip() else cell

    def typed(self, row: int, last: int) -> bool:
        return any(self.at(row, column) is not None for column in range(1, last + 1))

    def sold(self, row: int) -> bool:
        return any(self.at(row, line_column(name)) is not None for name in ("quantity", "price"))

    def number(self, row: int, column: int, name: str, blank: Decimal | None = None) -> Decimal:
        cell = self.at(row, column)
        if cell is None and blank is not None:
            return blank
        value, _ = read_amount(cell, Limits(decimal=",")) if cell is not None else (None, ())
        header = text(self.at(HEADER_ROW, column)) or name
        if not isinstance(value, Decimal):
            raise LoyaltyError("sales.bad_number", row=str(row), column=header, value=text(cell))
        said = text(cell).strip() if isinstance(cell, str) else ""
        if "%" in said and name != "vat":  # ten per cent is not ten euros
            raise LoyaltyError("sales.number_in_percent", row=str(row), column=header, value=said)
        if UNCLEAR.fullmatch(said):
            raise LoyaltyError("sales.unclear_number", row=str(row), column=header, value=said, read=value)
        return value


def _read_line(cells: _Grid, row: int) -> Line:
    vat = cells.number(row, line_column("vat"), "vat")
    if 0 < vat < 1 and vat != SOME_VAT:
        raise LoyaltyError("sales.vat_share", row=str(row), value=vat, rate=plain_rate(vat * HUNDRED))
    article = text(cells.at(row, line_column("article"))).strip() or str(row)
    if len(article) > LONGEST_ARTICLE:
        raise LoyaltyError("sales.article_long", row=str(row), limit=LONGEST_ARTICLE)
    return Line(
        article=article,
        quantity=cells.number(row, line_column("quantity"), "quantity"),
        unit_price=cells.number(row, line_column("price"), "price"),
        vat_rate=vat,
        discount=cells.number(row, line_column("discount"), "discount", ZERO),
    )


def _read_pick(cells: _Grid, row: int) -> Pick | None:
    said = fold(text(cells.at(row, gain_column("use"))))
    gain = text(cells.at(row, gain_column("id"))).strip()
    part = cells.at(row, gain_column("part"))
    if not said and gain and part is not None:
        raise LoyaltyError("sales.part_alone", row=str(row), value=text(part))
    if not said or not gain or said in {fold(tr("sales.no", lang)) for lang in LANGUAGES}:
        return None
    if said not in {fold(tr("sales.yes", lang)) for lang in LANGUAGES} | {"x", "1"}:
        raise LoyaltyError("sales.bad_pick", row=str(row), value=said)
    amount = None if part is None else cells.number(row, gain_column("part"), "part")
    return Pick(gain, text(cells.at(row, gain_column("label"))), amount)


def uses_of(basket: Basket, card: CardGains) -> list[Use]:
    """Return the gains picked, as the card has them now. Raises LoyaltyError for one that it no longer has."""
    known = {gain.id: gain for gain in card.gains}
    gone = next((pick for pick in basket.picks if pick.gain not in known), None)
    if gone is not None:
        raise LoyaltyError("sales.gain_gone", gain=gone.label)
    return [Use(known[pick.gain], pick.part) for pick in basket.picks]


def offered_cells(card: CardGains, picks: Sequence[Pick], lang: str, today: date) -> Cells:
    """Return the gains' block: what the card offers that day, with the picks that still stand."""
    picked = {pick.gain: pick for pick in picks}
    cells: Cells = {}
    gains = card.usable(today)[: LAST_GAIN - FIRST_ROW + 1]
    for n, row in enumerate(range(FIRST_ROW, LAST_GAIN + 1)):
        gain = gains[n] if n < len(gains) else None
        words = _gain_words(gain, lang) if gain else [None] * 5
        pick = picked.get(gain.id) if gain else None
        said: list[str | Decimal | None] = [*words, tr("sales.yes", lang) if pick else None]
        said += [pick.part if pick else None, gain.id if gain else None]
        cells |= {(row, FIRST_GAIN + i): value for i, value in enumerate(said)}
    return cells


def _gain_words(gain: Gain, lang: str) -> list[str]:
    worth = tr("gains.percent" if gain.kind == "percent" else "gains.euros", lang, value=gain.remaining)
    partly = tr("sales.yes" if gain.partly_usable else "sales.no", lang)
    minimum = tr("gains.euros", lang, value=gain.minimum) if gain.minimum else "–"
    return [gain.label, worth, partly, minimum, show(gain.expiry, lang) if gain.expiry else "–"]


def settled_cells(basket: Basket, recap: Recap, lang: str, services: Mapping[GainKind, str] | None = None) -> Cells:
    """Return the amounts beside each line and each pick, and the recap."""
    cells: Cells = {}
    for row in range(FIRST_ROW, LAST_LINE + 1):
        cells |= {(row, line_column(name)): None for name in ("net", "gains", "due")}
    for row, share in zip(basket.rows, recap.shares, strict=True):
        gains = sum(share.reductions, ZERO)
        cells[row, line_column("net")] = share.line.net
        cells[row, line_column("gains")] = -gains if gains else ZERO
        cells[row, line_column("due")] = share.due
    lines = recap_lines(recap, lang, services)
    for n in range(LAST_RECAP - RECAP_ROW + 1):
        label, amount = lines[n] if n < len(lines) else (None, None)
        cells[RECAP_ROW + n, FIRST_GAIN] = label
        cells[RECAP_ROW + n, FIRST_GAIN + 1] = amount
    return cells


def recap_lines(
    recap: Recap, lang: str, services: Mapping[GainKind, str] | None = None
) -> list[tuple[str, Decimal | None]]:
    """Return the recap, a label and an amount a line: the price, each gain, what is paid, the VAT in it by rate.

    `services` are the till's quick services under which gains are entered, by kind.
    """
    lines: list[tuple[str, Decimal | None]] = [(tr("sales.recap_total", lang), recap.total)]
    for used in recap.used:
        service = (services or {}).get(used.kind)
        key = "sales.recap_gain_service" if service else "sales.recap_gain"
        lines.append((tr(key, lang, gain=used.label, service=service), -used.reduction))
        if used.lost:
            lines.append((tr("sales.recap_lost", lang, lost=used.lost), None))
    lines.append((tr("sales.recap_due", lang), recap.due))
    for vat in recap.vat:
        lines.append((tr("sales.recap_vat", lang, rate=plain_rate(vat.rate), total=vat.total), vat.vat))
    return lines


def simulate(
    rows: Grid, gains: Sequence[Gain] = (), parts: Sequence[Decimal | None] = (), *, on: date, lang: str = "fr"
) -> list[tuple[str, Decimal | None]]:
    """Return the recap of a basket whose rows are article, quantity, price, discount and VAT; nothing is sent.

    `gains` are spent in their order, all of each or the part of the same place. Blank rows do not count. Raises
    LoyaltyError for whatever a real sale would refuse.
    """
    first: list[list[Cell]] = [[] for _ in range(FIRST_ROW - 1)]
    cells = _Grid([*first, *rows])
    places = range(FIRST_ROW, FIRST_ROW + len(rows))
    lines = [_read_line(cells, row) for row in places if cells.typed(row, line_column("vat"))]
    amounts = [*parts, *([None] * (len(gains) - len(parts)))]
    uses = [Use(gain, part) for gain, part in zip(gains, amounts, strict=False)]
    return recap_lines(settle(lines, uses, on), lang)
