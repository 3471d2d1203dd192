"""Commands on the POS database: push, list jobs, show one, take one back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from core import actions
from core.cli.frame import (
    LANG,
    Failure,
    db_option,
    need_db,
    need_system,
    print_json,
    progress,
    read_pairs,
    reading_options,
    run_options,
    say,
    system_option,
    verb,
)
from core.i18n import tr
from core.settings import Settings

if TYPE_CHECKING:
    from core.database import JobReport

OUTCOMES = ("created", "updated", "unchanged", "refused", "not_reached")
