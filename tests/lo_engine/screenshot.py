"""Photograph a workbook in LibreOffice's own window: `python -m tests.lo_engine.screenshot FILE OUT.png`.

A virtual screen (Xvfb) with a small window manager (openbox), real key strokes (xdotool), a real picture
(ImageMagick's import): what the user would see, drop-downs and error boxes included.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lo_engine.office import Office, OfficeOptions, die_with_parent, properties, start

SETTLE_SECONDS = 1.2  # LibreOffice paints some time after it has answered
BARS = ("menubar/menubar", "toolbar/standardbar", "toolbar/formatobjectbar", "statusbar/statusbar")
GIVE_UP_SECONDS = 120  # an unforeseen box at opening would wait for ever


@dataclass(frozen=True)
class Shot:
    """What to photograph.

    sheet, cell: where to stand (None: where the file opens).  dropdown: open the cell's list.
    text: typed into the cell and confirmed with Enter.  size: of the screen.
    crop: an ImageMagick geometry "800x400+0+90".  top_left: the first visible cell.  zoom: in percent.
    bare: the sheet and its tabs alone, without menu, bars and page breaks.  hidden: columns not to show.
    """

    file: Path
    sheet: str | None = None
    cell: str | None = None
    dropdown: bool = False
    text: str | None = None
    size: str = "1400x900"
    crop: str | None = None
    top_left: str | None = None
    zoom: int = 100
    bare: bool = False
    hidden: tuple[str, ...] = ()
    locale: str = "fr-FR"


@contextlib.contextmanager
def virtual_screen(size: str = "1400x900") -> Iterator[str]:
    """Run an X server with a window manager; yield its display name, for example ":1"."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "preexec_fn": die_with_parent}
    server = subprocess.Popen(command, pass_fds=[writer], **quiet)
    os.close(writer)
    with os.fdopen(reader) as numbers:
        display = f":{numbers.readline().strip()}"
    desk = subprocess.Popen(["openbox"], env=_environment(display), **quiet)
    try:
        yield display
    finally:
        for process in (desk, server):
            process.terminate()
            process.wait(timeout=10)


def take(shot: Shot, picture: Path) -> None:
    """Open a copy of the workbook, act as asked and write the PNG.

    The copy keeps the user's file unchanged, and a left-over lock file from raising a question.
    """
    with virtual_screen(shot.size) as display, tempfile.TemporaryDirectory() as folder:
        office = start(OfficeOptions(display=display, locale=shot.locale))
        watchdog = threading.Timer(GIVE_UP_SECONDS, office.kill)
        watchdog.start()
        try:
            document = office.load(Path(shutil.copy(shot.file, folder)))
            _show(office, document, shot)
            time.sleep(SETTLE_SECONDS)
            if shot.text is not None:
                press(display, "type", shot.text)
                press(display, "key", "Return")
            if shot.dropdown:
                press(display, "key", "alt+Down")
            grab(display, picture, crop=shot.crop)
        finally:
            watchdog.cancel()
            office.kill()  # an open box would refuse a polite end


def press(display: str, *action: str) -> None:
    """Send keys to the window in front: ("key", "alt+Down") or ("type", "some text")."""
    delay = ["--delay", "15"] if action[0] == "type" else []
    subprocess.run(
        ["xdotool", action[0], "--clearmodifiers", *delay, *action[1:]], env=_environment(display), check=True
    )
    time.sleep(SETTLE_SECONDS)


def grab(display: str, picture: Path, *, crop: str | None = None) -> None:
    """Write what the screen shows as a PNG."""
    cut = ["-crop", crop, "+repage"] if crop else []
    command = ["import", "-window", "root", *cut, "-strip", str(picture)]
    subprocess.run(command, env=_environment(display), check=True)


def _show(office: Office, document: Any, shot: Shot) -> None:
    """Fill the screen with the document's window, without side bar, at the wanted cell."""
    controller = document.CurrentController
    frame = controller.Frame
    dispatcher = office.create("com.sun.star.frame.DispatchHelper")
    dispatcher.executeDispatch(frame, ".uno:Sidebar", "", 0, properties(Sidebar=False))
    if shot.bare:
        for bar in BARS:
            frame.LayoutManager.hideElement(f"private:resource/{bar}")
        dispatcher.executeDispatch(frame, ".uno:InputLineVisible", "", 0, properties(InputLineVisible=False))
        controller.ShowPageBreaks = False
    width, height = (int(side) for side in shot.size.split("x"))
    frame.ContainerWindow.setPosSize(0, 0, width, height, 15)
    frame.ContainerWindow.IsMaximized = True
    controller.ZoomType, controller.ZoomValue = 3, shot.zoom
    sheet = document.Sheets.getByName(shot.sheet) if shot.sheet else controller.ActiveSheet
    controller.setActiveSheet(sheet)
    for letters in shot.hidden:
        sheet.Columns.getByName(letters).IsVisible = False
    if shot.cell:
        # as the name box does: a plain select() leaves the hint of the previous cell on the screen
        dispatcher.executeDispatch(frame, ".uno:GoToCell", "", 0, properties(ToPoint=shot.cell))
    if shot.top_left:
        first = sheet.getCellRangeByName(shot.top_left).RangeAddress
        controller.setFirstVisibleColumn(first.StartColumn)
        controller.setFirstVisibleRow(first.StartRow)
    frame.ComponentWindow.setFocus()


def _environment(display: str) -> dict[str, str]:
    return dict(os.environ, DISPLAY=display)


def main() -> None:
    """Read the command line and take one picture."""
    parser = argparse.ArgumentParser(prog="python -m tests.lo_engine.screenshot", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--sheet")
    parser.add_argument("--cell")
    parser.add_argument("--dropdown", action="store_true")
    parser.add_argument("--type", dest="text", metavar="TEXT")
    parser.add_argument("--size", default=Shot.size)
    parser.add_argument("--crop", metavar="WxH+X+Y")
    parser.add_argument("--top-left", metavar="CELL")
    parser.add_argument("--zoom", type=int, default=Shot.zoom)
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--locale", default=Shot.locale)
    asked = vars(parser.parse_args())
    picture = asked.pop("picture")
    take(Shot(**asked), picture)


if __name__ == "__main__":
    main()
