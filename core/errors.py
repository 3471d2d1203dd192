"""The exceptions of Carnet: every one carries a text key, so that the edge can say it in the user's language.

CarnetError
├── InputError      a file, sheet or header that cannot be worked on
├── ProfileError    a system's or a source's data file that is broken
├── SettingsError   an option, a setting or a missing secret
├── DatabaseError   the POS database cannot be reached, read or written
├── LoyaltyError    FidelPass cannot be reached, refuses, or answers nonsense
└── Stopped         a push or an undo that waits for the user's decision

A faulty cell is never an exception: see `core.issues`.
"""

from __future__ import annotations

from pathlib import Path


class CarnetError(Exception):
    """Something the user can act on: `key` names its text in `core/texts`, `params` fill it."""

    def __init__(self, key: str, /, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params

    def __str__(self) -> str:
        from core.i18n import tr

        return tr(self.key, "en", **self.params)


class InputError(CarnetError):
    """A file, a sheet or a header that cannot be worked on."""


class ProfileError(CarnetError):
    """A system's or a source's data file that is broken."""


class SettingsError(CarnetError):
    """An option, a setting or a missing secret."""


class DatabaseError(CarnetError):
    """The POS database cannot be reached, read or written."""


class LoyaltyError(CarnetError):
    """FidelPass cannot be reached, refuses, or answers nonsense."""


class Stopped(CarnetError):
    """A push or an undo that does nothing until the user has decided."""


def folder_refused(folder: Path, error: OSError) -> InputError:
    """Return the error of a folder that takes no file, under a name that can be found: never ".", where users are."""
    return InputError("errors.folder_refused", folder=str(folder.absolute()), detail=error.strerror or "")
