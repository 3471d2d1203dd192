"""A template is, part by part, the golden workbook that people have looked at."""

import pytest

from tests.golden_templates import FOLDER, GOLDEN, parts, write


@pytest.mark.parametrize(("system", "lang"), GOLDEN)
def test_a_template_is_its_golden_workbook(tmp_path, system, lang):
    write(system, lang, tmp_path / "t.xlsx")
    made, golden = parts(tmp_path / "t.xlsx"), parts(FOLDER / f"{system}-{lang}.xlsx")
    assert list(made) == list(golden)
    for name, lines in golden.items():
        assert made[name] == lines, name
