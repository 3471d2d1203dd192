"""What every verb works with: the system, the options, the database, how to read a file."""

from __future__ import annotations

import getpass
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import DatabaseError, InputError, SettingsError
from core.i18n import Language
from core.moved import put_back
from core.profiles import Choice, Option, Profile, load_system
from core.settings import data_folder, load_settings, practice_base
from core.tables import Table, column_letters

if TYPE_CHECKING:
    from core.database import Database

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

    @property
    def practice(self) -> bool:
        """Whether the database is that of practice mode: what comes of it is marked where it is written."""
        return self.db == str(practice_base())


def system_folders() -> list[Path]:
    """Return the folders of the user's own (learnt) systems."""
    return [data_folder() / "systems"]


def system(name: str) -> Profile:
    """Return a system's profile, shipped or learnt. Raises ProfileError."""
    return load_system(name, system_folders())


DATE_ORDER = "date_order"
DATE_ORDERS = ("dmy", "mdy")
"""The run option of every system: how the dates of a column are read where nothing in it says so."""


def run_options(profile: Profile, given: Mapping[str, str]) -> dict[str, str]:
    """Return the run options with the profile's defaults. Raises SettingsError for an unknown name or value."""
    order = Option(DATE_ORDER, "choice", {}, {}, choices=tuple(Choice(code, code, {}) for code in DATE_ORDERS))
    known = {o.key: o for o in (*profile.options, order)}
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
    """Read the sheet that holds the customers, each row with its own results beside it.

    Raises InputError, for merged cells among the customers too, and for a decision whose row cannot be told.
    """
    from core.workbooks import read_table

    how = reading or Reading()
    hints = [h for f in profile.fields for h in (f.header, *f.synonyms)]
    table = read_table(path, sheet=how.sheet, headers=hints, encoding=how.encoding, separator=how.separator)
    if "merged_row" in table.facts:
        cell = f"{column_letters(table.facts['merged_column'])}{table.facts['merged_row']}"
        raise InputError("errors.merged", path=path.name, sheet=table.sheet, cell=cell)
    put_back(table, profile)
    return table


CHECKING = ("core.checking", "core.duplicates")
"""Modules that a check needs."""
PUSHING = (*CHECKING, "core.database")
"""Modules that a check with a database and a push need."""


def read_while_loading(path: Path, profile: Profile, reading: Reading | None, modules: Sequence[str]) -> Table:
    """Read the customers as `read_customers` does, and load modules meanwhile: reading runs partly outside Python."""
    with ThreadPoolExecutor(1) as pool:
        for module in modules:
            pool.submit(import_module, module)
        return read_customers(path, profile, reading)


def open_database(url: str, *, create: bool = False, shop: str = "1") -> Database:
    """Open the POS database with the password of the keyring. Raises DatabaseError.

    A keyring that does not answer counts as holding no password: many servers need none from this computer.
    """
    from core.database import open_database as connect
    from core.database.connection import parse_address
    from core.secrets import database_password

    parse_address(url, None)  # an address that is none is said before the keyring is asked
    try:
        password, silent = database_password(url), False
    except SettingsError:
        password, silent = None, True
    try:
        return connect(url, password=password, create=create, shop=shop)
    except DatabaseError as error:
        if silent and error.key == "database.wrong_password":
            raise DatabaseError("database.no_keyring_password", **error.params) from error
        raise


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal: what a receipt names it by."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def table_hash(table: Table) -> str:
    """Return the SHA-256 of an open sheet's headers and cells, hexadecimal: it names what has no file.

    Row numbers count, because a push that was cut off is taken up by them.
    """
    content = repr((table.headers, table.rows, table.columns))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def undo_command(job: int, db: str) -> str:
    """Return the command that takes a job back: with `--db` where a bare one would go to another database."""
    return f"carnet undo {job}{other_db(db)}"


def other_db(db: str) -> str:
    """Return ` --db "…"` for a command to come, "" where it would go to that database anyway."""
    return "" if load_settings({}).db == db else f' --db "{shown_db(db)}"'


def shown_db(address: str) -> str:
    """Return a database's address as it may be shown and typed again: without its password."""
    return re.sub(r"(://[^:/@]*):[^@]*@", r"\1@", address)


def user_name() -> str:
    """Return who is signed in on this computer, as a job records it."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "?"
