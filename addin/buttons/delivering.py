"""Button Fichier pour l'éditeur…: the vendor's own files, and the note that says what to do with them."""

from __future__ import annotations

from addin.buttons.checking import context_of
from addin.documents import book_folder, new_folder
from addin.excel import Desk, busy
from addin.sheets import read_open_template
from core import actions
from core.delivery.note import left_out_lines, warnings


def deliver(desk: Desk) -> None:
    """Write the vendor's files and the delivery note into a new folder beside the workbook, and say where."""
    with busy(desk, "ribbon.reading") as step:
        profile, opened = read_open_template(desk)
        context = context_of(desk, profile, opened)
        source = opened.table.path
        folder = new_folder(book_folder(desk), desk.text("ribbon.taken_file", file=source.stem, system=profile.name))
        step("ribbon.writing")
        done = actions.deliver_table(opened.table, folder, context, actions.Packing(), source)
    left = left_out_lines(done.delivery, desk.lang)
    if not done.files:
        desk.say(desk.text("delivery.empty", lines=" ".join(left)), serious=True)
        return
    figures = {"count": done.delivery.count, "files": len(done.files), "note": done.note.name if done.note else ""}
    said = desk.text("ribbon.delivered", system=profile.name, folder=str(folder), **figures)
    desk.say("\n".join([said, "", *(f"– {line}" for line in (*left, *warnings(done.delivery, desk.lang)))]))
