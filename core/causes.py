"""Causes: why a file could not be read or written, in the user's language. The system's own words are English."""

from __future__ import annotations

import errno
import re
import tomllib

from core.i18n import Text

NAMES = {
    "EACCES": "no_right", "EPERM": "no_right", "EROFS": "read_only", "ENOSPC": "full", "EDQUOT": "full",
    "EFBIG": "full", "ENOENT": "missing", "EISDIR": "folder", "ENOTDIR": "not_folder", "EEXIST": "not_folder",
    "ENAMETOOLONG": "long_name", "EBUSY": "busy", "ETXTBSY": "busy", "EIO": "device", "ENODEV": "device",
    "ENXIO": "device", "EHOSTDOWN": "device", "ETIMEDOUT": "device", "ESTALE": "device",
}  # fmt: skip
"""Name of an error of the operating system → `errors.cause_<name>`. Not every system has every number."""
_CAUSES = {number: NAMES[name] for number, name in errno.errorcode.items() if name in NAMES}


def cause_of(error: Exception) -> Text:
    """Return why, to be said inside another text: of the disk, of a text that is not UTF-8, of a faulty TOML line."""
    if isinstance(error, tomllib.TOMLDecodeError):
        at = re.search(r"at line (\d+)", str(error))
        return Text("errors.cause_line", {"line": at[1]}) if at else Text("errors.cause_end")
    if isinstance(error, UnicodeDecodeError):
        return Text("errors.cause_not_utf8")
    if isinstance(error, OSError):
        return Text(f"errors.cause_{_CAUSES.get(error.errno or 0, 'unknown')}")
    return Text("errors.cause_contents")
