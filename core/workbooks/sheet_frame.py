"""What surrounds a sheet's rows: column widths before them, conditional formats and input hints after them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from core.workbooks.markup import find_child, under

SIGNATURE = 'N("carnet")=0'
"""Always true; in a rule's formula it says that the rule is ours, in any program that saved the file since."""
PAINT_NAME = "_carnet_paint_"
"""What the defined names start with that a rule written by the add-in calls: it says the same."""
HINT_TITLE = "Carnet"
"""What the titles of our input hints start with: how a later check knows them."""

_AFTER_HINTS = (
    b"hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches "
    b"ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects controls webPublishItems "
    b"tableParts extLst"
).split()
_AFTER_FORMATS = [b"dataValidations", *_AFTER_HINTS]
"""The elements that follow `conditionalFormatting` in a worksheet, in the order of ISO 29500-1, 18.3.1.99."""
_WRAPPER = b"mc:AlternateContent"
"""What newer programs wrap some of them in."""


def set_columns(head: bytes, prefix: bytes, columns: dict[int, str]) -> bytes:
    """Give columns their attributes (`width="12" customWidth="1"`); "" takes a column's own away."""
    p = re.escape(prefix)
    found = re.search(rb"<" + p + rb"cols\b[^>]*(?<!/)>(.*?)</" + p + rb"cols>", head, re.DOTALL)
    spans: list[tuple[int, int, bytes]] = []
    for tag in re.findall(rb"<" + p + rb"col\b([^>]*?)/?>", found[1]) if found else ():
        low, high = (int(re.search(rb"\s" + name + rb"=[\"'](\d+)", tag)[1]) for name in (b"min", b"max"))  # type: ignore[index]
        others = re.sub(rb"\s(?:min|max)=([\"'])\d*\1", b"", tag).strip()
        spans += [(*gap, others) for gap in _gaps(low, high, sorted(columns))]
    spans += [(column, column, attributes.encode()) for column, attributes in columns.items() if attributes]
    cols = b"".join(b'<%bcol min="%d" max="%d" %b/>' % (prefix, *span) for span in sorted(spans))
    if cols:
        cols = b"<%bcols>%b</%bcols>" % (prefix, cols, prefix)
    if found:
        return head[: found.start()] + cols + head[found.end() :]
    at = head.rindex(b"<" + prefix + b"sheetData")
    return head[:at] + cols + head[at:]


def _gaps(low: int, high: int, taken: list[int]) -> list[tuple[int, int]]:
    """Return what is left of a span of columns once the taken ones are out of it."""
    left = []
    for column in taken:
        if low <= column <= high:
            if low < column:
                left.append((low, column - 1))
            low = column + 1
    return [*left, (low, high)] if low <= high else left


def set_rules(tail: bytes, prefix: bytes, formats: list[str], hints: list[str]) -> bytes:
    """Replace our conditional formats and input hints by these; the user's own stay.

    `formats` are whole `conditionalFormatting` elements with `{priority}` to fill, `hints` `dataValidation` elements.
    """
    tail = _without_our_formats(tail, prefix)
    tail = _set_hints(tail, prefix, hints)
    used = [int(found) for found in re.findall(rb"\spriority=[\"'](\d+)", tail)]
    first = max(used, default=0) + 1
    new = b"".join(under(prefix, xml.replace("{priority}", str(first + n))) for n, xml in enumerate(formats))
    at = _place(tail, prefix, _AFTER_FORMATS)
    return tail[:at] + new + tail[at:]


def _without_our_formats(tail: bytes, prefix: bytes) -> bytes:
    p = re.escape(prefix)
    rule = re.compile(rb"<" + p + rb"cfRule\b(?:[^>]*/>|.*?</" + p + rb"cfRule>)", re.DOTALL)
    block = re.compile(rb"<" + p + rb"conditionalFormatting\b[^>]*>.*?</" + p + rb"conditionalFormatting>", re.DOTALL)
    ours = (SIGNATURE.encode(), SIGNATURE.replace('"', "&quot;").encode(), PAINT_NAME.encode())

    def clean(found: re.Match[bytes]) -> bytes:
        if not any(mark in found[0] for mark in ours):
            return found[0]
        kept = rule.sub(lambda one: b"" if any(mark in one[0] for mark in ours) else one[0], found[0])
        return kept if rule.search(kept) else b""

    return block.sub(clean, tail)


def _set_hints(tail: bytes, prefix: bytes, hints: list[str]) -> bytes:
    p = re.escape(prefix)
    one = re.compile(rb"<" + p + rb"dataValidation\b(?:[^>]*/>|.*?</" + p + rb"dataValidation>)", re.DOTALL)
    block = re.search(rb"<" + p + rb"dataValidations\b[^>]*>(.*?)</" + p + rb"dataValidations>", tail, re.DOTALL)
    ours = re.compile(rb"promptTitle=[\"']" + HINT_TITLE.encode())
    kept = [rule for rule in one.findall(block[1]) if not ours.search(rule, 0, rule.index(b">"))] if block else []
    rules = [*kept, *(under(prefix, hint) for hint in hints)]
    new = b""
    if rules:
        opened = re.match(rb"<[^>]*>", block[0]) if block else None
        attributes = re.sub(rb"^<\S*?dataValidations|\scount=\"\d*\"|/?>$", b"", opened[0]) if opened else b""
        new = b'<%bdataValidations%b count="%d">%b</%bdataValidations>' % (
            prefix,
            attributes,
            len(rules),
            b"".join(rules),
            prefix,
        )
    if block:
        return tail[: block.start()] + new + tail[block.end() :]
    at = _place(tail, prefix, _AFTER_HINTS)
    return tail[:at] + new + tail[at:]


def _place(tail: bytes, prefix: bytes, followers: Sequence[bytes]) -> int:
    """Return where an element of the sheet goes that these must follow."""
    at = find_child(tail, {_WRAPPER, *(prefix + name for name in followers)}, level=-1)
    return at if at >= 0 else tail.rindex(b"</" + prefix + b"worksheet")
