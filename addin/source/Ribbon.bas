Attribute VB_Name = "Ribbon"
Option Explicit
' The tab "Carnet": its texts, the choices it keeps, and one way to Python.
' Nothing here runs by itself: no event procedure of a workbook, whose very name alarms scanners of macros.

Private Const APP_NAME As String = "Carnet"
Private Const SECTION As String = "Ruban"
' What the command line would take for its own in a workbook's name.
#If Mac Then
    Private Const UNSAFE As String = "$`\|="""
#Else
    Private Const UNSAFE As String = "%="
#End If
Private Tab_ As IRibbonUI

Public Sub Loaded(Ui As IRibbonUI)
    Set Tab_ = Ui
End Sub

Public Sub Click(Control As IRibbonControl)
    If ActiveWorkbook Is Nothing Then
        MsgBox Words("no_workbook", 2), vbInformation, APP_NAME
    ElseIf HasUnsafeName(ActiveWorkbook.Name) Then
        MsgBox Words("unsafe_name", 2), vbExclamation, APP_NAME
    Else
        RunPython "import addin.macros; addin.macros.run('" & Control.Id & "', system='" & ChosenSystem() & _
            "', lang='" & Language() & "', scope='" & Scope() & "')"
    End If
End Sub

' ---- called from Python, for what xlwings lacks
' The path of the file that the user chooses, "" for none. A path that comes this way needs no quotes.
Public Function AskFile(Title As String) As String
    Dim Chosen
    #If Mac Then
        Chosen = Application.GetOpenFilename(, , Title)
    #Else
        Chosen = Application.GetOpenFilename("*.xlsx;*.xlsm;*.xls;*.csv;*.txt;*.vcf,*.xlsx;*.xlsm;*.xls;*.csv;*.txt;*.vcf", , Title)
    #End If
    If VarType(Chosen) = vbString Then AskFile = Chosen
End Function

' A list of cells proposes and no longer refuses, and says what it is for.
Public Sub SetHint(Cells As String, Title As String, Hint As String)
    With ActiveSheet.Range(Cells).Validation
        .ShowError = False
        .InputTitle = Title
        .InputMessage = Hint
    End With
End Sub

' The sheet's filter takes our columns in, or lets them go: sorting through it then moves each result with its row.
' A filter in use stays as it is, for its criteria would be lost.
Public Sub MoveFilterEnd(Was As Long, Becomes As Long)
    Dim Filtered As Range
    With ActiveSheet
        If Not .AutoFilterMode Then Exit Sub
        If .FilterMode Then Exit Sub
        Set Filtered = .AutoFilter.Range
        If Filtered.Column + Filtered.Columns.Count - 1 <> Was Then Exit Sub
        .AutoFilterMode = False
        Filtered.Resize(Filtered.Rows.Count, Becomes - Filtered.Column + 1).AutoFilter
    End With
End Sub

' ---- texts: the sheet "texts" has a row for each control: id, then French and English of each text
Public Sub Label(Control As IRibbonControl, ByRef Result)
    Result = Words(Control.Id, 2)
End Sub

Public Sub Screentip(Control As IRibbonControl, ByRef Result)
    Result = Words(Control.Id, 4)
End Sub

Public Sub Supertip(Control As IRibbonControl, ByRef Result)
    Result = Words(Control.Id, 6)
End Sub

' ---- the system: the sheet "systems" has a row for each: id, name
Public Sub SystemCount(Control As IRibbonControl, ByRef Result)
    Result = RowOf("systems", "") - 1
End Sub

Public Sub SystemId(Control As IRibbonControl, Index As Integer, ByRef Result)
    Result = ThisWorkbook.Worksheets("systems").Cells(Index + 1, 1).Value
End Sub

Public Sub SystemLabel(Control As IRibbonControl, Index As Integer, ByRef Result)
    Result = ThisWorkbook.Worksheets("systems").Cells(Index + 1, 2).Value
End Sub

Public Sub SystemSelected(Control As IRibbonControl, ByRef Result)
    Result = ChosenSystem()
End Sub

Public Sub SystemPicked(Control As IRibbonControl, Id As String, Index As Integer)
    SaveSetting APP_NAME, SECTION, "system", Id
End Sub

' ---- the language, and the rows a button works on
Public Sub LanguageSelected(Control As IRibbonControl, ByRef Result)
    Result = Language()
End Sub

Public Sub LanguagePicked(Control As IRibbonControl, Id As String, Index As Integer)
    SaveSetting APP_NAME, SECTION, "lang", Id
    Redraw
End Sub

Public Sub ScopePressed(Control As IRibbonControl, ByRef Result)
    Result = (Scope() = Control.Id)
End Sub

Public Sub ScopePicked(Control As IRibbonControl, Pressed As Boolean)
    SaveSetting APP_NAME, SECTION, "scope", IIf(Pressed, Control.Id, "all")
    Redraw
End Sub

' Excel forgets Tab_ when somebody stops a macro in the editor: the tab is then redrawn at the next start.
Private Sub Redraw()
    If Not Tab_ Is Nothing Then Tab_.Invalidate
End Sub

' A kept choice is a word of a list here, whatever the registry says, because it becomes part of a command.
Private Function Language() As String
    Language = IIf(GetSetting(APP_NAME, SECTION, "lang", "fr") = "en", "en", "fr")
End Function

Private Function Scope() As String
    Scope = GetSetting(APP_NAME, SECTION, "scope", "all")
    If Scope <> "selected" And Scope <> "visible" Then Scope = "all"
End Function

Private Function ChosenSystem() As String
    Dim Row As Long
    Row = RowOf("systems", GetSetting(APP_NAME, SECTION, "system", ""))
    ChosenSystem = ThisWorkbook.Worksheets("systems").Cells(Row, 1).Value
    If ChosenSystem = "" Then ChosenSystem = ThisWorkbook.Worksheets("systems").Cells(1, 1).Value
End Function

Private Function Words(Id As String, Column As Long) As String
    Words = ThisWorkbook.Worksheets("texts").Cells(RowOf("texts", Id), Column + IIf(Language() = "en", 1, 0)).Value
End Function

' The row whose first cell is Id, or the first empty row.
Private Function RowOf(Sheet As String, Id As String) As Long
    RowOf = 1
    With ThisWorkbook.Worksheets(Sheet)
        Do Until .Cells(RowOf, 1).Value = Id Or .Cells(RowOf, 1).Value = ""
            RowOf = RowOf + 1
        Loop
    End With
End Function

Private Function HasUnsafeName(Name As String) As Boolean
    Dim Place As Long
    For Place = 1 To Len(UNSAFE)
        If InStr(Name, Mid$(UNSAFE, Place, 1)) > 0 Then HasUnsafeName = True
    Next
End Function
