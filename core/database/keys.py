"""Keys: what customers are looked up by, and the hashes that name a row.

The normalising is `core.duplicates`'; here are the company's key, which Le New Black matches by, and the lengths that
an index takes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from core.cells import squash
from core.checked import Checked, Value
from core.duplicates import key_columns, keys
from core.duplicates.buyers import BUYER
from core.rules.placeholders import is_placeholder

KEY_COLUMNS = ("account_key", "card_key", "email_key", "mobile_key", "name_key", "company_key")
KeyColumns = Mapping[str, Sequence[str | None]]
"""Search keys by column: the column's name → one key, or None, a row."""

SEPARATOR = "\x1f"
"""Never part of a key: PostgreSQL is given its keys as one text, cut at these."""

LONGEST = 255
"""Characters of an indexed key; a longer one is replaced by its hash."""


def customer_keys(values: Mapping[str, Value]) -> dict[str, str]:
    """Return the search keys of one customer, as they are stored."""
    found = keys(values)
    if BUYER in values and "account_key" in found:  # one account number, of several buyers
        found["account_key"] += f" {values[BUYER]}"
    company = _company_key(values.get("company"), values.get("country"))
    if company:
        found["company_key"] = company
    return {name: stored_key(key) for name, key in found.items()}


def checked_keys(checked: Checked) -> dict[str, list[str | None]]:
    """Return the same by column, for the keys whose fields the sheet has."""
    found = key_columns(checked)
    if "company" in checked.values:
        blank: list[Value] = [None] * len(checked.table)
        countries = checked.values.get("country", blank)
        both = list(zip(checked.values["company"], countries, strict=True))
        known = {pair: _company_key(*pair) if pair[0] else None for pair in set(both)}
        found["company_key"] = [known[pair] for pair in both]
    return {name: _stored_keys(column) for name, column in found.items()}


def sought_keys(found: KeyColumns, values: Mapping[str, Sequence[Value]], match: Sequence[Sequence[str]]) -> KeyColumns:
    """Return the keys that rows are looked up by: all but the company's of a row that names a person.

    Working for one company makes no two people alike, and a large one would have all its staff compared with each
    other; only a system that finds its customers by the company asks for it (`match`).
    """
    companies = found.get("company_key")
    if companies is None or any("company" in fields for fields in match):
        return found
    blank: list[Value] = [None] * len(companies)
    names = [values.get(key, blank) for key in ("last_name", "first_name")]
    known = {name for column in names for name in set(column) if name and not is_placeholder(str(name))}
    rows = zip(companies, *names, strict=True)
    return {**found, "company_key": [None if a in known or b in known else key for key, a, b in rows]}


def _stored_keys(column: list[str | None]) -> list[str | None]:
    """Return a column of keys as an index takes them; most need nothing, which one look at them all tells."""
    texts = list(filter(None, column))
    if max(map(len, texts), default=0) <= LONGEST and "".join(texts).isprintable():
        return [key or None for key in column] if "" in column else column
    return [stored_key(key) if key else None for key in column]


def _company_key(company: Value, country: Value) -> str | None:
    name = squash(str(company)) if company and not is_placeholder(str(company)) else ""
    return f"{name}|{country or ''}" if name else None


def stored_key(key: str) -> str:
    """Return a key as an index takes it. A NUL, which PostgreSQL cannot hold, only matters in a row refused anyway."""
    if len(key) > LONGEST:
        return "#" + digest(key)
    return key.replace("\0", "").replace(SEPARATOR, "") if not key.isprintable() else key


def digest(content: object) -> str:
    """Return a 128-bit hash of JSON-able content, 32 characters."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def person(found: Mapping[str, str | None]) -> str:
    """Return the hash of a row's search keys: what "not the same person" is remembered under."""
    return digest({name: found[name] for name in sorted(found) if found[name]})
