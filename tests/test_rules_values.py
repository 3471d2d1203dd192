"""Amounts, yes/no, lists, loyalty cards, texts, placeholders."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.issues import Code
from core.profiles import load_system
from core.rules.amounts import Limits, infer_decimal, read_amount
from core.rules.loyalty_cards import read_card
from core.rules.placeholders import is_fake_email, is_fake_phone, is_placeholder
from core.rules.texts import card_like, digits_lost, find_damage, mend, odd_places
from core.rules.words import known_words, read_choice, read_flag

ANY = Limits()


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1 234,50", "1234.50"),
        ("1\u202f234,50 €", "1234.50"),
        ("1\u00a0234", "1234"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("1,234,567.8", "1234567.8"),
        ("12,5", "12.5"),
        ("12.50 EUR", "12.50"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("(12,50)", "-12.50"),
        ("12€50", "12.50"),
        ("12 € 50", "12.50"),
        ("-€12", "-12"),
        ("15 %", "15"),
        ("-3", "-3"),
        ("+3", "3"),
        ("\u22123", "-3"),
        ("10 %", "10"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        (19.99, "19.99"),
        (3, "3"),
    ],
)
def test_french_and_english_amounts_are_read_exactly(written, amount):
    assert read_amount(written, ANY) == (Decimal(amount), ())


@pytest.mark.parametrize("written", ["abc", "12,34,56", "1 23,4", "12€50c", "12€5", "12%50", "--3", "1.234,5,6", "½"])
def test_what_is_no_amount_is_refused(written):
    assert read_amount(written, ANY) == (None, ((Code.AMOUNT_INVALID, {}),))


@pytest.mark.parametrize("written", ["1,234", "1.234", "-1,234"])
def test_a_single_sign_before_three_figures_is_a_question(written):
    value, findings = read_amount(written, ANY)
    assert value is None
    assert [c for c, _ in findings] == [Code.AMOUNT_AMBIGUOUS]
    assert abs(findings[0][1]["first"] * 1000) == abs(findings[0][1]["second"]) == 1234


@pytest.mark.parametrize(
    ("column", "sign", "read"),
    [
        (["1,234", "12,50"], ",", "1.234"),
        (["1,234", "12.50"], ".", "1234"),
        (["1,234", "1 000,00"], ",", "1.234"),
        (["1,234", "12.50", "12,50"], "", None),
        (["1,234", 12.5, None], "", None),
    ],
)
def test_the_column_settles_the_sign_or_nothing_does(column, sign, read):
    assert infer_decimal(column) == sign
    value, _ = read_amount("1,234", Limits(decimal=sign))
    assert value == (None if read is None else Decimal(read))


@pytest.mark.parametrize(
    ("written", "reason"), [("-1", "amount_small"), ("101", "amount_great"), ("0", None), ("100", None)]
)
def test_limits_are_kept(written, reason):
    _, findings = read_amount(written, Limits(0, 100))
    assert [params["reason"] for _, params in findings] == ([reason] if reason else [])


@given(st.decimals(-(10**9), 10**9, places=2))
def test_what_is_written_in_french_or_english_is_read_back(amount):
    english = f"{amount:,.2f}"
    french = english.replace(",", " ").replace(".", ",")
    assert read_amount(english, ANY) == (amount, ())
    assert read_amount(french, ANY) == (amount, ())


FLAGS = known_words(load_system("odeis").field("undeliverable").choices)


@pytest.mark.parametrize(
    "written", ["oui", "OUI", "O", "o", "yes", "Y", "vrai", "VRAI", "true", "1", "x", "X", "✓", "☑"]
)
def test_yes_in_many_words(written):
    assert read_flag(written, FLAGS) == (True, ())


@pytest.mark.parametrize("written", ["non", "Non", "N", "no", "faux", "FAUX", "false", "0", "✗", "☐", "désabonné"])
def test_no_in_many_words(written):
    assert read_flag(written, FLAGS) == (False, ())


@pytest.mark.parametrize("written", ["peut-être", "à voir", "2", "oui/non", "non merci oui"])
def test_an_unknown_word_is_neither_yes_nor_no(written):
    assert read_flag(written, FLAGS) == (None, ((Code.FLAG_UNKNOWN, {}),))


TITLE = load_system("odeis").field("title")
TITLES = known_words(TITLE.choices)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("M.", "mr"),
        ("m", "mr"),
        ("MONSIEUR", "mr"),
        ("Mme", "mrs"),
        ("Mme.", "mrs"),
        ("Société", "company"),
        ("Miss", "miss"),
    ],
)
def test_a_value_of_a_list_is_found_by_any_of_its_words(written, code):
    assert read_choice(written, TITLE, TITLES) == (code, ())


@pytest.mark.parametrize(
    ("written", "params"),
    [
        ("M. et Mme", {"reason": "list_allowed", "allowed": "M., Mme, Mlle, Sté"}),
        ("Famille", {"reason": "list_allowed", "allowed": "M., Mme, Mlle, Sté"}),
        ("Monsieu", {"reason": "list_near", "allowed": "M., Mme, Mlle, Sté", "proposal": "M."}),
    ],
)
def test_another_value_is_refused_with_the_list(written, params):
    assert read_choice(written, TITLE, TITLES) == (None, ((Code.NOT_IN_LIST, params),))


def test_a_list_of_bare_codes_is_said_with_its_words():
    field = load_system("le-new-black").field("contact_type")
    _, [(_, params)] = read_choice("9", field, known_words(field.choices))
    assert params["allowed"]["fr"].startswith("1 (Client), 2 (Ancien client), 3 (Prospect)")
    assert params["allowed"]["en"].startswith("1 (Customer), 2 (Former), 3 (Prospect)")


def test_an_open_list_takes_new_values_and_says_so():
    field = next(f for f in load_system("le-new-black").fields if f.open_list and f.type == "choice")
    words = known_words(field.choices)
    assert read_choice("Nouveau rôle", field, words) == ("Nouveau rôle", ((Code.NEW_VALUE, {}),))
    assert read_choice(field.choices[0].value.upper(), field, words)[0] == field.choices[0].code


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("433724", "433724", None),
        ("433 724", "433724", None),
        ("0433724", "0433724", None),
        (433724.0, "433724", None),
        ("4000001234563", "4000001234563", Code.CARD_DOUBTFUL),
        ("12A4567", "12A4567", Code.CARD_DOUBTFUL),
        ("123", "123", Code.CARD_DOUBTFUL),
        ("1,23457E+11", None, Code.DIGITS_LOST),
        ("1.23E+11", None, Code.DIGITS_LOST),
        (1.23457e17, None, Code.DIGITS_LOST),
        ("aucune", None, Code.PLACEHOLDER),
    ],
)
def test_a_card_keeps_its_figures_or_says_they_are_lost(cell, value, code):
    got, findings = read_card(cell)
    assert got == value
    assert [c for c, _ in findings] == ([code] if code else [])


@pytest.mark.parametrize(
    ("value", "damage"),
    [
        ("Lefèvre", ()),
        ("Château d’Œx", ()),
        ("SAINT-ÉTIENNE", ()),
        ("=HYPERLINK(1)", ()),
        ("NA", ()),
        ("LefÃ¨vre", ((Code.MOJIBAKE, {"reason": "mojibake_near", "proposal": "Lefèvre"}),)),
        ("Ã‰lodie", ((Code.MOJIBAKE, {"reason": "mojibake_near", "proposal": "Élodie"}),)),
        ("ÃŽle", ((Code.MOJIBAKE, {"reason": "mojibake_near", "proposal": "Île"}),)),
        ("PrÈnom", ((Code.MOJIBAKE, {"reason": "mojibake_near", "proposal": "Prénom"}),)),
        ("McÉwan", ()),
        ("L\ufffdo", ((Code.MOJIBAKE, {"reason": "mojibake_lost"}),)),
        ("Dupont &amp; Fils", ((Code.ENTITIES, {"proposal": "Dupont & Fils"}),)),
        ("Andr&#233;", ((Code.ENTITIES, {"proposal": "André"}),)),
        ("L&eacute;a", ((Code.ENTITIES, {"proposal": "Léa"}),)),
        ("Dupont & Fils; Lyon", ()),
        ("A&B;", ()),
        ("Du\u200brand", ((Code.INVISIBLE, {"proposal": "Durand"}),)),
        ("aucun", ((Code.PLACEHOLDER, {}),)),
    ],
)
def test_damage_of_a_text_is_named_with_what_it_was(value, damage):
    assert find_damage(value) == damage
    assert odd_places(["Luc", value]) == ([1] if damage or value == "McÉwan" else [])


@pytest.mark.parametrize("value", ["🙂", "❤️", "👍🏻", "👩‍👩‍👧", "★★★", "☎"])
def test_an_emoji_alone_says_something_in_a_note_and_nothing_in_a_name(value):
    assert find_damage(value, note=True) == ()
    assert find_damage(value) == ((Code.PLACEHOLDER, {}),)


def test_nothing_is_mended_that_is_not_broken():
    assert [mend(v) for v in ("Lefèvre", "Ã", "naïve", "crème brûlée", "€ 5")] == [None] * 5


@pytest.mark.parametrize(
    ("value", "nothing"),
    [
        ("aucun", True), ("AUCUNE ", True), ("N/C", True), ("n.c.", True), ("N / A", True), ("néant", True),
        ("Neant", True), ("-", True), ("???", True), ("xxx", True), ("zzzz", True), ("", True), (" ", True),
        ("non-renseigné", True), ("NA", False), ("Na", False), ("Aucuns", False), ("Xavier", False), ("111", False),
        ("x" * 9, True), ("A" * 30, False),
        ("C", False), ("Sanson", False), ("-- VIP --", False), ("日本", False), ("🙂", True),
    ],
)  # fmt: skip
def test_words_for_nothing(value, nothing):
    assert is_placeholder(value) is nothing


@pytest.mark.parametrize(
    ("email", "fake"),
    [("aucun@aucun.fr", True), ("a@a.fr", True), ("noreply@nomail.com", True), ("sans-mail@sans-mail.fr", True),
     ("test@example.fr", False), ("a@example.fr", False), ("non@orange.fr", False), ("jean@no.fr", False)],
)  # fmt: skip
def test_made_up_addresses(email, fake):
    assert is_fake_email(email) is fake


@pytest.mark.parametrize(
    ("number", "fake"),
    [
        ("+33600000000", True),
        ("0600000000", True),
        ("9999999999", True),
        ("+33612345678", False),
        ("+33600000001", False),
    ],
)
def test_made_up_numbers(number, fake):
    assert is_fake_phone(number) is fake


def test_digits_lost_and_bank_cards_in_texts():
    assert [digits_lost(v) for v in ("1,23E+11", "1.5E+3", "12E3", "E+", "C-12")] == [True, True, False, False, False]
    assert card_like("CB 4970 1000 0000 0014")
    assert card_like("4970100000000014")
    assert not card_like("4970100000000015")
    assert not card_like("06 12 34 56 78")
