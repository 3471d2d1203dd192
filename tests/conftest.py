"""Fixtures for every test: a LibreOffice that plays Excel, and a home of the test's own."""

import pytest

pytest_plugins = ["tests.lo_engine.fixtures", "tests.database_fixtures"]


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch):
    """Keep the tests away from the user's own settings, systems and logs."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("CARNET_HOME", str(home))
    monkeypatch.setenv("CARNET_SETTINGS", str(home / "settings.toml"))
    for name in ("CARNET_DB", "CARNET_LANG", "CARNET_SYSTEM", "CARNET_FIDELPASS_URL", "CARNET_SHOP"):
        monkeypatch.delenv(name, raising=False)
