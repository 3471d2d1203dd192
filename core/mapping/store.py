"""Saved mappings: what a person decided for a file, kept for the next file of the same layout.

One TOML file per layout and system, in the user's own folder. It holds headers, fields and the words of lists, never
a customer's data.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

from core.causes import cause_of
from core.cells import squash
from core.errors import InputError
from core.mapping.data import Choices, Mapping
from core.settings import data_folder
from core.tables import Table


def mappings_folder() -> Path:
    """Return where saved mappings are."""
    return data_folder() / "mappings"


def layout_of(headers: Sequence[str]) -> str:
    """Return the mark of a header row: the same for every file of its layout, whatever its spelling of accents."""
    return hashlib.sha256("\n".join(map(squash, headers)).encode()).hexdigest()[:16]


def saved_file(table: Table, system: str) -> Path:
    """Return where the mapping of a layout to a system is kept."""
    return mappings_folder() / f"{system}-{layout_of(table.headers)}.toml"


def save_choices(table: Table, mapping: Mapping) -> Path:
    """Keep what a person decided. Only words of the target's lists are kept, never free values."""
    path = saved_file(table, mapping.profile.id)
    lines = [f"system = {_quoted(mapping.profile.id)}\n"]
    for (name, nth), field in mapping.choices.columns.items():
        lines += ["\n[[columns]]\n", f"header = {_quoted(name)}\nnth = {nth}\nfield = {_quoted(field)}\n"]
    for field, words in mapping.choices.values.items():
        if field in mapping.values:
            lines.append(f"\n[values.{_quoted(field)}]\n")
            lines += [f"{_quoted(word)} = {_quoted(value)}\n" for word, value in words.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines), encoding="utf-8")
    return path


def load_choices(table: Table, system: str) -> Choices | None:
    """Return what was decided for this layout, or None. Raises InputError for a broken file, saying which."""
    path = saved_file(table, system)
    if not path.is_file():
        return None
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        columns = {(c["header"], int(c["nth"])): str(c["field"]) for c in data.get("columns", ())}
        values = {field: {str(w): str(v) for w, v in words.items()} for field, words in data.get("values", {}).items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise InputError("mapping.saved_broken", path=str(path), reason=cause_of(error)) from error
    return Choices(columns, values, saved=True)


def _quoted(text: str) -> str:
    """Write a TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
