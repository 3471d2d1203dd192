"""The ribbon's VBA, run: LibreOffice loads the add-in built with a stand-in for xlwings, and each callback is called.

LibreOffice's VBA has no GetSetting, so the stand-in keeps the choices too. It cannot compile the real xlwings module.
"""

import pytest

from addin.build import XLAM
from addin.build.assemble import assemble, working_ribbon
from addin.build.modules import make_module
from addin.build.package import RIBBON_PART, read_parts
from tests.parts import require

XLWINGS = """Attribute VB_Name = "xlwings"
Option Explicit
Public Command As String
Public Keys(9) As String
Public Values(9) As String

Public Function RunPython(PythonCommand As String)
    Command = PythonCommand
End Function

Private Function Place(Key As String) As Integer
    Do Until Keys(Place) = Key Or Keys(Place) = ""
        Place = Place + 1
    Loop
    Keys(Place) = Key
End Function

Public Function GetSetting(App As String, Section As String, Key As String, Optional Default As String) As String
    GetSetting = Values(Place(App & Section & Key))
    If GetSetting = "" Then GetSetting = Default
End Function

Public Sub SaveSetting(App As String, Section As String, Key As String, Setting As String)
    Values(Place(App & Section & Key)) = Setting
End Sub
"""

CONTROL = """VERSION 1.0 CLASS
BEGIN
  MultiUse = -1  'True
END
Attribute VB_Name = "FakeControl"
Attribute VB_GlobalNameSpace = False
Attribute VB_Creatable = False
Attribute VB_PredeclaredId = False
Attribute VB_Exposed = False
Public Id As String
"""

# What Excel does with the ribbon: calls a callback with a control, and takes the result.
EXCEL = """Attribute VB_Name = "FakeExcel"
Option Explicit

Private Function Control(Id As String) As FakeControl
    Set Control = New FakeControl
    Control.Id = Id
End Function

Public Function Press(Id As String) As String
    xlwings.Command = ""
    Ribbon.Click Control(Id)
    Press = xlwings.Command
End Function

Public Function Text(Kind As String, Id As String) As String
    Dim Result
    Select Case Kind
        Case "label": Ribbon.Label Control(Id), Result
        Case "screentip": Ribbon.Screentip Control(Id), Result
        Case "supertip": Ribbon.Supertip Control(Id), Result
        Case "system": Ribbon.SystemSelected Control(Id), Result
        Case "language": Ribbon.LanguageSelected Control(Id), Result
        Case "pressed": Ribbon.ScopePressed Control(Id), Result
        Case "count": Ribbon.SystemCount Control(Id), Result
    End Select
    Text = CStr(Result)
End Function

Public Function Systems() As String
    Dim Count, Index As Integer, Id, Name
    Ribbon.SystemCount Control("system"), Count
    For Index = 0 To Count - 1
        Ribbon.SystemId Control("system"), Index, Id
        Ribbon.SystemLabel Control("system"), Index, Name
        Systems = Systems & Id & "=" & Name & ";"
    Next
End Function

Public Sub Pick(Id As String, Item As String)
    If Id = "system" Then Ribbon.SystemPicked Control(Id), Item, 0
    If Id = "language" Then Ribbon.LanguagePicked Control(Id), Item, 0
    If Id = "selected" Or Id = "visible" Then Ribbon.ScopePicked Control(Id), Item = "on"
End Sub

Public Sub Tamper(Key As String, Value As String)
    SaveSetting "Carnet", "Ruban", Key, Value
End Sub
"""


@pytest.fixture(scope="module")
def office():
    require("libreoffice")
    from tests.lo_engine.office import OfficeOptions, start

    office = start(OfficeOptions(macros=True))
    yield office
    office.stop()


@pytest.fixture(scope="module")
def content():
    texts = (XLWINGS, "standard"), (CONTROL, "class"), (EXCEL, "standard")
    return assemble([make_module(text, "stand-in", kind) for text, kind in texts])


