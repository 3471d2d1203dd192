"""The architecture, proved: imports go downward only, and outside parts stay where they belong."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS: tuple[tuple[str, ...], ...] = (
    # ground and data
    ("errors", "i18n", "causes", "data"),
    ("fields", "tables", "issues"),
    ("profiles", "checked", "settings", "secrets", "bugs"),
    # pure
    ("cells", "cards", "names", "towns", "added", "coded", "grouping", "joining"),
    ("rules",),
    ("decisions", "exported", "moved", "held", "outcomes", "jobs", "strays", "writing", "selection", "gains"),
    ("duplicates", "checking", "holders"),
    ("mapping", "results", "fixes", "inspection", "pushing", "delivery"),
    # adapters
    ("workbooks", "template", "database", "loyalty"),
    ("mapping.sheet", "mapping.store", "gains.basket_file", "holders.comparison_sheet", "learning"),
    # use cases and edges
    ("actions", "taking"),
    ("demo",),
    ("cli",),
)
"""The packages and modules of core/, lowest first; those of one line may import one another."""

LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
ONLY = {
    "xlwings": ("addin",),
    "sqlalchemy": ("core/database",),
    "alembic": ("core/database",),
    "requests": ("core/loyalty",),
    "flask": ("core/loyalty",),
    "click": ("core/cli",),
}
"""Outside package → the folders that may import it."""


def sources(*folders):
    return [p for folder in folders for p in sorted((ROOT / folder).rglob("*.py"))]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def place(parts):
    """Return the name under which a module of core/ stands in the layers."""
    dotted = ".".join(parts[:2])
    return dotted if dotted in LEVEL else parts[0]


@pytest.mark.parametrize("path", sources("core"), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_downward_only(path):
    parts = path.relative_to(ROOT / "core").with_suffix("").parts
    own = place(parts)
    if own == "__init__":
        return
    assert own in LEVEL, f"core/{own} has no place in the layers"
    for name in imported(path):
        outer, *inner = name.split(".")
        assert outer != "addin" or own == "cli", f"{path.name} imports {name}"
        if outer == "core" and inner and place(inner) in LEVEL and inner[0] != parts[0]:
            assert LEVEL[place(inner)] <= LEVEL[own], f"core/{own} imports {name}, which lies above it"


@pytest.mark.parametrize("package", ONLY)
def test_an_outside_package_is_imported_only_where_it_belongs(package):
    for path in sources("core", "addin"):
        where = path.relative_to(ROOT).as_posix()
        if package in {name.split(".")[0] for name in imported(path)}:
            assert where.startswith(ONLY[package]), f"{where} imports {package}"


def test_every_layer_names_modules_that_exist():
    for name in LEVEL:
        path = ROOT / "core" / name.replace(".", "/")
        assert path.with_suffix(".py").exists() or path.is_dir(), name


def test_files_stay_small():
    """No file of the product passes 400 lines: a reader takes it in at once."""
    assert [p.name for p in sources("core", "addin") if len(p.read_text(encoding="utf-8").splitlines()) > 400] == []
