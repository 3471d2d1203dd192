"""Options win over the environment, the environment over the file; secrets stay in the keyring."""

import errno
import os

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from core.actions import run_options
from core.causes import NAMES, cause_of
from core.errors import SettingsError
from core.i18n import LANGUAGES, tr
from core.profiles import load_system, profile_files
from core.secrets import FIDELPASS_ID, database_password, forget_secret, read_secret, save_secret
from core.settings import Settings, load_settings, save_settings, settings_file


@pytest.fixture(autouse=True)
def own_file(tmp_path, monkeypatch):
    monkeypatch.setenv("CARNET_SETTINGS", str(tmp_path / "réglages" / "settings.toml"))


class MemoryKeyring(KeyringBackend):
    """A keyring that lives as long as the test."""

    priority = 1

    def __init__(self):
        self.kept = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError
        del self.kept[service, username]


@pytest.fixture
def use_keyring():
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


@pytest.mark.parametrize(
    ("options", "environment", "file", "expected"),
    [
        ({}, {}, {}, Settings()),
        ({}, {}, {"db": "file.db"}, Settings(db="file.db")),
        ({}, {"CARNET_DB": "env.db"}, {"db": "file.db"}, Settings(db="env.db")),
        ({"db": "option.db"}, {"CARNET_DB": "env.db"}, {"db": "file.db"}, Settings(db="option.db")),
        ({"db": None}, {"CARNET_DB": ""}, {"db": "file.db"}, Settings(db="file.db")),
        (
            {},
            {"CARNET_LANG": "en", "CARNET_FIDELPASS_URL": "https://x.example"},
            {},
            Settings(lang="en", fidelpass_url="https://x.example"),
        ),
    ],
)
def test_the_nearest_source_wins(options, environment, file, expected):
    if file:
        save_settings(file)
    assert load_settings(options, environment) == expected


def test_saved_settings_come_back_as_typed():
    save_settings({"db": 'C:\\Données\\"a" é.db'})
    save_settings({"system": "odeis"})
    assert load_settings({}, {}) == Settings(db='C:\\Données\\"a" é.db', system="odeis")


@pytest.mark.parametrize(
    ("content", "key", "said"),
    [
        ("db = \nlang = 'fr'", "settings.unreadable", "(la ligne 1 n'est pas comprise)"),
        ("lang = 'fr'\ndb = 'é", "settings.unreadable", "(la fin du fichier manque)"),
        ("lang = 'fr' # \xe9", "settings.unreadable", "(ce n'est pas un texte en UTF-8)"),
        ("dbb = 'x'", "settings.unknown_name", "« dbb » est inconnu"),
        ("lang = 'de'", "settings.unknown_language", "« de » n'existe pas"),
    ],
)
def test_a_broken_settings_file_is_said(content, key, said):
    path = settings_file()
    path.parent.mkdir(parents=True)
    path.write_bytes(content.encode("latin-1" if "#" in content else "utf-8"))
    with pytest.raises(SettingsError) as caught:
        load_settings({}, {})
    assert caught.value.key == key
    assert said in tr(caught.value.key, "fr", **caught.value.params).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("number", "fr"),
    [
        (errno.ENOSPC, "il n'y a plus de place sur le disque"),
        (errno.EACCES, "l'accès est refusé, ou un autre programme s'en sert"),
        (errno.EPIPE, "l'ordinateur ne dit pas pourquoi"),
    ],
)
def test_a_reason_of_the_operating_system_is_said_in_the_users_language(number, fr):
    cause = cause_of(OSError(number, os.strerror(number)))
    said = tr("settings.unwritable", "fr", path="r.toml", reason=cause)
    assert f"({fr})" in said
    assert os.strerror(number) not in said
    assert all(tr(f"errors.cause_{name}", lang) for name in set(NAMES.values()) for lang in LANGUAGES)


def test_a_secret_goes_to_the_keyring_and_can_be_forgotten(use_keyring, tmp_path):
    use_keyring(MemoryKeyring())
    save_secret(FIDELPASS_ID, "boutique-7")
    assert read_secret(FIDELPASS_ID) == "boutique-7"
    forget_secret(FIDELPASS_ID)
    forget_secret(FIDELPASS_ID)
    assert read_secret(FIDELPASS_ID) is None
    assert not any("boutique-7" in p.read_text() for p in tmp_path.rglob("*") if p.is_file())


def test_without_a_keyring_the_user_is_told(use_keyring):
    use_keyring(NoKeyring())
    for action in (lambda: read_secret("a"), lambda: save_secret("a", "b"), lambda: forget_secret("a")):
        with pytest.raises(SettingsError) as caught:
            action()
        assert caught.value.key == "settings.no_keyring"


def test_a_file_database_needs_no_password(use_keyring):
    use_keyring(NoKeyring())
    assert database_password("sqlite:///clients.db") is None
    assert database_password("clients.db") is None


def test_the_order_of_dates_is_a_run_option_of_every_system():
    assert Settings(date_order="mdy").run_options == {"date_order": "mdy"}
    assert Settings().run_options == {}
    for name in profile_files():
        assert run_options(load_system(name), {"date_order": "dmy"})["date_order"] == "dmy"
        with pytest.raises(SettingsError) as refused:
            run_options(load_system(name), {"date_order": "ymd"})
        assert refused.value.key == "settings.bad_option"
