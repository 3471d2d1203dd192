"""Worksheet functions: checks and clean-ups of one value or of a whole range, the verdict of a row, a basket's gain.

Pure and quick: no network, no database, nothing written. A range in gives a range of the same shape out, in one call.
The first paragraph of each docstring is what Excel's function wizard shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import xlwings as xw

from core.cells import clean, text
from core.checked import Value
from core.checking import check
from core.errors import CarnetError, InputError
from core.gains import Gain, GainKind
from core.gains.baskets import Line, Use, settle
from core.i18n import tr
from core.issues import Issue, Severity
from core.names import french_capitals
from core.profiles import Profile, load_system
from core.rules.countries import read_country
from core.rules.dates import Calendar, Order, read_date
from core.rules.emails import read_email
from core.rules.phones import read_phone, shown
from core.rules.postcodes import read_postcode
from core.rules.reading import Reading
from core.settings import data_folder
from core.tables import Cell, Table

Grid = list[list[Any]]
HOME = "FR"
LANG = "fr"  # a worksheet function has no ribbon beside it, and its own name is French
NO_VAT = Decimal(0)  # a reduction does not depend on it
ORDERS = {"jma": Order.DAY_FIRST, "mja": Order.MONTH_FIRST}


@xw.func
@xw.arg("emails", ndim=2)
def CARNET_EMAIL_OK(emails: Grid) -> Grid:
    """Dit si une adresse e-mail est bien écrite (VRAI ou FAUX) ; une cellule vide reste vide. Ne vérifie pas que
    la boîte existe.

    A doubtful domain (gmial.com) is not false: `CARNET_EMAIL_MOTIF` says it.
    """
    return _each(emails, lambda written: read_email(text(written))[0] is not None)


@xw.func
@xw.arg("emails", ndim=2)
def CARNET_EMAIL_MOTIF(emails: Grid) -> Grid:
    """Dit ce qui ne va pas dans une adresse e-mail, et l'adresse probable quand le domaine semble mal tapé. Vide
    quand tout va bien."""
    return _each(emails, lambda written: _reason(read_email(text(written)), "E-mail", text(written)))


@xw.func
@xw.arg("telephones", ndim=2)
def CARNET_TELEPHONE_OK(telephones: Grid, pays: str = HOME) -> Grid:
    """Dit si un numéro de téléphone existe dans le plan de numérotation du pays (FR par défaut, ou BE, CH…). VRAI
    ou FAUX ; vide reste vide."""
    return _each(telephones, lambda written: _phone(written, pays) is not None)


@xw.func
@xw.arg("telephones", ndim=2)
def CARNET_TELEPHONE(telephones: Grid, pays: str = HOME) -> Grid:
    """Écrit un numéro comme on le lit dans le pays : 06 12 34 56 78. Un numéro illisible revient comme il est."""
    return _each(telephones, lambda written: _kept(written, _phone(written, pays), lambda e: shown(e, _region(pays))))


@xw.func
@xw.arg("telephones", ndim=2)
def CARNET_TELEPHONE_INTERNATIONAL(telephones: Grid, pays: str = HOME) -> Grid:
    """Écrit un numéro sous sa forme internationale, sans espaces : +33612345678. Un numéro illisible revient comme
    il est."""
    return _each(telephones, lambda written: _kept(written, _phone(written, pays), str))


@xw.func
@xw.arg("codes", ndim=2)
def CARNET_CODE_POSTAL_OK(codes: Grid, pays: str = HOME) -> Grid:
    """Dit si un code postal a la forme de ceux du pays (FR par défaut). VRAI ou FAUX ; vide reste vide. Un zéro
    perdu donne FAUX."""
    return _each(codes, lambda written: not read_postcode(text(written), _region(pays))[1])


@xw.func
@xw.arg("codes", ndim=2)
def CARNET_CODE_POSTAL(codes: Grid, pays: str = HOME) -> Grid:
    """Nettoie un code postal et lui rend le zéro qu'un tableur lui a pris : 1000 devient 01000. Un code d'une
    autre forme revient comme il est."""
    return _each(codes, lambda written: _postcode(text(written), _region(pays)))


@xw.func
@xw.arg("dates", ndim=2)
def CARNET_DATE_OK(dates: Grid, ordre: str = "jma") -> Grid:
    """Dit si une date de naissance se lit, dans l'ordre jour-mois-année (jma) ou mois-jour-année (mja). VRAI ou
    FAUX ; vide reste vide."""
    return _each(dates, lambda written: isinstance(_date(written, ordre), date))


@xw.func
@xw.arg("dates", ndim=2)
def CARNET_DATE(dates: Grid, ordre: str = "jma") -> Grid:
    """Donne la vraie date d'un texte : 24/03/87, 24 mars 1987, 1987-03-24. Ordre jma (par défaut) ou mja. Une date
    illisible revient comme elle est."""
    return _each(dates, lambda written: _kept(written, _date(written, ordre), _midnight))


@xw.func
@xw.arg("noms", ndim=2)
def CARNET_NOM(noms: Grid) -> Grid:
    """Remet les majuscules d'un nom à la française : DE LA TOUR devient de La Tour, JEAN-PIERRE devient
    Jean-Pierre. Les sociétés et les noms déjà soignés restent tels quels."""
    return _each(noms, lambda written: _name(text(written)))


@xw.func
@xw.arg("entetes", ndim=2)
@xw.arg("lignes", ndim=2)
def CARNET_VERDICT(entetes: Grid, lignes: Grid, systeme: str) -> Grid:
    """Donne pour chaque ligne « Bon », ou ce qui ne va pas selon le système (odeis, cloud-pos, le-new-black,
    lightspeed…). Les doublons ne sont pas cherchés.

    `entetes` is the header row, `lignes` one or more rows under it, as wide. One text per row.
    """
    try:
        checked = check(_table(entetes[0], lignes), _profile(systeme))
    except CarnetError as error:
        return [[tr(error.key, LANG, **error.params)] for _ in lignes]
    said: dict[int, list[str]] = {}
    for issue in sorted(checked.issues, key=lambda issue: issue.severity is not Severity.ERROR):
        if issue.row is not None:
            said.setdefault(issue.row, []).append(_line_of(issue))
    empty = {n for n, row in enumerate(lignes, 1) if not any(text(cell).strip() for cell in row)}
    ready = tr("results.ready", LANG)
    return [["" if n in empty else " ; ".join(said.get(n, [ready]))] for n in range(1, len(lignes) + 1)]


@xw.func
@xw.arg("panier", ndim=2)
def CARNET_GAIN(panier: Grid, nature: str, valeur: float, minimum: float = 0) -> float | str:
    """Calcule la réduction en euros d'un gain sur un panier : lignes quantité, prix unitaire TTC et, si besoin,
    remise ; nature « % » ou « € », valeur, achat minimum. Dit pourquoi si le gain est refusé."""
    try:
        lines = [_line(row) for row in panier if any(text(cell).strip() for cell in row)]
        kind, worth = _kind(nature), _amount(valeur)
        if kind == "percent" and not 1 <= worth <= 100:  # a cell that shows 10 % holds 0.1
            raise InputError("ribbon.gain_percent", value=worth)
        gain = Gain("excel", nature, kind, worth, worth, partly_usable=True, minimum=_amount(minimum))
        return float(sum((used.reduction for used in settle(lines, [Use(gain)], date.today()).used), Decimal(0)))
    except CarnetError as error:
        return tr(error.key, LANG, **error.params)


def _each(grid: Grid, rule: Callable[[Any], Any]) -> Grid:
    """Return a grid of the same shape, the rule applied to each distinct value once; what is blank stays blank."""
    told: dict[tuple[type, Any], Any] = {}
    for cell in {(type(cell), cell) for row in grid for cell in row}:
        told[cell] = rule(cell[1]) if text(cell[1]).strip() else ""
    return [[told[type(cell), cell] for cell in row] for row in grid]


def _kept(written: Any, value: Value, show: Callable[[Any], Any]) -> Any:
    """Return a value shown, or what was written where there is none."""
    return written if value is None else show(value)


def _reason(reading: Reading, column: str, written: str) -> str:
    """Return the sentences of what a rule found."""
    found = [Issue(None, column, "", code, Severity.WARNING, written, params) for code, params in reading[1]]
    return " ".join(issue.message(LANG) for issue in found)


@cache
def _region(country: str) -> str:
    """Return a country's ISO code, whatever it is written as: FR, F, France. Home where it is not understood."""
    code = read_country(country)[0]
    return str(code) if code else HOME


