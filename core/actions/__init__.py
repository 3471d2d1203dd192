"""The verbs, shared by the ribbon and the command line: each wires the layers below and holds no rule of its own."""

from core.actions.checks import CheckedFile, check_file, check_table
from core.actions.context import (
    Context,
    Progress,
    Reading,
    file_hash,
    open_database,
    read_customers,
    run_options,
    system,
    system_folders,
    user_name,
)
from core.actions.exports import (
    Exported,
    Wanted,
    count_selected,
    export_file,
    save_selection,
    saved_selections,
)
from core.actions.gains import FetchedGains, Fetching, card_headers, fidelpass, gain_hours, gains_file, gains_table
from core.actions.pushes import PushChoices, PushedFile, push_file, push_table
from core.actions.templates import make_template

__all__ = [
    "CheckedFile",
    "Context",
    "Exported",
    "FetchedGains",
    "Fetching",
    "Progress",
    "PushChoices",
    "PushedFile",
    "Reading",
    "Wanted",
    "card_headers",
    "check_file",
    "check_table",
    "count_selected",
    "export_file",
    "fidelpass",
    "file_hash",
    "gain_hours",
    "gains_file",
    "gains_table",
    "make_template",
    "open_database",
    "push_file",
    "push_table",
    "read_customers",
    "run_options",
    "save_selection",
    "saved_selections",
    "system",
    "system_folders",
    "user_name",
]
