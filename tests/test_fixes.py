"""Repairs of a checked table: what is repaired, what is only proposed, what is left, and all of it undone."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core.checking import check
from core.fixes import Rule, apply_fixes, find_fixes, lost_values, undo_fixes
from core.profiles import load_system
from core.tables import CellError, Table
from tests.corpus.boutique import WORKBOOKS, write_workbook
from tests.corpus.layouts import LAYOUTS
from tests.corpus.sources import write_source
from tests.fixing_corpus import corpus_check, corpus_profile, corpus_table, judge

TODAY = date(2026, 11, 21)
HERE = {"country": "France", "postcode": "44000", "city": "Nantes"}


def sheet(facts=None, **columns):
    """Return a table of these columns; a plain value is a column of one row."""
    cells = {key: value if isinstance(value, list) else [value] for key, value in columns.items()}
    height = len(next(iter(cells.values())))
    return Table(
        Path("essai.xlsx"), "Clients", 1, list(cells), list(range(1, len(cells) + 1)), list(cells.values()),
        list(range(2, height + 2)), facts=facts or {},
    )  # fmt: skip


def fixes(table, **kwargs):
    return find_fixes(check(table, corpus_profile(table.headers), today=TODAY), today=TODAY, **kwargs)


def repaired(table, key, **kwargs):
    """Return the column once repaired."""
    return apply_fixes(table, fixes(table, **kwargs)).columns[table.headers.index(key)]


def proposed(table):
    return [(f.rule.value, f.field, f.after) for f in fixes(table) if not f.certain]


TEXTS = [
    # trims, double spaces, no-break spaces
    ("last_name", "  Durand ", "Durand"),
    ("last_name", "Le  Goff", "Le Goff"),
    ("last_name", "Le\u00a0Goff", "Le Goff"),
    ("address1", "12\true du\u202fPort", "12 rue du Port"),
    ("notes", "Ligne 1\nligne  2 ", "Ligne 1\nligne 2"),
    ("notes", "Dit «\u00a0à bientôt\u00a0»", "Dit «\u00a0à bientôt\u00a0»"),  # typography, on purpose
    ("notes", "Dit\u00a0«\u00a0à\u00a0bientôt\u00a0»", "Dit « à bientôt »"),  # a copy from the web
    # unseen characters, accents apart, letters that look the same
    ("first_name", "Ch\u200bloé", "Chloé"),
    ("first_name", "\ufeffChloé", "Chloé"),
    ("first_name", "Chloe\u0301", "Chloé"),
    ("last_name", "Dur\u0430nd", "Durand"),  # a Cyrillic а
    ("last_name", "Иванов", "Иванов"),
    ("last_name", "Jean\u2011Marie", "Jean-Marie"),
    ("last_name", "O’Neill", "O’Neill"),  # right in a name
    ("email", "o’neill@example.fr", "o'neill@example.fr"),
    ("email", "ｃｈｌｏｅ@example.fr", "chloe@example.fr"),
    ("email", "chl\u043ee@ex\u0430mple.fr ", "chloe@example.fr"),
    ("notes", "\u05d0\u200f", "\u05d0\u200f"),  # a direction mark where the text runs from right to left
    ("notes", "👩\u200d👧", "👩\u200d👧"),
    # accents broken by encodings
    ("last_name", "LefÃ¨vre", "Lefèvre"),
    ("last_name", "ÃŽle", "Île"),
    ("last_name", "LefÃƒÂ¨vre", "Lefèvre"),  # twice
    ("first_name", "FranÃ§ois  ", "François"),
    ("city", "voilÃ\u00a0", "voilà"),
    # codes of web pages
    ("company", "SARL Ben &amp; Fils", "SARL Ben & Fils"),
    ("last_name", "L&eacute;ger", "Léger"),
    ("last_name", "O&#39;Neill", "O'Neill"),
    ("first_name", "Ana&amp;iuml;s", "Anaïs"),  # twice
    ("city", "Saint&nbsp;Malo", "Saint Malo"),
    ("company", "Dupont & Fils; Nantes", "Dupont & Fils; Nantes"),
    ("company", "A&B;C", "A&B;C"),
    ("company", "A &inconnu; B", "A &inconnu; B"),
    ("notes", "&#xD800;", "&#xD800;"),  # no character at all
    ("notes", "PrÈnom", "Prénom"),  # read as a Macintosh text
    ("last_name", "Lef\ufffdvre ", "Lef\ufffdvre "),  # nobody can tell: not even tidied
    ("last_name", "São João", "São João"),
    # what is no customer's text
    ("notes", " #EFFACER", " #EFFACER"),
    ("notes", "=x", "=x"),
    ("notes", "   ", "   "),
    ("notes", None, None),
    ("city", CellError("#N/A"), CellError("#N/A")),
]


@pytest.mark.parametrize(("key", "typed", "right"), TEXTS)
def test_texts_are_cleaned_of_what_nobody_typed(key, typed, right):
    assert repaired(sheet(**{key: typed}), key) == [right]


TYPED = [
    ("mobile", "0612345678", "06 12 34 56 78"),
    ("mobile", "+33 (0)6.12.34.56.78", "06 12 34 56 78"),
    ("mobile", "０６ 12 34 56 78", "06 12 34 56 78"),
    ("mobile", "0032 470 12 34 56", "+32 470 12 34 56"),
    ("mobile", "06 12 34 56 78", "06 12 34 56 78"),
    ("mobile", 612345678.0, "06 12 34 56 78"),
    ("mobile", "612345678", "06 12 34 56 78"),
    ("mobile", "06 12 34 56", "06 12 34 56"),
    ("mobile", "06 12 34 56 78 (bureau)", "06 12 34 56 78 (bureau)"),
    ("mobile", "1,23457E+11", "1,23457E+11"),
    ("mobile", "0000000000", "0000000000"),
    ("postcode", "44 000", "44000"),
    ("postcode", 44000.0, 44000.0),
    ("title", "Monsieur", "M."),
    ("title", "MME", "Mme"),
    ("email_opt_in", True, "Yes"),
    ("title", "M. et Mme", "M. et Mme"),
    ("country", "FR", "France"),
    ("country", "FRANCE", "FRANCE"),
    ("country", "Frnace", "Frnace"),
    ("country", "NA", "NA"),
    ("email_opt_in", "x", "Yes"),
    ("email_opt_in", "peut-être", "peut-être"),
    ("balance", "1 234,50 €", 1234.5),
    ("balance", "1,234", "1,234"),
    ("balance", 12.5, 12.5),
    ("balance", "300", "300"),
    ("balance", "12,50", 12.5),
    ("loyalty_card", "1,23457E+15", "1,23457E+15"),
    ("birth_date", "24 mars 1987", date(1987, 3, 24)),
    ("birth_date", "1987-03-24", date(1987, 3, 24)),
    ("birth_date", "24/03/1987 10:30", "24/03/1987 10:30"),
    ("birth_date", "03/04/1987", "03/04/1987"),
    ("birth_date", "31/02/1987", "31/02/1987"),
    ("birth_date", 31860.0, date(1987, 3, 24)),
    ("birth_date", 45.0, 45.0),  # an age
    ("birth_date", 1987.0, 1987.0),
    ("birth_date", datetime(1987, 3, 24, 10, 30), datetime(1987, 3, 24, 10, 30)),
]


@pytest.mark.parametrize(("key", "typed", "right"), TYPED)
def test_a_value_that_is_understood_gets_the_systems_writing(key, typed, right):
    row = {**HERE, key: typed}
    cell = repaired(sheet(**row), key)[0]
    assert (cell, type(cell)) == (right, type(right))


ZEROS = [
    # postcode, town, country → the postcode once repaired
    ("1000", "Bourg-en-Bresse", "France", "01000"),
    (1000.0, "BOURG EN BRESSE", None, "01000"),
    (1000.0, "Bruxelles", None, 1000.0),
    ("1000", "Bruxelles", "Belgique", "1000"),
    ("7501", "Paris", "France", "7501"),  # 75011 cut short
    ("7500", "Paris", "France", "7500"),  # 07500 exists, and is not Paris
    (6400.0, None, "France", "06400"),  # a number cell of a French row: only a zero can be lost
    ("6400", None, "France", "6400"),
    (6400.0, None, None, 6400.0),
]


@pytest.mark.parametrize(("postcode", "city", "country", "right"), ZEROS)
def test_a_postcodes_zero_comes_back_only_where_the_row_proves_it(postcode, city, country, right):
    assert repaired(sheet(postcode=postcode, city=city, country=country), "postcode") == [right]


def test_a_phones_zero_comes_back_only_where_the_country_is_certain():
    lost = 612345678.0
    assert repaired(sheet(mobile=lost), "mobile") == ["06 12 34 56 78"]  # no address in the sheet: the shop's country
    assert repaired(sheet(mobile=lost, country=None, postcode=None, city=None), "mobile") == [lost]
    assert repaired(sheet(mobile=lost, country=None, postcode="44000", city="Nantes"), "mobile") == ["06 12 34 56 78"]
    assert repaired(sheet(mobile=470123456.0, country="Belgique"), "mobile") == ["+32 470 12 34 56"]
    assert proposed(sheet(mobile=lost, country=None)) == [("zeros", "mobile", "06 12 34 56 78")]


NAMES = {"first_name": ["CHLOÉ", "LUC"], "last_name": ["DE LA TOUR", "petit"], "title": ["Mme", None]}


def test_names_get_french_capitals_and_companies_stay():
    assert repaired(sheet(**NAMES), "last_name") == ["de La Tour", "Petit"]
    assert repaired(sheet(**NAMES), "first_name") == ["Chloé", "Luc"]
    assert repaired(sheet(last_name="BNP PARIBAS", first_name=None), "last_name") == ["BNP PARIBAS"]
    assert proposed(sheet(last_name="BNP PARIBAS", first_name=None)) == [("capitals", "last_name", "Bnp Paribas")]
    assert repaired(sheet(last_name="DURAND", title="Sté"), "last_name") == ["DURAND"]
    assert repaired(sheet(last_name=["NA", "N/A"], first_name=["LUC", "ÈVE"]), "last_name") == ["Na", "N/A"]


def test_family_names_in_capitals_beside_first_names_that_are_not_are_the_sheets_own_way():
    table = sheet(first_name=["Chloé", "Luc", "Ève"], last_name=["LEFÈVRE", "PETIT", "durand"])
    assert repaired(table, "last_name") == ["LEFÈVRE", "PETIT", "Durand"]


def test_dates_are_written_as_their_column_writes_them():
    texts = ["24/03/1987", "01/02/1990", "5 mars 1980", "1987-03-25", 31860.0]
    assert repaired(sheet(birth_date=texts), "birth_date") == [
        "24/03/1987", "01/02/1990", "05/03/1980", "25/03/1987", "24/03/1987",
    ]  # fmt: skip
    real = [date(1987, 3, 24), date(1990, 2, 1), "24/12/1980", None]
    assert repaired(sheet(birth_date=real), "birth_date") == [*real[:2], date(1980, 12, 24), None]


def test_a_month_first_column_becomes_real_dates_which_nobody_can_misread():
    table = sheet(birth_date=["03/24/1987", "03/04/1987"])
    assert repaired(table, "birth_date") == [date(1987, 3, 24), date(1987, 3, 4)]


def test_the_proof_of_an_ambiguous_column_is_never_rewritten():
    mixed = sheet(birth_date=["24/03/1987", "03/24/1987", "03/04/1987", "5 mars 1980"])
    assert repaired(mixed, "birth_date") == ["24/03/1987", "03/24/1987", "03/04/1987", date(1980, 3, 5)]
    assert proposed(sheet(birth_date="03/04/1987")) == [
        ("dates", "birth_date", date(1987, 4, 3)),
        ("dates", "birth_date", date(1987, 3, 4)),
    ]


def test_numbers_of_a_workbook_that_counts_from_1904_are_its_dates():
    table = sheet(birth_date=[31860.0 - 1462], facts={"date_1904": 1})
    (fix,) = fixes(table)
    assert (fix.after, fix.rule, fix.certain) == (date(1987, 3, 24), Rule.DATES_1904, True)


def test_towns_take_the_lists_spelling_and_disagreement_is_only_proposed():
    table = sheet(postcode=["42000", "44000", "01000"], city=["St Etienne", "Nantes", "BOURG EN BRESSE"])
    assert repaired(table, "city") == ["Saint-Étienne", "Nantes", "Bourg-en-Bresse"]
    shouted = sheet(postcode=["42000", "73000"], city=["SAINT-ETIENNE", "CHAMBERY"])
    assert repaired(shouted, "city") == ["SAINT-ETIENNE", "CHAMBERY"]  # the post office's own way of writing
    assert proposed(sheet(postcode="44000", city="Bourg-en-Bresse")) == [
        ("towns", "postcode", "01000"),
        ("towns", "city", "Nantes"),
    ]
    assert proposed(sheet(postcode="59200", city="Tourcoin")) == [("towns", "city", "Tourcoing")]


@pytest.mark.parametrize(
    ("row", "proposals"),
    [
        ({"email": "chloe@gmial.com"}, [("emails", "email", "chloe@gmail.com")]),
        ({"country": "Frnace"}, [("words", "country", "France")]),
        ({**HERE, "mobile": "01 42 34 56 78 poste 3"}, []),
        ({"balance": "1,234"}, [("amounts", "balance", 1.234), ("amounts", "balance", 1234.0)]),
        ({"postcode": "7501", "city": "Paris"}, []),
        ({**HERE, "mobile": "06 12 34 56 78"}, []),
    ],
)
def test_what_a_person_has_to_decide_is_proposed_and_never_applied(row, proposals):
    table = sheet(**row)
    assert proposed(table) == proposals
    assert apply_fixes(table, fixes(table)).columns == table.columns


def test_digits_that_excel_rounded_are_said_to_be_lost():
    table = sheet(loyalty_card=["1,23457E+15", "433724"])
    assert fixes(table) == []
    (lost,) = lost_values(check(table, corpus_profile(table.headers), today=TODAY))
    assert lost.row == 2


def test_one_cell_may_need_several_steps_and_any_rule_can_be_had_alone():
    table = sheet(first_name=["Luc", "Zoé"], last_name=[" LEFÃˆVRE ", "Petit"])
    steps = [(f.rule, f.before, f.after) for f in fixes(table)]
    assert steps == [
        (Rule.MOJIBAKE, " LEFÃˆVRE ", " LEFÈVRE "),
        (Rule.SPACES, " LEFÈVRE ", "LEFÈVRE"),
        (Rule.CAPITALS, "LEFÈVRE", "Lefèvre"),
    ]
    assert repaired(table, "last_name", rules=[Rule.SPACES]) == [" LEFÃˆVRE ", "Petit"]  # never a ruin tidied
    assert repaired(sheet(last_name=" Durand "), "last_name", rules=[Rule.CAPITALS]) == [" Durand "]


def test_undo_leaves_what_somebody_edited_since_and_says_so():
    table = sheet(last_name=[" Durand ", "Le  Goff"])
    found = fixes(table)
    after = apply_fixes(table, found)
    after.columns[0][1] = "Le Gall"
    undone, left = undo_fixes(after, found)
    assert undone.columns == [[" Durand ", "Le Gall"]]
    assert [f.row for f in left] == [3]


def test_a_system_that_writes_phones_with_their_country_is_served_so():
    table = sheet(country=["France", None], mobile=["0612345678", "0470123456"])
    profile = dataclasses.replace(corpus_profile(table.headers), phone_style="e164")
    found = find_fixes(check(table, profile, today=TODAY), today=TODAY)
    assert [(f.row, f.after) for f in found] == [(2, "+33612345678")]


FILES = [(layout, write_source) for layout in LAYOUTS] + [(book, write_workbook) for book in WORKBOOKS]


@pytest.fixture(params=FILES, ids=lambda pair: getattr(pair[0], "file", "") or pair[0].layout.file)
def damaged(request, tmp_path):
    """A corpus file: its check and its truth."""
    source, write = request.param
    truth = write(source, tmp_path)
    return corpus_check(corpus_table(tmp_path / truth.file, truth), truth), truth


def test_the_corpus_is_repaired_without_one_wrong_fix(damaged):
    checked, truth = damaged
    verdict = judge(checked, truth, find_fixes(checked, today=TODAY))
    assert verdict.wrong == []
    assert verdict.counts["fix left"] == 0, "fixing twice is fixing once"
    repairable = sum(kind.total() - kind["all"] for name, kind in verdict.by_damage.items() if "asked" not in name)
    assert len(verdict.missed) <= repairable / 100


def test_undoing_every_fix_gives_the_corpus_back_cell_by_cell(damaged):
    checked, _ = damaged
    found = find_fixes(checked, today=TODAY)
    undone, left = undo_fixes(apply_fixes(checked.table, found), found)
    assert left == []
    assert undone.columns == checked.table.columns


CELLS = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.text("0123456789 .+-()/E,", max_size=16),
    st.text("aeéÉÈnd'’- \u00a0\u200bÃ©а", max_size=12),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-(10**16), 10**16).map(float),
    st.booleans(),
    st.dates(date(1, 1, 1), date(2100, 1, 1)),
    st.just(CellError("#N/A")),
)
KEYS = ["title", "first_name", "last_name", "email", "mobile", "postcode", "city", "country", "birth_date",
        "email_opt_in", "balance", "loyalty_card", "notes"]  # fmt: skip


@settings(max_examples=150, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.lists(st.tuples(*[CELLS] * len(KEYS)), min_size=1, max_size=4))
def test_any_junk_is_repaired_once_and_undone_exactly(rows):
    """Fixing twice is fixing once; a value that was understood means the same after; undo gives every cell back."""
    table = sheet(**{key: list(column) for key, column in zip(KEYS, zip(*rows, strict=True), strict=True)})
    profile = corpus_profile(KEYS)
    checked = check(table, profile, today=TODAY)
    found = find_fixes(checked, today=TODAY)
    after = check(apply_fixes(table, found), profile, today=TODAY)
    assert [f for f in find_fixes(after, today=TODAY) if f.certain] == []
    mended = {(f.row, f.field) for f in found if f.rule is Rule.MOJIBAKE}  # what it meant was not what it said
    for key in ("mobile", "country", "email_opt_in", "title", "balance"):
        for row, before, value in zip(table.rows, checked.values[key], after.values[key], strict=True):
            assert before is None or before == value or (row, key) in mended
    undone, left = undo_fixes(after.table, found)
    assert left == []
    assert repr(undone.columns) == repr(table.columns)


@pytest.mark.parametrize("system", ["odeis", "cloud-pos", "le-new-black", "lightspeed"])
def test_every_systems_own_example_needs_no_fix(system):
    profile = load_system(system)
    fields = [f for f in profile.columns() if f.example and not f.read_only]
    table = dataclasses.replace(sheet(**{f.header: f.example for f in fields}), headers=[f.header for f in fields])
    found = find_fixes(check(table, profile, today=TODAY), today=TODAY)
    labels = {f.header for f in fields if f.show_labels}  # the sheet shows words where the example is the file's code
    assert [(f.column, f.before, f.after) for f in found if f.certain and f.column not in labels] == []


def test_a_postcode_is_not_proposed_for_a_town_that_it_cannot_be():
    """1000 in Lausanne is Swiss, although 01000 exists; 1000 in "Bourg en Bres" is a slip of two kinds."""
    assert proposed(sheet(postcode="1000", city="Lausanne")) == []
    assert ("zeros", "postcode", "01000") in proposed(sheet(postcode="1000", city="Bourg en Bress"))
