"""Convert one system's file to another's."""

from __future__ import annotations

from pathlib import Path

from core.actions.context import Context, Reading, read_customers
from core.actions.exports import write_csv
from core.delivery.conversion import Converted, convert
from core.profiles import Profile
from core.pushing.filling import Target


def plan_conversion(
    path: Path, source: Profile, context: Context, out: Path, reading: Reading | None = None
) -> Converted:
    """Read a file of the system `source` and fill the sheet of the context's system; nothing is written yet.

    The cells are those of a workbook for the user, or of the vendor's own file where `out` is a CSV. Raises InputError.
    """
    from core.checking import check

    options = {
        o.key: "yes" for o in source.options if o.type == "flag" and any(f.option == o.key for f in source.fields)
    }
    checked = check(read_customers(path, source, reading), source, options=options)
    lang = "" if out.suffix.lower() == ".csv" else context.lang
    return convert(checked, Target(context.profile, context.profile.columns(context.options), context.options, lang))


def write_conversion(converted: Converted, out: Path, context: Context) -> Path:
    """Write a conversion: a template of the system filled with the customers, or a CSV as the system reads it."""
    from core.template.workbook import plan_template, write_plan

    if out.suffix.lower() == ".csv":
        write_csv(out, [f.header for f in converted.filled.fields], converted.filled.columns, context.profile)
    else:
        write_plan(plan_template(context.profile, context.lang, context.options), out, converted.filled.rows())
    return out
