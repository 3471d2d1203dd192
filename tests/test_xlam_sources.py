"""The sources of the add-in: what Excel would refuse or a stranger could misuse is found at build time."""

import re
from importlib.metadata import version

import pytest

from addin.build import PROJECT_NAME, BuildError
from addin.build.assemble import read_systems
from addin.build.functions import function_module
from addin.build.modules import make_module, read_module
from addin.build.runtime import EDITS, apply_edits, xlwings_folder, xlwings_modules

HEAD = 'Attribute VB_Name = "Ribbon"\n'


def test_a_module_has_the_line_ends_of_windows(tmp_path):
    path = tmp_path / "Ribbon.bas"
    path.write_text(HEAD + "' é€\n\n", "utf-8")
    module = read_module(path)
    assert (module.name, module.kind) == ("Ribbon", "standard")
    assert module.source == 'Attribute VB_Name = "Ribbon"\r\n\' é€\r\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "'\n' ✓ \n", "Ribbon.bas, line 3: '✓' is outside Windows-1252, VBA cannot hold it"),
        (HEAD + "'" * 1024, "Ribbon.bas, line 2: longer than 1023 characters"),
        ("Option Explicit\n", 'Ribbon.bas: no usable name; a module says Attribute VB_Name = "Name"'),
        ('Attribute VB_Name = "_x"\n', 'Ribbon.bas: no usable name; a module says Attribute VB_Name = "Name"'),
        (f'Attribute VB_Name = "{"x" * 32}"\n', 'Ribbon.bas: no usable name; a module says Attribute VB_Name = "Name"'),
    ],
)
def test_what_vba_cannot_hold_is_named_with_file_and_line(text, message):
    with pytest.raises(BuildError, match=f"^{re.escape(message)}$"):
        make_module(text, "Ribbon.bas")


def test_xlwings_module_is_of_the_installed_version_and_bears_our_name():
    runtime, dictionary = xlwings_modules()
    number = version("xlwings")
    assert f'Public Const XLWINGS_VERSION As String = "{number}"' in runtime.source
    assert set(re.findall(r"xlwings\d\d-([\d.]+)\.dll", runtime.source)) == {number}
    assert f'Public Const PROJECT_NAME As String = "{PROJECT_NAME}"' in runtime.source
    assert (dictionary.name, dictionary.kind) == ("Dictionary", "class")
    assert "Copyright (C) 2014-present, Zoomer Analytics LLC." in runtime.source


@pytest.mark.parametrize(
    "way",
    [
        "SheetExists(ActiveWorkbook, PROJECT_NAME",  # a sheet of settings in the workbook on the screen
        "SheetExists(ThisWorkbook, PROJECT_NAME",
        'source = "directory"',  # a file of settings beside it
        "ADD_WORKBOOK_TO_PYTHONPATH",  # its folder on Python's path
        "& ActiveFullName",  # its path in the command, where ";" adds an entry
        "& ActiveWorkbook.FullName &",
        ' -B -c "',  # the current folder on Python's path
        'GetConfig("PYTHONPATH")',  # the same, by an empty setting
        '= ".py"',  # sheets of code
        "xlwings.pro",
    ],
)
def test_no_workbook_chooses_the_python_that_a_click_runs(way):
    original = (xlwings_folder() / "xlwings_custom_addin.bas").read_text("cp1252")
    assert way in original
    assert way not in xlwings_modules()[0].source


def test_every_edit_changes_the_module_and_a_changed_xlwings_stops_the_build():
    original = (xlwings_folder() / "xlwings_custom_addin.bas").read_text("cp1252")
    for edit in EDITS:
        with pytest.raises(BuildError, match=f"0 times instead of {edit.times}: "):
            apply_edits(original.replace(edit.old, "changed"), EDITS)
    with pytest.raises(BuildError, match="2 times instead of 1: PROJECT_NAME"):
        apply_edits(original + EDITS[0].old, EDITS)


def test_systems_are_the_profiles_of_the_templates_by_name(tmp_path):
    (tmp_path / "systems").mkdir()
    (tmp_path / "systems" / "b.toml").write_text('[system]\nid = "odeis"\nname = "Odeis"\n', "utf-8")
    (tmp_path / "systems" / "c.toml").write_text('[system]\nid = "citrus_lime"\nname = "cloud POS"\n', "utf-8")
    (tmp_path / "source.toml").write_text('[source]\nid = "outlook"\n', "utf-8")
    assert read_systems(tmp_path) == [("citrus_lime", "cloud POS"), ("odeis", "Odeis")]


@pytest.mark.parametrize("name", ["o'deis", "Odeis", "", "1a", "a b", 'a"'])
def test_a_system_id_is_a_plain_word_because_it_becomes_part_of_a_command(tmp_path, name):
    (tmp_path / "x.toml").write_text(f"[system]\nid = '''{name}'''\nname = 'X'\n", "utf-8")
    with pytest.raises(BuildError, match=r"^x\.toml: .* is not a plain lower-case id$"):
        read_systems(tmp_path)


FUNCTIONS = '''
import xlwings as xw

@xw.func
@xw.ret(ndim=2)
def telephone(number, country="FR"):
    """Écrit un téléphone « à la française ».

    This paragraph is not for the function wizard.
    """
    return number

@xw.func
def total(*values):
    """Somme "simple"
    de valeurs."""
    return sum(values)

def not_a_function(): ...
'''


def test_worksheet_functions_are_wrapped_by_xlwings_itself_with_their_description(tmp_path):
    (tmp_path / "sample_functions.py").write_text(FUNCTIONS, "utf-8")
    module = function_module("sample_functions", tmp_path)
    assert module.name == "xlwings_udfs"
    assert re.findall(r"^Function .*", module.source.replace("\r\n", "\n"), re.MULTILINE) == [
        "Function telephone(number, Optional country)",
        "Function total(ParamArray values())",
    ]
    assert 'Attribute telephone.VB_Description = "Écrit un téléphone « à la française »."\r\n' in module.source
    assert 'Attribute total.VB_Description = "Somme ""simple"" de valeurs."\r\n' in module.source
    assert (
        'XLPy.CallUDF("sample_functions", "telephone", Array(number, country), Nothing, Application.Caller)'
        in module.source
    )


def test_a_function_that_xlwings_refuses_stops_the_build(tmp_path):
    (tmp_path / "bad_functions.py").write_text("import xlwings as xw\n@xw.func\ndef f(*, x): ...\n", "utf-8")
    with pytest.raises(BuildError, match=r"^bad_functions: .*xlwings does not support UDFs with keyword arguments"):
        function_module("bad_functions", tmp_path)
