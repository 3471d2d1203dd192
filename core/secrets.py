"""Secrets, kept by the operating system's keyring and nowhere else."""

from __future__ import annotations

import re

from core.errors import SettingsError

SERVICE = "carnet"
FIDELPASS_ID = "fidelpass-id"
FIDELPASS_SECRET = "fidelpass-secret"  # noqa: S105 - the name of an entry, not a secret

_OWN_PASSWORD = re.compile(r"[\w+]+://[^:/]*:[^@]*@")
"""The URL of a server with a password, as SQLAlchemy tells one."""


def read_secret(name: str) -> str | None:
    """Return the secret of that name, or None. Raises SettingsError when the machine has no keyring."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, name)
    except KeyringError as error:
        raise SettingsError("settings.no_keyring") from error


def save_secret(name: str, value: str) -> None:
    """Keep a secret. Raises SettingsError when the machine has no keyring."""
    import keyring
    from keyring.errors import KeyringError

    try:
        keyring.set_password(SERVICE, name, value)
    except KeyringError as error:
        raise SettingsError("settings.no_keyring") from error


def forget_secret(name: str) -> None:
    """Remove a secret; one that is not there is already forgotten."""
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        keyring.delete_password(SERVICE, name)
    except PasswordDeleteError:
        return
    except KeyringError as error:
        raise SettingsError("settings.no_keyring") from error


def database_password(url: str) -> str | None:
    """Return the password kept for a server's URL; None for a file and for a URL that has its own."""
    if "://" not in url or url.startswith("sqlite") or _OWN_PASSWORD.match(url):
        return None
    return read_secret(f"db:{url}")
