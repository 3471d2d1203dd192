"""The ribbon, read from `source/ribbon.toml`: its XML and its texts in both languages."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from addin.build import BuildError

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
LANGUAGES = (("fr", "Français"), ("en", "English"))
TEXTS = ("label", "screentip", "supertip")

# Kind of control → element, and the callbacks of `source/Ribbon.bas` that it needs beside its texts.
_ELEMENTS = {"button": "button", "menu": "menu", "systems": "dropDown", "languages": "dropDown", "scope": "checkBox"}
_CALLBACKS: dict[str, dict[str, str]] = {
    "button": {"onAction": "Click"},
    "menu": {},
    "systems": {
        "getItemCount": "SystemCount",
        "getItemID": "SystemId",
        "getItemLabel": "SystemLabel",
        "getSelectedItemID": "SystemSelected",
        "onAction": "SystemPicked",
    },
    "languages": {"getSelectedItemID": "LanguageSelected", "onAction": "LanguagePicked"},
    "scope": {"getPressed": "ScopePressed", "onAction": "ScopePicked"},
}


@dataclass(frozen=True)
class Control:
    """One control of the tab; `texts` are label, screentip and supertip, each (fr, en)."""

    id: str
    kind: str
    texts: tuple[tuple[str, str], ...]
    keytip: str
    image: str = ""
    large: bool = False
    items: tuple[Control, ...] = ()


@dataclass(frozen=True)
class Group:
    """One group of the tab, with its (fr, en) label."""

    id: str
    label: tuple[str, str]
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class Ribbon:
    """The tab: its attributes, its groups, and the messages that the VBA shows by itself."""

    tab: dict[str, str]
    groups: tuple[Group, ...]
    messages: dict[str, tuple[str, str]]

    def controls(self) -> Iterator[Control]:
        """Yield every control, those inside menus after their menu."""
        for group in self.groups:
            for control in group.controls:
                yield control
                yield from control.items

    def buttons(self) -> list[str]:
        """Return the ids of the buttons: the functions that they run."""
        return [control.id for control in self.controls() if control.kind == "button"]


def read_ribbon(path: Path) -> Ribbon:
    """Read the ribbon's description. Raises BuildError naming the control that lacks something."""
    data = tomllib.loads(path.read_text("utf-8"))
    groups = tuple(
        Group(group["id"], _both(group["label"]), tuple(_control(entry) for entry in group["control"]))
        for group in data["group"]
    )
    return Ribbon(data["tab"], groups, {name: _both(text) for name, text in data["messages"].items()})


def _control(entry: dict[str, Any]) -> Control:
    try:
        return Control(
            id=entry["id"],
            kind=entry.get("kind", "button"),
            texts=tuple(_both(entry[text]) for text in TEXTS),
            keytip=entry["keytip"],
            image=entry.get("image", ""),
            large=entry.get("large", False),
            items=tuple(_control(item) for item in entry.get("item", ())),
        )
    except KeyError as error:
        raise BuildError(f"ribbon.toml, control {entry.get('id', '?')}: {error} is missing") from error


def _both(text: dict[str, str]) -> tuple[str, str]:
    return text["fr"], text["en"]


def macro_functions(path: Path) -> set[str]:
    """Return the names that a module defines or imports, without running it; none when it is not there."""
    if not path.exists():
        return set()
    names: set[str] = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            names.update(alias.asname or alias.name for alias in node.names)
    return names


def keep_working(ribbon: Ribbon, functions: set[str]) -> Ribbon:
    """Return the ribbon without the buttons that have no function, nor the menus and groups thus left empty."""

    def works(control: Control) -> bool:
        if control.kind == "menu":
            return any(works(item) for item in control.items)
        return control.kind != "button" or control.id in functions

    groups = []
    for group in ribbon.groups:
        controls = tuple(
            replace(control, items=tuple(filter(works, control.items))) for control in group.controls if works(control)
        )
        if controls:
            groups.append(replace(group, controls=controls))
    return replace(ribbon, groups=tuple(groups))


def ribbon_xml(ribbon: Ribbon) -> str:
    """Return the part `customUI14.xml`."""
    root = ElementTree.Element("customUI", xmlns=NAMESPACE, onLoad="Ribbon.Loaded")
    tabs = ElementTree.SubElement(ElementTree.SubElement(root, "ribbon"), "tabs")
    tab = ElementTree.SubElement(tabs, "tab", ribbon.tab)
    for group in ribbon.groups:
        parent = ElementTree.SubElement(tab, "group", id=group.id, getLabel="Ribbon.Label")
        for control in group.controls:
            _add_control(parent, control)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + ElementTree.tostring(root, "unicode") + "\n"


def _add_control(parent: ElementTree.Element, control: Control) -> None:
    attributes = {"id": control.id, "keytip": control.keytip}
    attributes |= {f"get{text.capitalize()}": f"Ribbon.{text.capitalize()}" for text in TEXTS}
    attributes |= {name: f"Ribbon.{sub}" for name, sub in _CALLBACKS[control.kind].items()}
    if control.image:
        attributes["imageMso"] = control.image
    if control.large:
        attributes["size"] = "large"
    element = ElementTree.SubElement(parent, _ELEMENTS[control.kind], attributes)
    if control.kind == "systems":
        element.set("sizeString", "M" * 14)
    if control.kind == "languages":
        for code, name in LANGUAGES:
            ElementTree.SubElement(element, "item", id=code, label=name)
    for item in control.items:
        _add_control(element, item)


def text_rows(ribbon: Ribbon) -> list[Sequence[str]]:
    """Return the rows of the sheet `texts`: id, then French and English of label, screentip and supertip."""
    rows: list[Sequence[str]] = [(group.id, *group.label) for group in ribbon.groups]
    rows += [(control.id, *sum(control.texts, ())) for control in ribbon.controls()]
    return rows + [(name, *texts) for name, texts in ribbon.messages.items()]
