"""Add the few styles that result columns need to a workbook's styles part; what is there keeps its place and number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.workbooks.markup import under

PAINTS = {"red": ("9C0006", "FFC7CE"), "amber": ("7F6000", "FFEB9C"), "green": ("006100", "C6EFCE")}
"""Colour → ink and ground of what a check paints."""
NAVY = "1F3864"
_AFTER = {  # where a section that is missing goes: before the first of these that exists
    "dxfs": ("tableStyles", "colors", "extLst"),
}


@dataclass(frozen=True, slots=True)
class StyleIds:
    """The numbers of our styles: of cells (header, text, message, decision) and of conditional formats."""

    header: int = 0
    text: int = 0
    message: int = 0
    decision: int = 0
    red: int | None = None
    amber: int | None = None
    green: int | None = None


def add_styles(xml: bytes) -> tuple[bytes, StyleIds]:
    """Return the styles part with our styles in it, and their numbers; the same part when they are there already."""
    styles = Styles(xml)
    name, size = styles.default_font()
    font = styles.ensure(
        "fonts", "font", f'<font><b/><sz val="{size}"/><color rgb="FFFFFFFF"/><name val="{name}"/></font>'
    )
    fill = styles.ensure(
        "fills",
        "fill",
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{NAVY}"/><bgColor indexed="64"/></patternFill></fill>',
    )
    base = '<xf numFmtId="49" fontId="{}" fillId="{}" borderId="0" xfId="0" applyNumberFormat="1" {}'
    header = base.format(font, fill, 'applyFont="1" applyFill="1" ') + _aligned('vertical="center" wrapText="1"')
    text = base.format(0, 0, "") + _aligned('vertical="center"')
    message = base.format(0, 0, "") + _aligned('vertical="center" wrapText="1"')
    unlocked = '<alignment vertical="center"/><protection locked="0"/></xf>'
    decision = base.format(0, 0, f'applyAlignment="1" applyProtection="1">{unlocked}')
    cells = [styles.ensure("cellXfs", "xf", xf) for xf in (header, text, message, decision)]
    paints = [styles.ensure("dxfs", "dxf", _paint(*colours)) for colours in PAINTS.values()]
    return styles.xml, StyleIds(*cells, *paints)


def _aligned(how: str) -> str:
    return f'applyAlignment="1"><alignment {how}/></xf>'


def _paint(ink: str, ground: str) -> str:
    return (
        f'<dxf><font><color rgb="FF{ink}"/></font>'
        f'<fill><patternFill><bgColor rgb="FF{ground}"/></patternFill></fill></dxf>'
    )


class Styles:
    """A styles part under edition."""

    def __init__(self, xml: bytes) -> None:
        self.xml = xml
        found = re.search(rb"<([A-Za-z_][\w.-]*:)?styleSheet\b", xml)
        self.prefix = (found and found[1]) or b""

    def default_font(self) -> tuple[str, str]:
        """Return the name and size of the workbook's own font."""
        first = self._items("fonts", "font")
        first_font = first[0].decode("utf-8", "replace") if first else ""
        name = re.search(r'name val="([^"<&]*)"', first_font)
        size = re.search(r'sz val="([\d.]+)"', first_font)
        return (name[1] if name else "Calibri", size[1] if size else "11")

    def ensure(self, section: str, tag: str, item: str) -> int:
        """Return the number of an item of a section, adding it at the end when it is not there."""
        wanted = under(self.prefix, item)
        items = self._items(section, tag)
        if wanted in items:
            return items.index(wanted)
        p = re.escape(self.prefix)
        name = section.encode()
        opened = re.search(rb"<" + p + name + rb"\b[^>]*>", self.xml)
        count = b'<%b%b count="%d">' % (self.prefix, name, len(items) + 1)
        close = b"</%b%b>" % (self.prefix, name)
        if opened is None:
            at = self._place(section)
            self.xml = self.xml[:at] + count + wanted + close + self.xml[at:]
        elif opened[0].endswith(b"/>"):
            self.xml = self.xml[: opened.start()] + count + wanted + close + self.xml[opened.end() :]
        else:
            head = re.sub(rb'\scount="\d*"', b' count="%d"' % (len(items) + 1), opened[0])
            end = self.xml.index(close, opened.end())
            self.xml = self.xml[: opened.start()] + head + self.xml[opened.end() : end] + wanted + self.xml[end:]
        return len(items)

    def with_format(self, xf: int, number_format: int) -> int:
        """Return the number of the style `xf` with another number format, adding it when it is not there."""
        items = self._items("cellXfs", "xf")
        own = (
            items[xf].decode() if xf < len(items) else '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        )
        head, end = own[: own.index(">")], own[own.index(">") :]
        head = re.sub(r"\s(?:numFmtId|applyNumberFormat|quotePrefix)=([\"'])[^\"']*\1", "", head.removesuffix("/"))
        slash = "/" if own[own.index(">") - 1] == "/" else ""
        added = f'{head.rstrip()} numFmtId="{number_format}" applyNumberFormat="1"{slash}{end}'
        prefix = self.prefix.decode()
        return self.ensure("cellXfs", "xf", added.replace(f"</{prefix}", "</").replace(f"<{prefix}", "<"))

    def number_format(self, xf: int) -> tuple[int, str]:
        """Return the number format of a cell's style: its number, and its code where the workbook defines it."""
        items = self._items("cellXfs", "xf")
        found = re.search(rb"\snumFmtId=[\"'](\d+)", items[xf]) if xf < len(items) else None
        number = int(found[1]) if found else 0
        codes = (item for item in self._items("numFmts", "numFmt") if b'"%d"' % number in item)
        code = re.search(rb"\sformatCode=\"([^\"]*)", next(codes, b""))
        return number, code[1].decode("utf-8", "replace") if code else ""

    def _items(self, section: str, tag: str) -> list[bytes]:
        p, name, item = re.escape(self.prefix), section.encode(), tag.encode()
        inner = re.search(rb"<" + p + name + rb"\b[^>]*(?<!/)>(.*?)</" + p + name + rb">", self.xml, re.DOTALL)
        if inner is None:
            return []
        one = rb"<" + p + item + rb"(?=[\s/>])(?:[^>]*/>|.*?</" + p + item + rb">)"
        return re.findall(one, inner[1], re.DOTALL)

    def _place(self, section: str) -> int:
        for follower in (*_AFTER.get(section, ()), "/styleSheet"):
            slash, name = (b"/", follower[1:]) if follower.startswith("/") else (b"", follower)
            at = self.xml.rfind(b"<" + slash + self.prefix + name.encode())  # the first may be deep in a cell style
            if at >= 0:
                return at
        raise ValueError("styleSheet")
