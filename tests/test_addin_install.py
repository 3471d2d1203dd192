"""The installer on made-up homes: right folders, right configuration, nothing twice, nothing left."""

import subprocess
import sys
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from addin.build import XLAM
from addin.build.runtime import xlwings_folder
from addin.install import Home, Python, current_home, current_python, install, status, uninstall, wanted_files
from core.cli import main
from core.cli.setup import try_excel
from core.errors import SettingsError
from core.i18n import tr

WINDOWS_CONF = ".carnet/carnet.conf"
WINDOWS_XLAM = "AppData/Roaming/Microsoft/Excel/XLSTART/carnet.xlam"
MAC_XLAM = "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel/carnet.xlam"
MAC_CONF = "Library/Containers/com.microsoft.Excel/Data/carnet.conf"
MAC_SCRIPT = "Library/Application Scripts/com.microsoft.Excel/xlwings-0.37.8.applescript"


@pytest.fixture
def windows(tmp_path):
    folder = tmp_path / "Hélène Dupré"
    return Home("win32", folder, folder / "AppData" / "Roaming")


@pytest.fixture
def mac(tmp_path):
    folder = tmp_path / "hélène"
    return Home("darwin", folder, folder)


def below(home, paths):
    return [path.relative_to(home.folder).as_posix() for path in paths]


def test_windows_gets_the_file_and_a_configuration_without_accents(windows):
    python = Python(windows.folder / "AppData/Local/Carnet à moi/python.exe", windows.folder / "carnet")
    assert below(windows, install(windows, python)) == [WINDOWS_XLAM, WINDOWS_CONF]
    assert (windows.folder / WINDOWS_XLAM).read_bytes() == XLAM.read_bytes()
    assert (windows.folder / WINDOWS_CONF).read_bytes().decode("cp1252") == (
        '"INTERPRETER_WIN","%USERPROFILE%\\AppData\\Local\\Carnet à moi\\python.exe"\r\n'
        '"PYTHONPATH","%USERPROFILE%\\carnet"\r\n'
    )


def test_a_program_outside_the_windows_home_is_written_whole():
    home = Home("win32", PureWindowsPath("C:/Users/Hélène"), PureWindowsPath("C:/Users/Hélène/AppData/Roaming"))
    conf = wanted_files(home, Python(PureWindowsPath("D:/Équipe/python.exe")))[1]
    assert conf.content.decode("cp1252") == '"INTERPRETER_WIN","D:\\Équipe\\python.exe"\r\n'


@pytest.mark.parametrize("program", ["D:/100%/python.exe", "D:/Łódź/python.exe"])
def test_a_windows_path_that_excel_cannot_pass_on_is_refused(windows, program):
    with pytest.raises(SettingsError) as refused:
        install(windows, Python(PureWindowsPath(program)))
    assert refused.value.key == "addin.unusable_path"
    assert not windows.folder.exists()


def test_a_mac_gets_the_file_the_configuration_and_both_scripts(mac):
    python = Python(PurePosixPath("/Applications/Carnet à moi/bin/python"))
    assert below(mac, install(mac, python)) == [MAC_XLAM, MAC_CONF, ".carnet/python", MAC_SCRIPT]
    assert (mac.folder / MAC_CONF).read_text("ascii") == '"INTERPRETER_MAC","$HOME/.carnet/python"\n'
    assert (mac.folder / MAC_SCRIPT).read_bytes() == (xlwings_folder() / Path(MAC_SCRIPT).name).read_bytes()


def test_the_mac_launcher_runs_a_python_whose_path_has_spaces_and_quotes(mac, tmp_path):
    folder = tmp_path / "it's à moi"
    folder.mkdir()
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    program.chmod(0o755)
    install(mac, Python(program, tmp_path / "a b"))
    code = "import os, sys; print(os.environ['PYTHONPATH'], sys.argv[1:])"
    # the command as xlwings' script hands it to the shell: the program is not quoted there
    command = f'{mac.folder}/.carnet/python -B -u -W ignore -c "{code}" "--wb=été 2026.xlsx"'
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stdout == f"{tmp_path}/a b ['--wb=été 2026.xlsx']\n"


