"""Profiles: what Carnet knows of a system's import, read from one TOML file each. A new system is a new file."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from core.causes import cause_of
from core.errors import ProfileError
from core.profiles.data import Choice, Field, Option, Profile, Words
from core.profiles.reader import ProfileReader

__all__ = [
    "SHIPPED",
    "Choice",
    "Field",
    "Option",
    "Profile",
    "Words",
    "code_words",
    "load_system",
    "profile_files",
    "read_profile",
]

SHIPPED = Path(__file__).parents[2] / "templates" / "systems"


def profile_files(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Return the file of every known system by id; a later folder (the user's own) wins over the shipped one."""
    return {p.stem: p for folder in (SHIPPED, *folders) for p in sorted(folder.glob("*.toml"))}


def load_system(name: str, folders: Iterable[Path] = ()) -> Profile:
    """Return the profile of the system `name` (its id; case, spaces and hyphens do not matter).

    Raises ProfileError for an unknown system (saying which exist, and the nearest) or a broken file.
    """
    files = profile_files(folders)
    wanted = re.sub(r"[\s_-]+", "-", name.strip().lower())
    if wanted in files:
        return read_profile(files[wanted])
    near = difflib.get_close_matches(wanted, files, n=1, cutoff=0.5)
    key = "profiles.unknown_system_near" if near else "profiles.unknown_system"
    raise ProfileError(key, name=name, known=sorted(files), near=near[0] if near else "")


@cache
def code_words(key: str) -> frozenset[str]:
    """Return Carnet's own words for a field's choices in the shipped systems, which no system's file ever holds."""
    fields = (read_profile(path).field(key) for path in profile_files().values())
    return frozenset(c.code for field in fields if field for c in field.choices if c.code != c.value)


def read_profile(path: Path) -> Profile:
    """Read one system's TOML file. Raises ProfileError with the file, the line and the reason."""
    text, data = read_toml(path)
    return ProfileReader(path, text).profile(data)


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """Read a system's or a source's file: its text, and its data. Raises ProfileError with the file and the line."""
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError("profiles.unreadable", path=path.name, reason=cause_of(error)) from error
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        raise ProfileError("profiles.not_toml", path=path.name, line=line) from error
