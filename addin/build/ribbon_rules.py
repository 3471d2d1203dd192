"""What Excel finds wrong with a ribbon only on a click, or not at all: found at build time."""

from __future__ import annotations

import re
from collections import Counter
from itertools import permutations
from xml.etree import ElementTree

from addin.build.modules import Module

# The number of arguments that Excel passes to a callback, by attribute; `onAction` depends on the element.
# Source: Microsoft's list of callback signatures for custom UI.
_ARGUMENTS = {"onLoad": 1, "getItemLabel": 3, "getItemID": 3}
_ON_ACTION = {"dropDown": 3, "checkBox": 2, "button": 1}
_CALLBACK = re.compile(r"onLoad|onAction|get[A-Z]\w*")
_PUBLIC_SUB = re.compile(r"^Public Sub (\w+)\(([^)]*)\)", re.MULTILINE)


def ribbon_faults(xml: str, module: Module) -> list[str]:
    """Return a sentence for each fault: ids, key tips, and callbacks of the module with their arguments."""
    root = ElementTree.fromstring(xml)  # noqa: S314 (our own text)
    elements = [element for element in root.iter() if element.get("id")]
    faults = _repeated("id", [element.attrib["id"] for element in elements])
    for element in elements:
        if element.get("idMso"):
            faults.append(f"{element.attrib['id']}: both id and idMso")
    for menu in [element for element in root.iter() if _tag(element) in ("tab", "menu")]:
        faults += _key_tip_faults(menu)
    subs = public_subs(module)
    for element in root.iter():
        for name, value in element.attrib.items():
            if _CALLBACK.fullmatch(name):
                faults += _callback_faults(element, name, value, module.name, subs)
    return faults


def public_subs(module: Module) -> dict[str, int]:
    """Return the public procedures of a module with their number of arguments."""
    return {
        name: len([argument for argument in arguments.split(",") if argument.strip()])
        for name, arguments in _PUBLIC_SUB.findall(module.source)
    }


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _repeated(what: str, values: list[str]) -> list[str]:
    return [f"{what} {value} is used {count} times" for value, count in Counter(values).items() if count > 1]


def _key_tip_faults(menu: ElementTree.Element) -> list[str]:
    """Key tips of one level: each once, and none the beginning of another, which could not be typed."""
    parents = [menu] if _tag(menu) == "menu" else list(menu)
    tips = [child.attrib["keytip"] for parent in parents for child in parent if child.get("keytip")]
    overlaps = [f"keytip {a} begins {b}" for a, b in permutations(set(tips), 2) if b.startswith(a)]
    return _repeated("keytip", tips) + sorted(overlaps)


def _callback_faults(
    element: ElementTree.Element, attribute: str, value: str, module: str, subs: dict[str, int]
) -> list[str]:
    place = f"{element.get('id', _tag(element))}: {attribute}"
    name = value.removeprefix(f"{module}.")
    if name not in subs:
        return [f"{place}: there is no Public Sub {value}"]
    wanted = _ON_ACTION[_tag(element)] if attribute == "onAction" else _ARGUMENTS.get(attribute, 2)
    if subs[name] != wanted:
        return [f"{place}: {value} has {subs[name]} arguments, Excel passes {wanted}"]
    return []
