"""A whole check: rows, severities, messages in both languages, and what is left alone."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from core.checking import check
from core.i18n import LANGUAGES, area_texts
from core.issues import SEVERITY, Code, Severity
from core.profiles import load_system
from core.tables import CellError
from tests.tables import TODAY, check_customers, make_customers, make_table, said


def one(system, key, cell, **others):
    """Return the value and the codes of one cell."""
    checked = check_customers(system, {key: cell, **others})
    return checked.values[key][0], [str(i.code) for i in checked.issues if i.field == key]


@pytest.mark.parametrize(
    ("key", "cell", "value", "codes"),
    [
        ("last_name", "NA", "NA", []),
        ("last_name", "0612", "0612", []),
        ("last_name", "=x", "=x", []),
        ("last_name", "'=x", "'=x", []),
        ("last_name", " Durand ", "Durand", []),
        ("last_name", "Le  Goff", "Le  Goff", []),
        ("last_name", 1789.0, "1789", []),
        ("last_name", True, "VRAI", []),
        ("last_name", "x" * 31, "x" * 31, ["too_long"]),
        ("last_name", CellError("#N/A"), None, ["error_cell"]),
        ("last_name", None, None, ["required"]),
        ("last_name", "  ", None, ["required"]),
        ("title", "Madame", "mrs", []),
        ("title", "M. et Mme", None, ["not_in_list"]),
        ("postcode", 1000.0, "1000", ["postcode_zero_lost"]),
        ("postcode", "01000", "01000", []),
        ("country", "F", "FR", []),
        ("country", None, None, []),
        ("mobile", 612345678.0, "+33612345678", ["phone_zero_lost"]),
        ("mobile", "06 12 34 56 78", "+33612345678", []),
        ("email", "a.example.fr", None, ["email_invalid"]),
        ("birth_date", datetime(1987, 3, 24), date(1987, 3, 24), []),
        ("birth_date", "24/03/1987", date(1987, 3, 24), []),
        ("birth_date", "03/04/1987", None, ["date_ambiguous"]),
        ("loyalty_card", "433 724", "433724", []),
        ("loyalty_card", 433724.0, "433724", []),
        ("loyalty_card", 1.23e17, None, ["digits_lost"]),
        ("undeliverable", "oui", True, []),
        ("undeliverable", False, False, []),
        ("undeliverable", 1.0, True, []),
        ("undeliverable", "peut-être", None, ["flag_unknown"]),
        ("free_code_1", 12.0, "12", []),
        ("free_code_1", "N/C", "N/C", ["placeholder"]),
        ("city", "LefÃ¨vre", "LefÃ¨vre", ["mojibake"]),
        ("city", "#EFFACER", "#EFFACER", []),
        ("mobile", "#EFFACER", "#EFFACER", []),
    ],
)
def test_one_cell_of_odeis(key, cell, value, codes):
    assert one("odeis", key, cell) == (value, codes)


def test_an_emoji_alone_is_a_note_and_no_name():
    assert one("lightspeed", "notes", "🙂") == ("🙂", [])
    assert one("lightspeed", "notes", "N/C") == ("N/C", ["placeholder"])
    assert said(check_customers("odeis", {"last_name": "🙂", "first_name": "Chloé"})) == [
        (2, "last_name", "required_placeholder", "error")
    ]


@pytest.mark.parametrize("word", ["-", "N/A", "aucun", "?", "non renseigné", "xxx"])
def test_a_word_for_nothing_in_a_required_name_is_no_name(word):
    """It is an error as a blank is, said once; elsewhere it stays a doubt."""
    checked = check_customers("odeis", {"last_name": word, "first_name": "Chloé", "address1": word})
    name, code = (2, "last_name", "required_placeholder", "error"), (2, "address1", "placeholder", "warning")
    assert said(checked) == [name, code]
    assert checked.issues[0].message("fr").replace("\u00a0", " ") == (
        f"« Nom » est obligatoire, et « {word} » ne dit rien. Écrivez la vraie valeur."
    )


@pytest.mark.parametrize("mark", ["#EFFACER", "#erase"])
def test_a_required_value_cannot_be_erased(mark):
    """A push would make a customer without a name, or take away one's name for good."""
    checked = check_customers("odeis", {"last_name": mark, "first_name": mark, "city": mark})
    assert said(checked) == [(2, "last_name", "required_erased", "error")]
    assert checked.issues[0].message("fr").replace("\u00a0", " ") == (
        "« Nom » est obligatoire : sa valeur ne peut pas être effacée. Remettez-la dans la cellule."
    )


