"""Both languages say everything, with the same parameters."""

import re
import string
import tomllib

import pytest

from core.i18n import LANGUAGES, TEXTS, area_texts, no_break, show, tr

AREAS = sorted(p.stem for p in TEXTS.glob("*.toml"))


def fields(text: str) -> set[str]:
    return {name.partition("|")[0] for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("area", AREAS)
def test_texts_are_read_one_by_one_as_the_whole_file_has_them(area):
    whole = tomllib.loads((TEXTS / f"{area}.toml").read_text(encoding="utf-8"))
    read = area_texts(area)
    assert list(read) == list(whole)
    assert read == {name: {**texts, "fr": no_break(texts["fr"])} for name, texts in whole.items()}


@pytest.mark.parametrize("area", AREAS)
def test_every_text_exists_in_both_languages_with_the_same_parameters(area):
    for name, texts in area_texts(area).items():
        assert set(texts) == set(LANGUAGES), f"{area}.{name}"
        assert fields(texts["fr"]) == fields(texts["en"]), f"{area}.{name}"


@pytest.mark.parametrize("area", AREAS)
def test_french_typography_puts_a_no_break_space_before_double_signs(area):
    for name, texts in area_texts(area).items():
        for sign in (" ; ", " ? ", " ! ", "« ", " »", " : "):
            assert sign not in texts["fr"], f"{area}.{name}: ordinary space in {sign!r}: {texts['fr']!r}"


NO_COUNTS = {
    "card", "customer", "encoding", "field", "file", "first", "job", "line", "number", "own", "path", "port",
    "proposal", "sale", "shown", "system", "value", "who",
}  # fmt: skip
"""Parameters that stand before a word without counting it; `shown` is always several."""
INVARIABLE = {"remis", "s", "sans"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_what_is_counted_agrees_with_its_number(area, lang):
    """No "1 lignes", no "1 row(s)": after a number the word is `{count|ligne|lignes}`."""
    for name, texts in area_texts(area).items():
        assert "(s)" not in texts[lang], f"{area}.{name}"
        for counted, word in re.findall(
            r"\{(\w+)\}[ \u00a0\u202f](?:autres |more |lignes )?([^\W\d_]+[sx])\b", texts[lang]
        ):
            assert counted in NO_COUNTS or word in INVARIABLE, f"{area}.{name}: {{{counted}}} {word}"


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [
        (1234567, "1\u202f234\u202f567", "1,234,567"),
        (True, "oui", "yes"),
        (["a", 1000], "a, 1\u202f000", "a, 1,000"),
        ("=x", "=x", "=x"),
    ],
)
def test_values_are_written_as_each_language_does(value, fr, en):
    assert show(value, "fr") == fr
    assert show(value, "en") == en


def test_an_unknown_key_is_a_bug():
    with pytest.raises(KeyError):
        tr("errors.no_such_text", "fr")
