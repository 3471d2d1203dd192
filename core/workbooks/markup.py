"""Small pieces of a sheet's XML: texts that stay texts, references, tags under a prefix."""

from __future__ import annotations

import re
from collections.abc import Collection

from core.tables import column_letters

letters = column_letters
LONGEST_TEXT = 32_767
"""Characters that a cell holds in Excel."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_TAG = re.compile(r"<(/?)(?=[A-Za-z])")
_NODE = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(/?)([\w.:-]+)(?:[^>\"'/]|/(?!>)|\"[^\"]*\"|'[^']*')*(/?)>", re.DOTALL
)


def escape(text: str) -> str:
    """Return a text for an element or a double-quoted attribute, control characters written `_x0007_` as Excel does."""
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    text = _CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return text.encode("utf-8", "replace").decode()


def number(name: bytes | str) -> int:
    """Return a column's number: A → 1, AA → 27."""
    total = 0
    for letter in name if isinstance(name, bytes) else name.encode():
        total = total * 26 + letter - 64
    return total


def under(prefix: bytes, xml: str) -> bytes:
    """Return XML with its tags under a namespace prefix (`x:`), as the file they go into has them."""
    return (_TAG.sub(rf"<\1{prefix.decode()}", xml) if prefix else xml).encode()


def text_cell(reference: str, style: int, text: str) -> str:
    """Return a cell that holds a text: an inline string, so that no text is ever a formula or a number."""
    return f'<c r="{reference}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def find_child(xml: bytes, names: Collection[bytes], level: int) -> int:
    """Return where the first element of one of these names begins at a level of XML, -1 where there is none.

    The level where `xml` begins is 0: its own end tag first, as after a sheet's rows, makes the next elements' -1.
    Elements of the same names deeper down, such as the `extLst` of a data bar, are passed over.
    """
    depth = 0
    for node in _NODE.finditer(xml):
        if node[2] is None:
            continue
        if node[1]:
            depth -= 1
            continue
        if depth == level and node[2] in names:
            return node.start()
        depth += not node[3]
    return -1