def test_a_mark_that_erases_is_no_name():
    checked = check_customers("lightspeed", {"account_number": "C7", "last_name": "#EFFACER", "first_name": None})
    assert said(checked) == [(2, "first_name", "name_missing", "warning")]


@pytest.mark.parametrize(
    ("first", "code"),
    [("Chloé", "placeholder"), (None, "required_placeholder"), ("NULL", "required_placeholder")],
)
@pytest.mark.parametrize("name", ["NULL", "None", "Test"])
def test_a_family_may_be_called_null_where_the_row_has_a_first_name(name, first, code):
    assert said(check_customers("odeis", {"last_name": name, "first_name": first}))[0][1:3] == ("last_name", code)


def test_a_required_country_that_says_nothing_is_an_error():
    """Its value reads as none: Le New Black would ignore the row."""
    checked = check_customers("le-new-black", {"company": "Maison Perrault", "country": "N/A"})
    assert said(checked) == [(2, "country", "required_placeholder", "error")]


@pytest.mark.parametrize(
    ("country", "postcode", "phone", "value"),
    [
        (None, "44000", "06 12 34 56 78", "+33612345678"),
        ("Guadeloupe", "97110", "0690 12 34 56", "+590690123456"),
        (None, "97400", "0692 12 34 56", "+262692123456"),
        ("F", "97400", "06 12 34 56 78", "+33612345678"),
        ("B", "1000", "0470 12 34 56", "+32470123456"),
    ],
)
def test_a_phone_is_read_for_its_rows_place(country, postcode, phone, value):
    row = {"country": country, "postcode": postcode, "mobile": phone}
    checked = check_customers("odeis", {"country": "F", "postcode": "44000", "mobile": "02 40 47 11 22"}, row)
    assert checked.values["mobile"] == ["+33240471122", value]
    assert checked.issues == []


def test_a_postcode_of_another_town_is_a_warning():
    checked = check_customers("odeis", {"postcode": "75011", "city": "NANTES"}, {"postcode": "44000", "city": "nantes"})
    assert [i.message("fr") for i in checked.issues] == [
        "Le code postal «\u00a075011\u00a0» n'est pas celui de NANTES. Vérifiez les deux cellules."
    ]
    assert said(checked) == [(2, "postcode", "postcode_city", "warning")]


def test_true_and_one_in_a_text_column_stay_apart():
    checked = check_customers("odeis", *({"free_code_1": c} for c in (True, 1.0, "1", False, 0.0)))
    assert checked.values["free_code_1"] == ["VRAI", "1", "1", "FAUX", "0"]


def test_the_whole_column_tells_the_order_of_dates():
    days = ["03/04/1987", "24/03/1987", "05/05/1990"]
    checked = check_customers("odeis", *({"birth_date": d} for d in days))
    assert checked.values["birth_date"] == [date(1987, 4, 3), date(1987, 3, 24), date(1990, 5, 5)]
    assert checked.issues == []


def test_a_column_of_two_orders_asks_only_where_both_readings_hold():
    days = ["03/04/1987", "24/03/1987", "03/24/1987", "05/05/1990"]
    checked = check_customers("odeis", *({"birth_date": d} for d in days))
    assert said(checked) == [(2, "birth_date", "date_ambiguous", "error")]
    answered = check_customers("odeis", *({"birth_date": d} for d in days), date_order="mdy")
    assert answered.values["birth_date"][0] == date(1987, 3, 4)
    assert answered.issues == []


def test_the_run_option_answers_only_what_the_column_leaves_open():
    proven = check_customers("odeis", {"birth_date": "03/04/1987"}, {"birth_date": "24/03/1987"}, date_order="mdy")
    assert proven.values["birth_date"] == [date(1987, 4, 3), date(1987, 3, 24)]
    unsaid = check_customers("odeis", {"birth_date": "03/04/1987"}, date_order="dmy")
    assert (unsaid.values["birth_date"], unsaid.issues) == ([date(1987, 4, 3)], [])