class Excel:
    """The loaded add-in, by the calls that Excel makes."""

    def __init__(self, document):
        self.document = document

    def call(self, name, *arguments, module="FakeExcel"):
        project = self.document.BasicLibraries.ProjectName
        place = f"vnd.sun.star.script:{project}.{module}.{name}?language=Basic&location=document"
        return self.document.getScriptProvider().getScript(place).invoke(arguments, (), ())[0]


@pytest.fixture
def excel(office, content, tmp_path):
    excel = open_addin(office, tmp_path / "carnet.xlam", content)
    yield excel
    excel.document.close(True)


def open_addin(office, path, content):
    path.write_bytes(content)
    return Excel(office.load(path, FilterName="Calc MS Excel 2007 VBA XML"))


def command(name, system):
    return f"import addin.macros; addin.macros.run('{name}', system='{system}', lang='fr', scope='all')"


def test_a_click_runs_the_function_of_the_button_with_the_choices(excel):
    first = excel.call("Systems").partition("=")[0]
    assert excel.call("Press", "check") == command("check", first)
    assert excel.call("Press", "attach_card") == command("attach_card", first)
    assert '"' not in excel.call("Press", "check")


def test_the_systems_are_those_of_the_sheet_and_the_choice_is_kept(excel):
    assert "odeis=Odeis" in excel.call("Systems")
    assert excel.call("Text", "count", "system") == str(excel.call("Systems").count("="))
    excel.call("Pick", "system", "odeis")
    assert excel.call("Text", "system", "system") == "odeis"
    assert excel.call("Press", "push") == command("push", "odeis")


def test_the_language_changes_every_text_and_the_command(excel):
    for language, column in (("fr", 0), ("en", 1)):
        excel.call("Pick", "language", language)
        assert excel.call("Text", "language", "language") == language
        assert excel.call("Text", "label", "group_check") == ("Contrôle", "Check")[column]
        for control in working_ribbon().controls():
            for kind, text in zip(("label", "screentip", "supertip"), control.texts, strict=True):
                assert excel.call("Text", kind, control.id) == text[column]
        assert f"lang='{language}'" in excel.call("Press", "check")


def test_one_of_the_two_boxes_at_most_is_ticked(excel):
    assert "scope='all'" in excel.call("Press", "check")
    excel.call("Pick", "selected", "on")
    assert "scope='selected'" in excel.call("Press", "check")
    excel.call("Pick", "visible", "on")
    assert "scope='visible'" in excel.call("Press", "check")
    assert [excel.call("Text", "pressed", box) for box in ("selected", "visible")] == ["False", "True"]
    excel.call("Pick", "visible", "off")
    assert "scope='all'" in excel.call("Press", "check")


@pytest.mark.parametrize("key", ["system", "lang", "scope"])
def test_a_kept_choice_never_brings_its_own_words_into_the_command(excel, key):
    usual = excel.call("Press", "check")
    excel.call("Tamper", key, "x'); import os; os.system('calc')#")
    assert excel.call("Press", "check") == usual


def test_a_list_of_cells_proposes_and_says_what_it_is_for(excel):
    cells = excel.document.CurrentController.ActiveSheet.getCellRangeByName("B2:B4")
    rule = cells.Validation
    rule.ShowErrorMessage = True
    cells.Validation = rule
    excel.call("SetHint", "B2:B4", "Décision", "Que faire ?", module="Ribbon")
    rule = cells.Validation
    assert (rule.ShowErrorMessage, rule.InputTitle, rule.InputMessage) == (False, "Décision", "Que faire ?")


def test_the_ribbon_part_of_the_run_is_the_shipped_one(content):
    assert read_parts(content)[RIBBON_PART] == read_parts(XLAM.read_bytes())[RIBBON_PART]


@pytest.mark.parametrize("name", ["100%.xlam", "a=b.xlam"])
def test_a_workbook_name_that_the_command_line_would_change_is_refused(office, content, tmp_path, name):
    excel = open_addin(office, tmp_path / name, content)
    assert excel.call("Press", "check") == ""
    excel.document.close(True)
