"""Group Aide: practice mode, where the same buttons work on made-up people and a made-up FidelPass."""

from __future__ import annotations

from addin.excel import Desk, busy
from core.actions.practice import start_practice, stop_practice


def practice(desk: Desk) -> None:
    """Begin practice mode, or end it where it is on, once the user agrees."""
    if desk.practising:
        if desk.ask(desk.text("ribbon.practice_leave")):
            with busy(desk, "ribbon.working"):
                stop_practice()
            desk.say(desk.text("practice.off"))
    elif desk.ask(desk.text("ribbon.practice_begin")):
        with busy(desk, "ribbon.working"):
            count = start_practice(desk.lang)
        desk.say(desk.text("practice.on", count=count) + "\n\n" + desk.text("ribbon.practice_how"))
