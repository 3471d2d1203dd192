"""Many texts through one pattern at once: one answer a text, whatever the texts hold."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.rules.lines import as_lines, line_pattern

FORM = r"(a+)b"
TEXTS = st.lists(st.text(st.sampled_from("ab\n\r \x85\u2028é"), max_size=4), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["ab", "x", "aab"], ["a", "", "aa"]),
        (["", "ab", ""], ["", "a", ""]),
        (["ab\n", "ab"], ["", "a"]),
        (["a\nab", "ab\r"], ["", ""]),
    ],
)
def test_each_text_has_its_answer(texts, found):
    assert line_pattern(FORM).findall(as_lines(texts)) == found


@given(TEXTS)
def test_a_line_matches_as_its_text_alone(texts):
    alone = [match[1] if (match := re.fullmatch(FORM, text)) else "" for text in texts]
    assert line_pattern(FORM).findall(as_lines(texts)) == alone
