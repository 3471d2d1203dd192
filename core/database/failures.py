"""Failures: what a driver's error means for the user, and which ones are worth another try."""

from __future__ import annotations

import re
import sqlite3
import sys

from sqlalchemy.engine import URL

from core.errors import DatabaseError

# PostgreSQL's SQLSTATE, its class (first two characters), or MariaDB's error number → text key
MEANINGS = {
    "28": "database.wrong_password",
    "3D": "database.no_such_base",
    "53100": "database.full",
    "25006": "database.read_only",
    "42501": "database.no_right",
    "55P03": "database.locked",
    "08": "database.lost",
    "57P": "database.lost",
    "1044": "database.no_right",
    "1045": "database.wrong_password",
    "1698": "database.wrong_password",
    "1049": "database.no_such_base",
    "1142": "database.no_right",
    "1021": "database.full",
    "1114": "database.full",
    "1290": "database.read_only",
    "1836": "database.read_only",
    "1205": "database.locked",
    "1213": "database.locked",
    "1047": "database.lost",
    "2003": "database.unreachable",
    "2002": "database.unreachable",
    "2006": "database.lost",
    "2013": "database.lost",
    "2014": "database.lost",
    "1053": "database.lost",
    "1927": "database.lost",
    "0": "database.lost",
}
# words of an error that carries no code
WORDS = (
    ("file is not a database", "database.not_a_database"),
    ("file is encrypted", "database.not_a_database"),
    ("malformed", "database.damaged"),
    ("readonly", "database.read_only"),
    ("disk is full", "database.full"),
    ("disk i/o error", "database.full"),
    ("locked", "database.locked"),
    ("unable to open", "database.cannot_open"),
    ("password authentication failed", "database.wrong_password"),
    ("no password supplied", "database.wrong_password"),
    ("does not exist", "database.no_such_base"),
    ("ssl", "database.tls"),
    ("certificate", "database.tls"),
    ("closed", "database.lost"),
    ("lost", "database.lost"),
    ("terminat", "database.lost"),
    ("connect", "database.unreachable"),
    ("resolve", "database.unreachable"),
    ("timeout", "database.unreachable"),
)
AGAIN = {"40001", "40P01", "23505", "1213", "1205", "1062"}
"""Deadlock, serialization failure, a key that another one has just taken: the same batch may succeed at once."""


def code_of(error: BaseException) -> str:
    """Return MariaDB's error number or PostgreSQL's SQLSTATE, "" when there is none."""
    number = error.args[0] if error.args else None
    if isinstance(number, int):
        return str(number)
    return str(getattr(error, "sqlstate", None) or "")


def is_driver_error(error: BaseException) -> bool:
    """Say whether one of the three drivers raised this (only those already imported can have)."""
    kinds: list[type] = [sqlite3.Error]
    for module, name in (("psycopg", "Error"), ("pymysql.err", "MySQLError")):
        if module in sys.modules:
            kinds.append(getattr(sys.modules[module], name))
    return isinstance(error, tuple(kinds))


def worth_another_try(error: BaseException) -> bool:
    """Say whether the same transaction, begun again, may succeed."""
    original = getattr(error, "orig", None) or error
    return code_of(original) in AGAIN or isinstance(original, sqlite3.IntegrityError)


def explain_failure(error: BaseException, url: URL, where: str) -> DatabaseError:
    """Return what the user is told of a driver's error; the driver's own words are added where ours are general."""
    code = code_of(error)
    key = next((MEANINGS[c] for c in (code, code[:3], code[:2]) if c and c in MEANINGS and _whole(c, code)), "")
    said = " ".join(str(a) for a in error.args if isinstance(a, str)).split("\n")[0]
    said = re.sub(r"'[^']*'", "'…'", said) if code in AGAIN else said  # "Duplicate entry 'zoe@…'": nobody's data
    if not key or (key == "database.unreachable" and "ssl" in said.lower()):
        key = next((k for word, k in WORDS if word in str(error).lower()), "database.failed")
    return DatabaseError(key, path=where, place=where, user=url.username or "", reason=said)


def _whole(prefix: str, code: str) -> bool:
    """PostgreSQL's codes have classes; MariaDB's numbers count only whole."""
    return prefix == code or (len(code) == 5 and len(prefix) in (2, 3))
