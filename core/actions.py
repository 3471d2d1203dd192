"""The verbs, shared by the ribbon and the command line: each wires the layers below and holds no rule of its own."""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from core.checked import Checked
from core.errors import InputError, SettingsError
from core.i18n import Language, tr
from core.jobs import JobReport, PushRequest
from core.profiles import Option, Profile, load_system, profile_files, read_profile
from core.results import ResultColumns, outcome_columns, result_columns
from core.settings import Settings, data_folder
from core.tables import Result, Table

if TYPE_CHECKING:
    from core.database import Database
    from core.gains import CardGains
    from core.loyalty.client import FidelPassClient, Loyalty

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a file: which sheet, and for a CSV its encoding and separator when the user had to say."""

    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a verb works with besides its rows."""

    profile: Profile
    lang: Language = "fr"
    options: Mapping[str, str] = field(default_factory=dict)
    db: str = ""
    shop: str = "1"


def system_folders() -> list[Path]:
    """Return the folders of the user's own (learnt) systems."""
    return [data_folder() / "systems"]


def system(name: str) -> Profile:
    """Return a system's profile, shipped or learnt. Raises ProfileError."""
    return load_system(name, system_folders())


def run_options(profile: Profile, given: Mapping[str, str]) -> dict[str, str]:
    """Return the run options with the profile's defaults. Raises SettingsError for an unknown name or value."""
    known = {o.key: o for o in profile.options}
    for name, value in given.items():
        if name not in known:
            raise SettingsError("settings.unknown_option", system=profile.name, name=name, known=sorted(known))
        _check_option(known[name], value)
    return {**{o.key: o.default for o in profile.options if o.default}, **given}


def _check_option(option: Option, value: str) -> None:
    allowed = [c.value for c in option.choices] or (["yes", "no"] if option.type == "flag" else [])
    if allowed and value not in allowed:
        raise SettingsError("settings.bad_option", name=option.key, value=value, known=allowed)
    if option.max_length and len(value) > option.max_length:
        raise SettingsError("settings.option_too_long", name=option.key, limit=option.max_length)


def read_customers(path: Path, profile: Profile, reading: Reading | None = None) -> Table:
    """Read the sheet that holds the customers. Raises InputError."""
    from core.workbooks import read_table

    how = reading or Reading()
    hints = [h for f in profile.fields for h in (f.header, *f.synonyms)]
    return read_table(path, sheet=how.sheet, headers=hints, encoding=how.encoding, separator=how.separator)


def check_table(table: Table, context: Context) -> Checked:
    """Check a table, in itself and against the database when there is one."""
    from core.checking import check
    from core.duplicates import find_in_file

    checked = check(table, context.profile, options=dict(context.options))
    checked.duplicates = find_in_file(checked)
    if context.db:
        with open_database(context.db, shop=context.shop) as database:
            checked.duplicates += database.find_duplicates(checked)
    return checked


def check_file(path: Path, context: Context, reading: Reading | None = None, *, write: bool = True) -> CheckedFile:
    """Check a file and write the results into it (beside it for a CSV or an .xls). Raises InputError."""
    from core.workbooks import write_results

    checked = check_table(read_customers(path, context.profile, reading), context)
    columns = result_columns(checked, context.lang)
    written = write_results(path, checked.table, columns, context.lang) if write else None
    return CheckedFile(checked, columns, written)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that was checked, its result columns, and where they were written."""

    checked: Checked
    columns: ResultColumns
    written: Path | None


@dataclass(frozen=True, slots=True)
class PushChoices:
    """What the user chose for one push; see `core.jobs.PushRequest`."""

    mode: str = ""
    dry_run: bool = False
    all_or_nothing: bool = False
    erase_blank: bool = False
    confirmed_erasures: int | None = None
    backup: bool = True


@dataclass(frozen=True, slots=True)
class PushedFile:
    """A file that was pushed: what the check found, what the database did, the result columns, where they are."""

    checked: Checked
    report: JobReport
    columns: ResultColumns
    written: Path | None


def push_table(
    table: Table, context: Context, choices: PushChoices, file: Path | None, progress: Progress | None = None
) -> tuple[Checked, JobReport]:
    """Check a table and push its valid rows, obeying its Décision column. Raises DatabaseError, Stopped."""
    from core.checking import check
    from core.decisions import read_decisions
    from core.duplicates import find_in_file

    checked = check(table, context.profile, options=dict(context.options))
    checked.duplicates = find_in_file(checked)
    decisions, unread = read_decisions(table.rows, table.results.get(Result.DECISION, [None] * len(table)))
    if unread:
        row, said = next(iter(unread.items()))
        raise InputError("push.bad_decision", row=row, value=said, count=len(unread))
    request = PushRequest(
        user=user_name(),
        file_name=file.name if file else table.path.name,
        file_hash=file_hash(file) if file else "",
        system=context.profile.id,
        options=context.options,
        mode=choices.mode,
        decisions=decisions,
        dry_run=choices.dry_run,
        all_or_nothing=choices.all_or_nothing,
        erase_blank=choices.erase_blank,
        confirmed_erasures=choices.confirmed_erasures,
        backup=choices.backup,
        progress=progress,
    )
    with open_database(context.db, create=True, shop=context.shop) as database:
        return checked, database.push(checked, request)


def push_file(
    path: Path, context: Context, choices: PushChoices, reading: Reading | None = None, progress: Progress | None = None
) -> PushedFile:
    """Push a file's valid rows and write each row's outcome beside it."""
    from core.workbooks import write_results

    table = read_customers(path, context.profile, reading)
    checked, report = push_table(table, context, choices, path, progress)
    columns = outcome_columns(checked, report, context.lang)
    written = write_results(path, table, columns, context.lang)
    return PushedFile(checked, report, columns, written)


def open_database(url: str, *, create: bool = False, shop: str = "1") -> Database:
    """Open the POS database with the password of the keyring. Raises DatabaseError, SettingsError."""
    from core.database import open_database as connect
    from core.secrets import database_password

    return connect(url, password=database_password(url), create=create, shop=shop)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal: what a receipt names it by."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def user_name() -> str:
    """Return who is signed in on this computer, as a job records it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"


def make_template(path: Path, context: Context, *, with_customers: bool = False) -> Path:
    """Write a system's import template, blank or with the database's customers."""
    from core.template.workbook import write_template

    customers = None
    if with_customers:
        with open_database(context.db, shop=context.shop) as database:
            customers = database.customers()
    write_template(context.profile, path, lang=context.lang, options=dict(context.options), customers=customers)
    return path


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
