"""Failures: what a driver's error means for the user, and which ones are worth another try.

A driver's own words are English, or the server's language, and name things that only its makers know. So every cause
that a shop may meet has a sentence of ours; their words are shown for the others alone, and called a technical detail.
"""

from __future__ import annotations

import re
import socket
import sqlite3
import ssl
import sys

from sqlalchemy.engine import URL

from core.errors import DatabaseError

# PostgreSQL's SQLSTATE, its class (first two characters), or MariaDB's error number → text key
MEANINGS = {
    "28": "database.wrong_password",
    "3D": "database.no_such_base",
    "53100": "database.full",
    "53300": "database.crowded",
    "58030": "database.device",
    "25006": "database.read_only",
    "42501": "database.no_right",
    "40001": "database.locked",
    "40P01": "database.locked",
    "55P03": "database.locked",
    "57014": "database.interrupted",
    "57P03": "database.starting",
    "XX001": "database.damaged",
    "XX002": "database.damaged",
    "08": "database.lost",
    "57P": "database.lost",
    "1021": "database.full",
    "1114": "database.full",
    "1040": "database.crowded",
    "1203": "database.crowded",
    "1226": "database.crowded",
    "1044": "database.no_right",
    "1142": "database.no_right",
    "1143": "database.no_right",
    "1227": "database.no_right",
    "1370": "database.no_right",
    "1045": "database.wrong_password",
    "1698": "database.wrong_password",
    "1049": "database.no_such_base",
    "1129": "database.not_admitted",
    "1130": "database.not_admitted",
    "1290": "database.read_only",
    "1792": "database.read_only",
    "1836": "database.read_only",
    "1205": "database.locked",
    "1213": "database.locked",
    "1317": "database.interrupted",
    "1969": "database.interrupted",
    "1034": "database.damaged",
    "1194": "database.damaged",
    "1712": "database.damaged",
    "1047": "database.lost",
    "1053": "database.lost",
    "1158": "database.lost",
    "1159": "database.lost",
    "1160": "database.lost",
    "1161": "database.lost",
    "1927": "database.lost",
    "2006": "database.lost",
    "2013": "database.lost",
    "2014": "database.lost",
    "0": "database.lost",
    "2002": "database.unreachable",
    "2003": "database.unreachable",
    "2026": "database.tls",
}
# SQLite's name of an error, up to its second underscore
SQLITE = {
    "SQLITE_READONLY": "database.read_only",
    "SQLITE_PERM": "database.read_only",
    "SQLITE_FULL": "database.full",
    "SQLITE_IOERR": "database.device",
    "SQLITE_BUSY": "database.locked",
    "SQLITE_LOCKED": "database.locked",
    "SQLITE_CANTOPEN": "database.cannot_open",
    "SQLITE_NOTADB": "database.not_a_database",
    "SQLITE_CORRUPT": "database.damaged",
}
# Words of an error that carries no code, which is every one of PostgreSQL's while it connects. A server says them in
# its own language: French too, its accents lost where it has another encoding.
WORDS = (
    ("root certificate file .* does not exist", "database.no_certificate"),
    ("does not match host name|(hostname|ip address) mismatch", "database.tls_name"),
    ("certificate has expired|certificate is not yet valid", "database.tls_expired"),
    ("certificat", "database.tls_unverified"),
    ("does not support ssl|ssl is required but", "database.tls_absent"),
    ("resolve host|translate host name|getaddrinfo", "database.unknown_host"),
    ("pg_hba", "database.not_admitted"),
    ("password authentication|no password supplied|authentification par mot de passe", "database.wrong_password"),
    ("role .* does not exist|r.{1,2}le .* n'existe pas", "database.wrong_password"),
    ("database .* does not exist|base de donn.* n'existe pas", "database.no_such_base"),
    ("too many c|trop de c|connection slots|emplacements de connexion", "database.crowded"),
    ("system is (starting|shutting)|in recovery mode|syst.me de bases? de donn", "database.starting"),
    ("ssl", "database.tls"),
    ("closed", "database.lost"),
    ("lost", "database.lost"),
    ("terminat", "database.lost"),
    ("connect", "database.unreachable"),
    ("timeout", "database.unreachable"),
)
AGAIN = {"40001", "40P01", "23505", "1213", "1062"}
"""Deadlock, serialization failure, a key that another one has just taken: the same batch may succeed at once.

Not a lock that was waited for in vain: the user has waited long enough to be told.
"""

DISK_FULL = 28
"""The number of a full disk in the words of MariaDB, whatever system it runs on (Errcode, error)."""


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
    """Return what the user is told of a driver's error: `reason` holds the driver's own words, without anybody's data.

    What it quotes may be a customer's: "Duplicate entry 'zoe@…'".
    """
    said = " ".join(str(a) for a in error.args if isinstance(a, str)).split("\n")[0]
    reason = re.sub(r"(?<!\w)'[^']*'|\"[^\"]*\"", "'…'", said)
    return DatabaseError(_meaning(error, said), path=where, place=where, user=url.username or "", reason=reason)


def _meaning(error: BaseException, said: str) -> str:
    """Return the text key of an error: by its code, by what the driver caught, else by its words."""
    code = code_of(error)
    if isinstance(error, sqlite3.Error):
        name = "_".join(str(getattr(error, "sqlite_errorname", "")).split("_")[:2])
        return SQLITE.get(name, "database.failed")
    caught = getattr(error, "original_exception", None)  # PyMySQL's, of a connection that could not be made
    if isinstance(caught, socket.gaierror):
        return "database.unknown_host"
    if re.search(rf"(Errcode:|error|erreur) {DISK_FULL}\b", said) and code:
        return "database.full"
    if code == "2013" and said.endswith("(timed out)"):  # only a greeting is waited for so (`_mariadb_options`)
        return "database.unreachable"
    key = next((MEANINGS[c] for c in (code, code[:3], code[:2]) if c and c in MEANINGS and _whole(c, code)), "")
    if key == "database.tls" or isinstance(caught, ssl.SSLError) or not (key or code):
        key = _by_words(said) or key
    return key or "database.failed"


def _by_words(said: str) -> str:
    return next((key for words, key in WORDS if re.search(words, said, re.IGNORECASE)), "")


def _whole(prefix: str, code: str) -> bool:
    """PostgreSQL's codes have classes; MariaDB's numbers count only whole."""
    return prefix == code or (len(code) == 5 and len(prefix) in (2, 3))
