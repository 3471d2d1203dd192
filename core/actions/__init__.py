"""The verbs, shared by the ribbon and the command line: each wires the layers below and holds no rule of its own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.actions.checks import CheckedFile, check_file, check_table, proposals
    from core.actions.context import (
        DATE_ORDER,
        DATE_ORDERS,
        Context,
        Progress,
        Reading,
        file_hash,
        open_database,
        read_customers,
        run_options,
        system,
        system_folders,
        table_hash,
        user_name,
    )
    from core.actions.conversions import plan_conversion, write_conversion
    from core.actions.deliveries import (
        Answered,
        AnswerFile,
        Delivered,
        Packing,
        deliver_file,
        deliver_table,
        take_answer,
    )
    from core.actions.exports import (
        Exported,
        Wanted,
        count_selected,
        export_file,
        lost_lines,
        save_selection,
        saved_selections,
    )
    from core.actions.gains import FetchedGains, Fetching, card_headers, fidelpass, gain_hours, gains_file, gains_table
    from core.actions.people import (
        Added,
        add_customer,
        anonymise_customer,
        customer_form,
        customer_row,
        dormant_customers,
        export_numbers,
        find_customers,
        form_options,
        held_data,
        write_held,
    )
    from core.actions.pushes import PushChoices, PushedFile, push_file, push_table
    from core.actions.templates import make_template

_WHERE = {
    "checks": "CheckedFile check_file check_table proposals",
    "context": "DATE_ORDER DATE_ORDERS Context Progress Reading file_hash open_database "
    "read_customers run_options system system_folders table_hash user_name",
    "conversions": "plan_conversion write_conversion",
    "deliveries": "Answered AnswerFile Delivered Packing deliver_file deliver_table take_answer",
    "exports": "Exported Wanted count_selected export_file lost_lines save_selection saved_selections",
    "gains": "FetchedGains Fetching card_headers fidelpass gain_hours gains_file gains_table",
    "people": "Added add_customer anonymise_customer customer_form customer_row "
    "dormant_customers export_numbers find_customers form_options held_data write_held",
    "pushes": "PushChoices PushedFile push_file push_table",
    "templates": "make_template",
}
"""Module → the names it gives. A verb's module is imported when the verb is asked for, because start-up time counts."""

__all__ = [
    "DATE_ORDER",
    "DATE_ORDERS",
    "Added",
    "AnswerFile",
    "Answered",
    "CheckedFile",
    "Context",
    "Delivered",
    "Exported",
    "FetchedGains",
    "Fetching",
    "Packing",
    "Progress",
    "PushChoices",
    "PushedFile",
    "Reading",
    "Wanted",
    "add_customer",
    "anonymise_customer",
    "card_headers",
    "check_file",
    "check_table",
    "count_selected",
    "customer_form",
    "customer_row",
    "deliver_file",
    "deliver_table",
    "dormant_customers",
    "export_file",
    "export_numbers",
    "fidelpass",
    "file_hash",
    "find_customers",
    "form_options",
    "gain_hours",
    "gains_file",
    "gains_table",
    "held_data",
    "lost_lines",
    "make_template",
    "open_database",
    "plan_conversion",
    "proposals",
    "push_file",
    "push_table",
    "read_customers",
    "run_options",
    "save_selection",
    "saved_selections",
    "system",
    "system_folders",
    "table_hash",
    "take_answer",
    "user_name",
    "write_conversion",
    "write_held",
]


def __getattr__(name: str) -> Any:
    """Import a verb when it is first asked for."""
    for module, names in _WHERE.items():
        if name in names.split():
            return getattr(import_module(f"core.actions.{module}"), name)
    raise AttributeError(name)
