"""No file, however odd, broken or hostile, makes inspecting, mapping or learning fail without a word for the user."""

import pytest

from core.errors import CarnetError
from core.i18n import tr
from core.learning.sheet import read_vendor_sheet
from core.profiles import load_system
from core.taking import examine, take
from core.taking.foreign import read_foreign
from tests.corpus.hostile import write_hostile
from tests.mapping_parts import SOURCES


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("hostile")
    write_hostile(made, heavy=False)
    return made


def look(path):
    for sentence in examine(path)[1].sentences:
        assert sentence.say("fr")
        assert sentence.say("en")


def map_it(path):
    table = read_foreign(path, SOURCES)
    taken = take(table, load_system("odeis"), SOURCES)
    assert len(taken.mapping.accounts) == len(table.headers)
    assert len(taken.mapped()) + len(taken.headers) + len(taken.totals) == len(table)


def refusal(verb, path):
    """Return the error that a verb ends with, None when it succeeds."""
    try:
        verb(path)
    except CarnetError as error:
        return error
    return None


@pytest.mark.parametrize("verb", [look, map_it, read_vendor_sheet], ids=["inspect", "map", "learn"])
def test_a_hostile_file_is_read_or_refused_in_words(verb, folder, tmp_path, monkeypatch):
    """Whatever is not a CarnetError is a defect; every refusal is a sentence in both languages."""
    monkeypatch.setenv("CARNET_HOME", str(tmp_path))
    files = [path for path in sorted(folder.iterdir()) if path.is_file()]
    assert len(files) > 50
    for path in files:
        error = refusal(verb, path)
        if error:
            assert tr(error.key, "fr", **error.params)
            assert tr(error.key, "en", **error.params)
