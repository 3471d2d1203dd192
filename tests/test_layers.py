"""The architecture, proved: imports go downward only, and heavy or outside parts stay where they belong."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors", "i18n", "data"),
    ("issues", "fields", "tables"),
    ("profile_data", "profile_reader", "profiles", "checked"),
    ("cells", "cards", "names", "towns"),
    ("rules", "added"),
    ("persons", "evidence", "similarity"),
    ("sources", "source_reader"),
    ("telephones", "splitting", "transforms"),
    ("gains", "baskets", "refunds", "gain_columns", "attachments", "holders", "basket_sheet", "comparison"),
    ("headers", "checking", "columns", "duplicates", "blocking", "exported", "decisions", "writing"),
    ("filling", "selection", "doubts", "held", "delivery", "delivery_note", "conversion", "comeback"),
    ("fix_rules", "fix_texts", "fix_names", "fix_writings", "fix_proposals", "fixes"),
    ("mapping_data", "mapping_words", "mapping_looks", "mapping_recipes", "mapping_draft", "mapping_values", "mapping"),
    ("changes", "jobs", "plans", "results", "receipts", "restamping"),
    ("inspection", "profile_writer"),
    ("settings", "bugs", "secrets", "workbooks", "template", "database", "loyalty"),
    ("comparison_sheet", "basket_file", "vcards", "foreign", "mapping_store", "mapping_sheet", "learning_sheet", "learning"),
    ("actions", "taking"),
    ("demo",),
    ("cli",),
)  # fmt: skip
"""The modules of core/, lowest first; modules of one line may import one another."""

LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
ONLY = {
    "xlwings": ("addin",),
    "sqlalchemy": ("core/database",),
    "alembic": ("core/database",),
    "requests": ("core/loyalty",),
}
"""Outside package → the folders that may import it."""


def sources():
    return [p for folder in ("core", "addin") for p in sorted((ROOT / folder).rglob("*.py"))]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def module_of(dotted):
    parts = dotted.split(".")
    return parts[1] if parts[0] == "core" and len(parts) > 1 else None


@pytest.mark.parametrize(
    "path", [p for p in sources() if p.is_relative_to(ROOT / "core")], ids=lambda p: str(p.relative_to(ROOT))
)
def test_imports_go_downward_only(path):
    own = path.relative_to(ROOT / "core").with_suffix("").parts[0]
    if own == "__init__":
        return
    assert own in LEVEL, f"core/{own} has no place in the layers"
    for name in imported(path):
        assert not name.startswith("addin"), f"{path.name} imports {name}"
        other = module_of(name)
        if other in LEVEL and other != own:
            assert LEVEL[other] <= LEVEL[own], f"core/{own} imports core/{other}, which lies above it"


@pytest.mark.parametrize("package", ONLY)
def test_an_outside_package_is_imported_only_where_it_belongs(package):
    for path in sources():
        place = str(path.relative_to(ROOT)).replace("\\", "/")
        if package in {name.split(".")[0] for name in imported(path)}:
            assert place.startswith(ONLY[package]), f"{place} imports {package}"


def test_every_layer_names_modules_that_exist():
    for name in LEVEL:
        assert (ROOT / "core" / f"{name}.py").exists() or (ROOT / "core" / name).is_dir(), name
