"""Values as the command line writes them for people."""

import pytest

from core.cli.deliveries import _written


@pytest.mark.parametrize(("key", "before", "said"), [
    ("credit_limit", "101.5", "101,5"), ("credit_limit", "-0.25", "-0,25"), ("credit_limit", "12 €", "12 €"),
    ("free_code_1", "1.10", "1.10"), ("notes", "101.5", "101.5"),
])  # fmt: skip
def test_an_amount_that_is_lost_is_written_as_the_reader_does(key, before, said):
    assert _written(key, before, "fr") == said
    assert _written(key, before, "en") == before
