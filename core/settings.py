"""Settings: an option of the command wins over the environment, the environment over the settings file.

The file holds no secret: passwords and FidelPass identifiers live in the operating system's keyring (`core.secrets`).
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

from core.causes import cause_of
from core.errors import SettingsError
from core.i18n import LANGUAGES, Language

APP = "carnet"
PRACTICE_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d{1,5}", re.ASCII)
"""The practice sandbox is on this computer, or practice mode is refused."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What every command may need to know."""

    db: str = ""  # URL or file of the POS database
    fidelpass_url: str = ""  # address of the FidelPass service
    lang: Language = "fr"
    system: str = ""  # the shop's system, when the command does not say
    shop: str = "1"  # code of the shop whose customers these are
    gains_hours: str = "4"  # how old the gains in a sheet may be before FidelPass is asked again
    service_percent: str = ""  # the till's quick service under which a % gain is entered
    service_amount: str = ""  # ... and a gain in euros
    date_order: str = ""  # "dmy" or "mdy": how dates are read where nothing in a column says it
    practice: str = ""  # address of the practice sandbox while practice mode is on

    @property
    def run_options(self) -> dict[str, str]:
        """The run options that hold for every system and every file."""
        return {"date_order": self.date_order} if self.date_order else {}


def settings_file() -> Path:
    """Return where the settings file is for this user (`CARNET_SETTINGS` moves it)."""
    import platformdirs

    given = os.environ.get("CARNET_SETTINGS")
    return Path(given) if given else platformdirs.user_config_path(APP, appauthor=False) / "settings.toml"


def data_folder() -> Path:
    """Return the user's own folder: learnt systems, saved mappings, the embedded database (`CARNET_HOME` moves it)."""
    import platformdirs

    given = os.environ.get("CARNET_HOME")
    return Path(given) if given else platformdirs.user_data_path(APP, appauthor=False)


def practice_base() -> Path:
    """Return where the made-up customers of practice mode are."""
    return data_folder() / "practice" / "clients.db"


def load_settings(options: Mapping[str, str | None], environment: Mapping[str, str] | None = None) -> Settings:
    """Merge the command's options, the environment and the settings file, in that order of weight.

    In practice mode the practice base and sandbox take the place of all three, so that nothing real can be touched.
    Raises SettingsError for a settings file that is broken, has an unknown name, or asks for an unknown language.
    """
    env = os.environ if environment is None else environment
    names = [f.name for f in fields(Settings)]
    found = _read_file(settings_file(), names)
    found.update({n: env[f"CARNET_{n.upper()}"] for n in names if env.get(f"CARNET_{n.upper()}")})
    found.update({n: v for n, v in options.items() if n in names and v})
    if found.get("practice"):
        if not PRACTICE_ADDRESS.fullmatch(found["practice"]):
            raise SettingsError("settings.bad_practice", path=str(settings_file()))
        found |= {"db": str(practice_base()), "fidelpass_url": found["practice"], "shop": Settings().shop}
    lang = found.get("lang", "fr")
    if lang not in LANGUAGES:
        raise SettingsError("settings.unknown_language", value=lang, known=list(LANGUAGES))
    return Settings(**{**found, "lang": cast("Language", lang)})


def save_settings(changes: Mapping[str, str]) -> Path:
    """Write these settings beside the ones already in the file, and return the file.

    Raises SettingsError for a value that cannot be right (see `refuse_wrong`), and in practice mode: what is seen
    there is not the shop's, and must not be kept as if it were.
    """
    path = settings_file()
    names = [f.name for f in fields(Settings)]
    refuse_wrong(changes)
    unknown = [name for name in changes if name not in names]
    if unknown:
        raise SettingsError("settings.unknown_name", path=path.name, name=unknown[0], known=names)
    before = _read_file(path, names)
    if before.get("practice") and "practice" not in changes:
        raise SettingsError("settings.in_practice")
    kept: dict[str, Any] = {**before, **changes}
    lines = [f"{name} = {_quoted(str(value))}\n" for name, value in kept.items() if value]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise SettingsError("settings.unwritable", path=str(path), reason=cause_of(error)) from error
    return path


def refuse_wrong(values: Mapping[str, str]) -> None:
    """Raise SettingsError for hours that are no number, or an address of FidelPass that is none.

    It is asked when a setting is saved and when it is used: not whenever a command starts, so that a file that was
    changed by hand can be put right with `carnet settings`.
    """
    hours, url = values.get("gains_hours"), values.get("fidelpass_url")
    if hours and not re.fullmatch(r"\d{1,3}", hours, re.ASCII):
        raise SettingsError("settings.bad_hours", value=hours)
    if url and not re.fullmatch(r"https?://[^\s/?#]+(?:[/?#]\S*)?", url):
        raise SettingsError("settings.bad_url", value=url)


def _read_file(path: Path, names: list[str]) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError("settings.unreadable", path=str(path), reason=cause_of(error)) from error
    unknown = [name for name in data if name not in names]
    if unknown:
        raise SettingsError("settings.unknown_name", path=str(path), name=unknown[0], known=names)
    return {name: str(value) for name, value in data.items()}


def _quoted(text: str) -> str:
    """Write a TOML basic string; JSON's escapes are a subset of TOML's."""
    import json

    return json.dumps(text, ensure_ascii=False)
