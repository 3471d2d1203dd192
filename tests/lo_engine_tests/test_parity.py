"""The engine is a subset of xlwings' two desktop engines."""

import ast
import importlib.util
from pathlib import Path

import pytest

import tests.lo_engine


def members(source: Path) -> dict[str, set[str]]:
    """Return, by class, what it really implements: "name", or "name=" for a setter."""
    found: dict[str, set[str]] = {}
    for node in ast.parse(source.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = {name for item in node.body for name in _names(item)}
            for base in node.bases:
                found[node.name] |= found.get(getattr(base, "id", ""), set())
    return found


def _names(item: ast.stmt) -> list[str]:
    if isinstance(item, ast.FunctionDef):
        if any(isinstance(line, ast.Raise) and "NotImplementedError" in ast.dump(line) for line in item.body):
            return []
        setter = any(isinstance(mark, ast.Attribute) and mark.attr == "setter" for mark in item.decorator_list)
        return [item.name + ("=" if setter else "")]
    if isinstance(item, ast.Assign):
        targets = [part for target in item.targets for part in getattr(target, "elts", [target])]
        return [target.id for target in targets if isinstance(target, ast.Name)]
    return []


def engine_members() -> list[tuple[str, str]]:
    """Return (class, member) for every public member of the engine's xlwings classes."""
    sources = sorted(Path(tests.lo_engine.__file__).parent.glob("*.py"))
    trees = [node for source in sources for node in ast.parse(source.read_text(encoding="utf-8")).body]
    classes = [node for node in trees if isinstance(node, ast.ClassDef) and "base_classes" in ast.dump(node)]
    named = [(node.name, name) for node in classes for item in node.body for name in _names(item)]
    return [(kind, name) for kind, name in named if not name.startswith("_") or name == "__contains__"]


def desktop(name: str) -> dict[str, set[str]]:
    spec = importlib.util.find_spec("xlwings")
    assert spec is not None
    return members(Path(str(spec.origin)).with_name(f"_xl{name}.py"))


@pytest.mark.parametrize("platform", ["windows", "mac"])
def test_every_member_exists_on(platform):
    real = desktop(platform)
    ours = set(engine_members()) - {("Range", "uno")}  # LibreOffice's object, which no xlwings code asks for
    missing = {(kind, name) for kind, name in ours if name not in real.get(kind, set())}
    assert missing == set()


def test_the_members_that_only_one_platform_has_are_absent():
    ours = set(engine_members())
    assert ("Sheet", "freeze_panes") not in ours
    assert ("Range", "to_pdf") not in ours
    assert ("Range", "raw_value=") in ours
