"""The worksheet functions, read with xlwings' true decorators, which other platforms replace by nothing."""

import json
import re
import subprocess
import sys

import pytest

from addin.build import ADDIN, BuildError
from addin.build.functions import function_module

READ = """
import importlib, json, sys
sys.path[:0] = {path!r}
from addin.build.functions import load_decorators
load_decorators()
found = [f.__xlfunc__ for f in vars(importlib.import_module({module!r})).values() if hasattr(f, "__xlfunc__")]
print(json.dumps([{{"name": f["name"], "doc": f["ret"]["doc"]}} for f in found]))
"""
# What Excel takes for a cell and so never calls: ABC12, R1C1, R, C
CELL = re.compile(r"[A-Z]{1,3}[0-9]+|R[0-9]*(C[0-9]*)?|C[0-9]*", re.IGNORECASE)


def read_functions(module, folder=ADDIN.parent):
    """Return name and docstring of each worksheet function, read in a process of its own."""
    code = READ.format(path=[str(ADDIN.parent), str(folder)], module=module)
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


def faults(functions):
    """Return what would not work in Excel, or would leave its function wizard without words."""
    found = []
    for function in functions:
        name, doc = function["name"], function["doc"].strip().partition("\n\n")[0]
        if CELL.fullmatch(name):
            found.append(f"{name}: Excel reads this name as a cell")
        if doc.startswith("Python function '"):  # what xlwings says for a function without docstring
            found.append(f"{name}: no description")
        if len(doc) > 255:
            found.append(f"{name}: description longer than 255 characters")
    return found


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("@xw.func\ndef f(*, x): ...", "xlwings does not support UDFs with keyword arguments"),
        ("@xw.func\n@xw.arg('y', ndim=2)\ndef f(x): ...", "Invalid argument name 'y'."),
        (
            "@xw.func(async_mode='sometimes')\ndef f(x): ...",
            'The only supported async_mode mode is currently "threading"',
        ),
        ("raise OSError('no base')", "no base"),
    ],
)
def test_what_the_true_decorators_refuse_stops_the_build(tmp_path, source, message):
    (tmp_path / "refused.py").write_text(f"import xlwings as xw\n{source}\n", "utf-8")
    with pytest.raises(BuildError, match=f"^refused: .*{re.escape(message)}"):
        function_module("refused", tmp_path)


def test_names_and_descriptions_are_fit_for_excel(tmp_path):
    source = 'import xlwings as xw\n@xw.func\ndef tva20(x):\n    """Une phrase."""\n@xw.func\ndef rc(x): ...\n'
    (tmp_path / "named.py").write_text(source, "utf-8")
    functions = read_functions("named", tmp_path)
    assert functions[0] == {"name": "tva20", "doc": "Une phrase."}
    assert faults(functions) == [
        "tva20: Excel reads this name as a cell",
        "rc: Excel reads this name as a cell",
        "rc: no description",
    ]


def test_our_functions_are_accepted_and_described():
    if not (ADDIN / "udfs.py").exists():
        pytest.skip("there are no worksheet functions")
    functions = read_functions("addin.udfs")
    assert functions
    assert faults(functions) == []
    module = function_module("addin.udfs", ADDIN.parent)
    for function in functions:
        assert f"Function {function['name']}(" in module.source
        assert f"Attribute {function['name']}.VB_Description = " in module.source
