"""Secrets, kept by the operating system's keyring and nowhere else."""

from __future__ import annotations

from core.errors import SettingsError

SERVICE = "carnet"
FIDELPASS_ID = "fidelpass-id"
FIDELPASS_SECRET = "fidelpass-secret"  # noqa: S105 - the name of an entry, not a secret


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
    """Return the password kept for a database's URL, or None for a file."""
    return read_secret(f"db:{url}") if "://" in url and not url.startswith("sqlite") else None