def test_a_mac_home_with_a_space_is_refused(tmp_path):
    home = Home("darwin", tmp_path / "Jean Paul", tmp_path)
    with pytest.raises(SettingsError) as refused:
        install(home, Python(PurePosixPath("/usr/bin/python3")))
    assert refused.value.key == "addin.unusable_path"


@pytest.mark.parametrize("name", ["windows", "mac"])
def test_installing_twice_changes_nothing_and_repairs_what_changed(name, request):
    home = request.getfixturevalue(name)
    python = Python(home.folder / "python")
    assert {state for _, state in status(home, python)} == {"missing"}
    written = install(home, python)
    assert install(home, python) == []
    assert status(home, python) == [(path, "present") for path in written]
    written[0].write_bytes(b"older")
    assert status(home, python)[0] == (written[0], "different")
    assert install(home, python) == [written[0]]
    assert {state for _, state in status(home, python)} == {"present"}


def test_uninstalling_removes_our_files_and_leaves_the_rest(windows, mac):
    for home, kept in ((windows, []), (mac, [MAC_SCRIPT])):
        python = Python(home.folder / "python")
        written = install(home, python)
        other = written[0].parent / "other.xlam"
        other.write_bytes(b"not ours")
        removed = uninstall(home, python)
        assert below(home, set(written) - set(removed)) == kept
        assert not [path for path in removed if path.exists()]
        assert other.exists()
        assert uninstall(home, python) == []


def test_an_open_excel_is_said_with_what_to_do(windows, monkeypatch):
    def refuse(self, content):
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(SettingsError) as refused:
        install(windows, Python(windows.folder / "python.exe"))
    path = windows.folder / WINDOWS_XLAM
    assert tr(refused.value.key, "fr", **refused.value.params) == (
        f"Le fichier {path} ne peut pas être remplacé. Fermez Excel, puis recommencez."
    )


@pytest.mark.parametrize("action", [install, status, uninstall])
def test_a_system_without_excel_is_told_what_the_command_would_do(tmp_path, action):
    with pytest.raises(SettingsError) as refused:
        action(Home("linux", tmp_path, tmp_path), Python(PurePosixPath("/usr/bin/python3")))
    text = tr(refused.value.key, "fr", **refused.value.params)
    assert text.startswith("Il n'y a pas d'Excel sur ce système (linux).")
    assert str(XLAM) in text
    assert list(tmp_path.iterdir()) == []


def test_the_current_python_is_this_one_and_knows_where_carnet_is():
    assert current_python() == Python(Path(sys.executable), XLAM.parent.parent)
    assert current_home().platform == sys.platform


def test_the_set_up_says_whether_the_tab_is_in_excel_and_how_to_put_it_there(windows, monkeypatch):
    monkeypatch.setattr("addin.install.current_home", lambda: windows)
    assert try_excel("fr") == (True, tr("cli.excel_unset", "fr"), False)
    install(windows, current_python())
    assert try_excel("fr") == (True, "en place.", True)
    (windows.folder / WINDOWS_CONF).unlink()
    ok, said, _ = try_excel("fr")
    assert (ok, "carnet addin install" in said) == (False, True)


def test_the_state_of_each_file_is_said_with_its_path(windows, monkeypatch, capsys):
    monkeypatch.setattr("addin.install.current_home", lambda: windows)
    install(windows, current_python())
    with pytest.raises(SystemExit):
        main(["addin", "status", "--lang", "fr"])
    said = capsys.readouterr().out.splitlines()
    assert said == [f"En place\u00a0: {windows.folder / name}" for name in (WINDOWS_XLAM, WINDOWS_CONF)]
