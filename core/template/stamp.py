"""The stamp: what a hidden sheet of a template says of the template itself."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from importlib.metadata import version

from core.profiles import Field, Profile

STAMP_SHEET = "_carnet"
COLUMN = "column:"
OPTION = "option:"


class Age(StrEnum):
    """How a workbook's stamp stands to the profile that Carnet has now."""

    UNSTAMPED = "unstamped"  # not one of our templates
    OTHER = "other"  # the template of another system
    OLDER = "older"
    CURRENT = "current"
    NEWER = "newer"  # made by a newer Carnet


def stamp(profile: Profile, columns: tuple[Field, ...], lang: str, options: Mapping[str, str]) -> dict[str, str]:
    """Return the stamp: system, version, language, maker, run options, and each header's field and type.

    The headers are there so that a template learnt back as a system keeps its fields' keys.
    """
    return {
        "system": profile.id,
        "version": profile.version,
        "language": lang,
        "made_by": f"Carnet {version('carnet')}",
        "sheet": profile.sheet,
        **{f"{OPTION}{key}": value for key, value in sorted(options.items())},
        **{f"{COLUMN}{f.header}": f"{f.key} {f.type}" for f in columns},
    }


def template_age(stamp: Mapping[str, str], profile: Profile) -> Age:
    """Say whether a template is of this profile's version (`1.10` is newer than `1.9`)."""
    if not stamp.get("system"):
        return Age.UNSTAMPED
    if stamp["system"] != profile.id:
        return Age.OTHER
    made, now = _order(stamp.get("version", "")), _order(profile.version)
    return Age.CURRENT if made == now else Age.OLDER if made < now else Age.NEWER


def _order(version: str) -> list[tuple[int, str]]:
    """Return a version as something that sorts: numbers by size, the rest by letters."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in version.split(".")]
