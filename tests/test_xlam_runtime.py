"""The embedded xlwings module, run by pyOpenVBA's interpreter: the command line that a click starts on Windows.

What the interpreter has not (the Windows shell, the file system, the environment) is replaced by the stand-ins below,
on a computer whose user file names the right Python, and where a stranger's workbook lies beside other settings.
"""

import re

import pytest
from pyopenvba.apps.excel import ExcelApplication

from addin.build.runtime import xlwings_folder, xlwings_modules

# Directives and members that the interpreter does not know → what stands in for them.
STAND_INS = {
    '#Const App = "Microsoft Excel"': "'",
    'App = "Microsoft Excel" Then': "VBA7 Then",
    "MAC_OFFICE_VERSION >= 15": "Mac",
    'GetConfig("SHOW CONSOLE", False) = True': "False",
    "= WScript.ExpandEnvironmentStrings(s)": "= s",
    'CreateObject("WScript.Shell")': "Nothing",
    "WScript.Run(": "FakeRun(",
    "Environ(": "FakeEnviron(",
    "Function FileExists(": "Function RealFileExists(",
    "Function GetConfigFromFile(": "Function RealGetConfigFromFile(",
    "& CreateGUID() &": '& "guid" &',
    "Kill LOG_FILE": "",
    "Application.Hwnd": "7",
    "Application.Path": '"C:\\Office"',
    "ThisWorkbook.Path": '"C:\\Start"',
}
COMPUTER = r"""
Public Command As String

Public Function FakeRun(Line As String, Style As Integer, Wait As Boolean) As Long
    Command = Line
End Function

Public Function FakeEnviron(Name As String) As String
    FakeEnviron = "C:\Home"
End Function

Public Function FileExists(Name As String) As Boolean
    FileExists = True
End Function

Public Function GetConfigFromFile(File As String, Name As String, Optional Value As String) As Boolean
    If File = "C:\Home\.carnet\carnet.conf" Then
        If Name = "INTERPRETER_WIN" Then Value = "C:\Python\python.exe": GetConfigFromFile = True
    ElseIf Name = "INTERPRETER_WIN" Or Name = "PYTHONPATH" Then
        Value = "C:\Stranger\file.exe"
        GetConfigFromFile = True
    End If
End Function

Public Function Click(Sheet As String) As String
    Worksheets(1).Name = Sheet
    Range("A1").Value = "INTERPRETER_WIN"
    Range("B1").Value = "C:\Stranger\sheet.exe"
    RunPython "import addin.macros; addin.macros.run('check')"
    Click = Command
End Function
"""
SAFE = (
    'cmd.exe /C C: & cd "C:\\Python" & "C:\\Python\\python.exe" -B -P -c "import xlwings.utils;'
    'xlwings.utils.prepare_sys_path(\\"false;;;;;;C:\\\\Start\\"); '
    "import addin.macros; addin.macros.run('check')\"  "
    '--wb="Book1" --from_xl=1 --app="C:\\Office\\Microsoft Excel" --hwnd="7" 2> "C:\\Home\\xlwings-guid.log" '
)


def click(source, sheet):
    """Return the command line that a click starts when the open workbook has that sheet."""
    for old, new in STAND_INS.items():
        source = source.replace(old, new)
    source = re.sub(r"^(\s*#(?:Else)?If .* Then).*$", r"\1", source.replace("\r\n", "\n"), flags=re.MULTILINE)
    excel = ExcelApplication()
    excel.add_workbook()
    excel.add_module(source.partition("\n")[2], name="xlwings")
    excel.add_module(COMPUTER, name="Computer")
    return excel.run("Click", sheet)


@pytest.mark.parametrize("sheet", ["Clients", "carnet.conf", "code.py"])
def test_a_click_runs_the_users_python_whatever_the_open_workbook_holds(sheet):
    assert click(xlwings_modules()[0].source, sheet) == SAFE


@pytest.mark.parametrize(("sheet", "stranger"), [("carnet.conf", "sheet.exe"), ("Clients", "file.exe")])
def test_without_our_edits_the_workbook_would_choose(sheet, stranger):
    """The control of the test above: the module as xlwings ships it takes the stranger's word."""
    original = (xlwings_folder() / "xlwings_custom_addin.bas").read_text("cp1252").replace('"myaddin"', '"carnet"')
    command = click(original, sheet)
    assert f'"C:\\Stranger\\{stranger}" -B -c' in command
    assert 'prepare_sys_path(\\"true;Book1;' in command
