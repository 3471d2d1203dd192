"""What a cell shows, and how texts are cleaned and compared."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cells import clean, fold, squash, text, tidy
from core.tables import CellError


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (None, ""),
        ("", ""),
        ("0612", "0612"),
        (" NA ", " NA "),
        ("'=x", "'=x"),
        (612345678.0, "612345678"),
        (612345678, "612345678"),
        (12.5, "12.5"),
        (-3.0, "-3"),
        (0.1 + 0.2, "0.3"),
        (123456789012345.0, "123456789012345"),
        (1.23e17, "123000000000000000"),
        (1e300, "1E+300"),
        (float("nan"), "#NUM!"),
        (float("inf"), "#NUM!"),
        (True, "VRAI"),
        (False, "FAUX"),
        (date(1987, 3, 24), "24/03/1987"),
        (datetime(1987, 3, 24), "24/03/1987"),
        (datetime(1987, 3, 24, 10, 5), "24/03/1987 10:05:00"),
        (time(10, 5), "10:05:00"),
        (CellError("#N/A"), "#N/A"),
    ],
)
def test_text_is_what_the_user_sees(cell, shown):
    assert text(cell) == shown


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        (" Durand \u00a0", "Durand"),
        ("\ufeffNom", "Nom"),
        ("\u200bDurand\u200b", "Durand"),
        ("Le  Goff", "Le  Goff"),
        ("Le\u00a0Goff", "Le\u00a0Goff"),
        ("ligne 1\nligne 2\n", "ligne 1\nligne 2"),
        ("\u202f", ""),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
    ],
)
def test_clean_takes_only_the_ends(typed, cleaned):
    assert clean(typed) == cleaned


@pytest.mark.parametrize(
    ("typed", "tidied"), [("06\u00a012  34\u200b56", "06 12 3456"), ("\tx\n", "x"), ("a\u00adb", "ab")]
)
def test_tidy_leaves_single_ordinary_spaces_and_nothing_unseen(typed, tidied):
    assert tidy(typed) == tidied


@pytest.mark.parametrize(
    ("typed", "folded", "squashed"),
    [
        ("Lefèvre-D’Œuvre", "lefevre d oeuvre", "lefevredoeuvre"),
        ("JEAN-PIERRE", "jean pierre", "jeanpierre"),
        ("e\u0301", "e", "e"),
        ("N° de carte", "n de carte", "ndecarte"),
        ("Straße", "strasse", "strasse"),
        ("Łukasz", "lukasz", "lukasz"),
        ("Ελένη", "ελενη", "ελενη"),
        ("  --  ", "", ""),
        ("Tél._1", "tel 1", "tel1"),
    ],
)
def test_fold_forgets_accents_capitals_and_punctuation(typed, folded, squashed):
    assert fold(typed) == folded
    assert squash(typed) == squashed


@given(st.text())
def test_cleaning_and_folding_twice_changes_nothing_more(typed):
    assert clean(clean(typed)) == clean(typed)
    assert tidy(tidy(typed)) == tidy(typed)
    assert fold(fold(typed)) == fold(typed)
