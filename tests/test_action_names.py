"""Every verb that `core.actions` promises is there, although its module is imported only when it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from core import actions


@pytest.mark.parametrize("name", actions.__all__)
def test_every_promised_verb_is_given(name):
    """Each name of `__all__` is found in the module that has it."""
    assert getattr(actions, name) is not None


def test_reading_a_file_does_not_load_the_database_verbs():
    """Asking for the check imports neither pushes nor exports."""
    code = "import sys; from core.actions import check_file; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "core.actions.pushes" not in said
    assert "core.actions.checks" in said