def _phone(written: Any, country: str) -> Value:
    return read_phone(text(written), (_region(country),))[0]


def _postcode(written: str, region: str) -> str:
    value, findings = read_postcode(written, region)
    proposals = [str(params["proposal"]) for _, params in findings if "proposal" in params]
    return proposals[0] if proposals else str(value or written)


def _date(written: Any, order: str) -> Value:
    calendar = Calendar(ORDERS.get(order.strip().lower(), Order.DAY_FIRST), date.today(), birth=True)
    return read_date(written, calendar)[0]


def _midnight(day: date) -> datetime:
    """Return a date as Excel takes it."""
    return datetime(day.year, day.month, day.day)


def _name(written: str) -> str:
    tidy = " ".join(clean(written).split())
    return french_capitals(tidy) or tidy


@cache
def _profile(system: str) -> Profile:
    return load_system(system, [data_folder() / "systems"])


def _table(headers: Sequence[Any], rows: Grid) -> Table:
    """Return rows as a table whose row 1 is the first of them."""
    columns: list[Sequence[Cell]] = [[_cell(row[n]) for row in rows] for n in range(len(headers))]
    names = [text(header) for header in headers]
    return Table(Path(), "", 0, names, list(range(1, len(names) + 1)), columns, list(range(1, len(rows) + 1)))


def _cell(cell: Any) -> Cell:
    """Return a cell as a file's reader gives it: a midnight is a date, "" is nothing."""
    if isinstance(cell, datetime) and (cell.hour, cell.minute, cell.second) == (0, 0, 0):
        return cell.date()
    return cell if cell != "" else None


def _line_of(issue: Issue) -> str:
    message = issue.message(LANG)
    return tr("results.line", LANG, column=issue.column, message=message) if issue.column else message


def _line(row: Sequence[Any]) -> Line:
    """Return a line of a basket: quantity, unit price, the line's discount if there is one."""
    quantity, price, *discount = [_amount(cell) for cell in row]
    return Line("", quantity, price, NO_VAT, discount[0] if discount else Decimal(0))


def _kind(said: str) -> GainKind:
    """Return the kind of a gain as it is typed. Raises InputError for what is neither."""
    kinds: dict[str, GainKind] = {"%": "percent", "€": "amount"}
    if said.strip() not in kinds:
        raise InputError("ribbon.gain_kind", value=said)
    return kinds[said.strip()]


def _amount(cell: Any) -> Decimal:
    """Return a number of the sheet. Raises InputError for what is none."""
    try:
        return Decimal(text(cell).replace(",", ".") or "0")
    except InvalidOperation as error:
        raise InputError("ribbon.not_a_number", value=text(cell)) from error