def test_a_length_is_that_of_what_the_system_receives():
    """A card typed with spaces is as long as its figures; a text counts without the blanks at its ends."""
    spaced = "4970 1000 0000 0121 0000"
    checked = check_customers("odeis", {"loyalty_card": spaced}, {"loyalty_card": spaced + "1"})
    limit = checked.profile.field("loyalty_card").max_length
    long = [i.row for i in checked.issues if i.code is Code.TOO_LONG]
    assert (limit, len(spaced), long) == (20, 24, [3])
    name = check_customers("odeis", {"last_name": "D" * checked.profile.field("last_name").max_length + "   "})
    assert [i for i in name.issues if i.code is Code.TOO_LONG] == []


def test_real_dates_that_excel_may_have_swapped_are_questions():
    cells = ["03/24/1987", *(datetime(1987, 1, d) for d in (2, 3, 4, 5, 1))]
    checked = check_customers("odeis", *({"birth_date": c} for c in cells))
    assert [i.row for i in checked.issues if i.code is Code.DATE_AMBIGUOUS] == [3, 4, 5, 6]
    assert checked.values["birth_date"][5] == date(1987, 1, 1)


def test_rows_that_repeat_a_key_name_the_first():
    checked = check_customers(
        "cloud-pos",
        {"account_number": "C1", "email": "a@example.fr", "mobile": "06 12 34 56 78"},
        {"account_number": "c1", "email": "A@example.fr", "mobile": "+33612345678"},
        {"account_number": "C-1", "email": "b@example.fr", "mobile": None},
        {"account_number": None, "email": None, "mobile": None},
        {"account_number": "N/C", "email": "aucun@aucun.fr", "mobile": "0600000000"},
        {"account_number": "N/C", "email": "aucun@aucun.fr", "mobile": "0600000000"},
    )
    keys = [i for i in checked.issues if i.code is Code.DUPLICATE_KEY_IN_FILE]
    assert [(i.row, i.field, str(i.severity)) for i in keys] == [
        (3, "account_number", "error"),
        (3, "email", "error"),
        (3, "mobile", "error"),
    ]
    assert keys[0].message("fr") == (
        "Déjà à la ligne 2\u00a0: le système n'accepte pas deux fois les mêmes valeurs (Account Number). "
        "Gardez une seule des deux lignes, ou corrigez."
    )
    assert keys[0].message("en") == (
        "Already in row 2: the system does not take the same values twice (Account Number). "
        "Keep one of the two rows, or correct them."
    )


def test_a_key_of_three_fields_forgets_accents_and_needs_all_three():
    names = {"first_name": "Chloé", "last_name": "Lefèvre", "postcode": "44000"}
    other = {"first_name": "CHLOE", "last_name": "LEFEVRE", "postcode": "44000"}
    checked = check_customers("cloud-pos", names, other, {**names, "postcode": None}, {**other, "postcode": None})
    assert [(i.row, i.code) for i in checked.issues] == [(3, Code.DUPLICATE_KEY_IN_FILE)]


def test_le_new_black_compares_name_and_country_alone_without_an_e_mail():
    row = {"company": "Vélo & Cie", "country": "FR", "email": None}
    checked = check_customers("le-new-black", row, row, {**row, "email": "a@example.fr"})
    assert [i.row for i in checked.issues if i.code is Code.DUPLICATE_KEY_IN_FILE] == [3]


@pytest.mark.parametrize(
    ("system", "headers", "rows"),
    [
        ("le-new-black", ["Name", "Country"], [["Chez Zoé", "FR"], ["CHEZ ZOE", "France"], ["Chez Zoé", "BE"]]),
        (
            "cloud-pos",
            ["First Name", "Last Name", "Postcode"],
            [["Anne", "Durand", "75001"], ["ANNE", "DURAND", "75 001"], ["Anne", "Durand", "75002"]],
        ),
    ],
)
def test_a_key_is_compared_without_its_spaces_and_without_the_column_of_an_email(system, headers, rows):
    checked = check(make_table(headers, rows), load_system(system))
    assert [i.row for i in checked.issues if i.code is Code.DUPLICATE_KEY_IN_FILE] == [3]
    assert checked.issues[-1].params["columns"] == headers


def test_lightspeed_warns_where_others_refuse():
    checked = check_customers(
        "lightspeed", {"first_name": "Luc", "email": "luc.example.fr", "birth_date": "31/02/1980"}
    )
    assert {(str(i.code), str(i.severity)) for i in checked.issues} == {
        ("email_invalid", "warning"),
        ("date_invalid", "warning"),
    }
    assert checked.faulty_rows() == set()


def test_lightspeed_warns_of_bank_cards_and_of_nobody():
    checked = check_customers(
        "lightspeed",
        {"first_name": None, "notes": "CB 4970 1000 0000 0014"},
        {"first_name": "Luc", "notes": "rappeler au 06 12 34 56 78"},
    )
    assert [(i.row, str(i.code)) for i in checked.issues] == [(2, "card_redacted"), (2, "name_missing")]


def test_a_read_only_column_is_said_once_and_never_faulty():
    profile = load_system("lightspeed")
    read_only = next(f for f in profile.columns() if f.read_only)
    table = make_table(["first_name", read_only.header], [["Luc", "abc"], ["Léa", "1,234"], ["Zoé", None]])
    checked = check(table, profile, today=TODAY)
    assert [(i.row, i.code) for i in checked.issues] == [(None, Code.READ_ONLY)]


def test_too_many_rows_is_only_information():
    table, profile = make_customers("cloud-pos", *({"last_name": f"Nom{n}"} for n in range(5_001)))
    checked = check(table, profile, today=TODAY)
    assert [(i.row, i.code, i.severity) for i in checked.issues] == [(None, Code.TOO_MANY_ROWS, Severity.INFO)]
    assert checked.issues[0].message("fr").startswith("5\u202f001 lignes\u00a0: le système en conseille 5\u202f000")


def test_amounts_are_decimals_and_limited():
    checked = check_customers("cloud-pos", {"discount": "12,5 %"}, {"discount": 101.0}, {"discount": "-1"})
    assert checked.values["discount"] == [Decimal("12.5"), None, None]
    assert [i.message("fr") for i in checked.issues] == [
        "«\u00a0101\u00a0» est plus grand que le maximum, 100. Corrigez le montant.",
        "«\u00a0-1\u00a0» est plus petit que le minimum, 0. Corrigez le montant.",
    ]


def test_a_check_changes_nothing_of_the_table():
    table, profile = make_customers("odeis", {"last_name": " Durand ", "mobile": 612345678.0, "city": None})
    before = [list(column) for column in table.columns]
    checked = check(table, profile, today=TODAY)
    assert table.columns == before
    assert all(checked.values[k] is not table.columns[i] for k, i in checked.columns.items())


def test_an_empty_sheet_is_no_fault():
    checked = check(make_table(["Nom", "Prénom"], []), load_system("odeis"), today=TODAY)
    assert (checked.issues, checked.values) == ([], {"last_name": [], "first_name": []})


def test_every_code_has_its_text_and_its_severity():
    assert set(area_texts("issues")) == {str(code) for code in Code}
    assert set(SEVERITY) == set(Code)


def test_verdicts_are_the_same_in_both_languages():
    checked = check_customers("odeis", {"mobile": "06", "email": "a@", "birth_date": "31/02/1980", "country": "Frnace"})
    assert len(checked.issues) == 4
    for issue in checked.issues:
        fr, en = (issue.message(lang) for lang in LANGUAGES)
        assert fr != en
        assert issue.value in fr
        assert issue.value in en


def test_dates_shown_as_numbers_are_counted_as_their_workbook_counts():
    """A workbook that counts from 1904 says so to the check: its 30398 is the 24th of March 1987."""
    table, profile = make_customers("cloud-pos", {"birth_date": 30398.0})
    table.facts["date_1904"] = 1
    assert check(table, profile, today=TODAY).values["birth_date"] == [date(1987, 3, 24)]
