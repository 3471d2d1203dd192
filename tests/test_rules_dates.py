"""Dates: every usual writing, the column's order, and what is a question."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.issues import SEVERITY, Code, Issue
from core.rules.dates import Calendar, Order, count_from_1900, infer_order, read_date, swapped_by_excel

TODAY = date(2025, 11, 3)
BIRTH = Calendar(Order.DAY_FIRST, TODAY, birth=True)
MARCH = date(1987, 3, 24)


@pytest.mark.parametrize(
    "written",
    [
        "24/03/1987",
        "24-03-1987",
        "24.03.1987",
        "24 03 1987",
        "24/3/1987",
        "24/03/87",
        "1987-03-24",
        "1987/03/24",
        "19870324",
        19870324.0,
        "24/03/1987 00:00",
        "1987-03-24T10:15:00Z",
        "24 mars 1987",
        "24 MARS 1987",
        "24-mar-87",
        "mardi 24 mars 1987",
        "March 24, 1987",
        "24th of March 1987",
        "\u00a024/03/1987 ",
        MARCH,
        datetime(1987, 3, 24, 8, 30),
    ],
)
def test_usual_writings_are_read_in_silence(written):
    assert read_date(written, BIRTH) == (MARCH, ())


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("1er avril 1990", date(1990, 4, 1)),
        ("5 févr. 2001", date(2001, 2, 5)),
        ("2 août 1999", date(1999, 8, 2)),
        ("Dec 5 2001", date(2001, 12, 5)),
        ("29/02/2000", date(2000, 2, 29)),
    ],
)
def test_months_in_letters_are_read_in_both_languages(written, day):
    assert read_date(written, BIRTH) == (day, ())


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["03/04/1987", "24/03/1987"], Order.DAY_FIRST),
        (["03/04/1987", "03/24/1987"], Order.MONTH_FIRST),
        (["03/24/1987", "24/03/1987"], Order.MIXED),
        (["03/04/1987", "1987-03-24", "24 mars 1987", None, 31860.0, date(1987, 3, 24)], Order.UNSAID),
        (["31/13/1987", "45/46/1987"], Order.UNSAID),
        ([], Order.UNSAID),
        (["03/24/1987", "25/03/1850", "31/02/1985", "25/03/2051", "25/03/12"], Order.MONTH_FIRST),
        (["03/04/87", "24/03/87"], Order.DAY_FIRST),
        (["29/02/2000", "03/04/2001"], Order.DAY_FIRST),
        (["29/02/2001", "03/04/2001"], Order.UNSAID),
    ],
)
def test_the_order_is_what_the_column_proves(column, order):
    assert infer_order(column) is order


@pytest.mark.parametrize(
    ("order", "reading"),
    [
        (Order.DAY_FIRST, (date(1987, 4, 3), ())),
        (Order.MONTH_FIRST, (date(1987, 3, 4), ())),
    ],
)
def test_a_date_of_two_readings_takes_the_columns_order(order, reading):
    assert read_date("03/04/1987", Calendar(order, TODAY)) == reading


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (
            Order.UNSAID,
            "rien dans la colonne ne dit si le jour ou le mois vient d'abord. Dites-le pour toute la colonne",
        ),
        (Order.MIXED, "la colonne mélange jour/mois et mois/jour. Dites lequel est le bon"),
    ],
)
def test_without_proof_a_date_of_two_readings_is_a_question(order, why):
    value, findings = read_date("03/04/1987", Calendar(order, TODAY))
    assert value is None
    assert said(findings, "03/04/1987") == [
        f"«\u00a003/04/1987\u00a0» peut être le 03/04/1987 ou le 04/03/1987\u00a0: {why} "
        "(«\u00a0Réglages\u00a0», ordre des dates\u00a0; ou --set date_order=dmy, jour d'abord, ou mdy), "
        "ou écrivez le mois en lettres."
    ]


@pytest.mark.parametrize("written", ["05/05/1987", "24/03/1987", "03/24/1987"])
@pytest.mark.parametrize("order", [Order.UNSAID, Order.MIXED])
def test_a_date_of_one_reading_is_never_a_question(written, order):
    value, findings = read_date(written, Calendar(order, TODAY))
    assert (value is not None, findings) == (True, ())


def said(findings, written):
    return [Issue(2, "Naissance", "birth_date", c, SEVERITY[c], str(written), p).message("fr") for c, p in findings]


@pytest.mark.parametrize(
    ("written", "value", "message"),
    [
        ("31/02/1980", None, "n'est pas une date\u00a0: ce jour n'existe pas. Écrivez-la sous la forme JJ/MM/AAAA."),
        ("1980-02-31", None, "n'est pas une date\u00a0: ce jour n'existe pas. Écrivez-la sous la forme JJ/MM/AAAA."),
        (
            "né en 1980",
            None,
            "n'est pas une date\u00a0: elle ne peut pas être lue. Écrivez-la sous la forme JJ/MM/AAAA.",
        ),
        ("--03-24", None, "n'est pas une date\u00a0: il manque l'année. Écrivez-la sous la forme JJ/MM/AAAA."),
        ("24/03", None, "n'est pas une date\u00a0: il manque l'année. Écrivez-la sous la forme JJ/MM/AAAA."),
        (1987.0, None, "n'est pas une date\u00a0: il n'y a que l'année. Écrivez-la sous la forme JJ/MM/AAAA."),
        ("1987", None, "n'est pas une date\u00a0: il n'y a que l'année. Écrivez-la sous la forme JJ/MM/AAAA."),
        (
            "31860",
            MARCH,
            "est une date qu'Excel montre comme un nombre\u00a0: Carnet lit 24/03/1987. "
            "Mettez la cellule au format Date.",
        ),
        ("2085", None, "n'est pas une date\u00a0: il n'y a que l'année. Écrivez-la sous la forme JJ/MM/AAAA."),
        ("99999", None, "n'est pas une date\u00a0: elle ne peut pas être lue. Écrivez-la sous la forme JJ/MM/AAAA."),
        ("01/01/1900", date(1900, 1, 1), "\u00a0: personne n'a plus de 120 ans. Vérifiez la date."),
        (
            "25/03/12",
            None,
            "peut être le 25/03/2012 ou le 25/03/1912\u00a0: l'année n'a que deux chiffres. "
            "Écrivez-la en quatre chiffres.",
        ),
        ("25/03/1850", date(1850, 3, 25), "\u00a0: cette date est avant 1900. Vérifiez la date."),
        ("25/03/2051", date(2051, 3, 25), "\u00a0: cette date est à venir. Vérifiez la date."),
        (date(2051, 3, 25), date(2051, 3, 25), "\u00a0: cette date est à venir. Vérifiez la date."),
        (
            31860.0,
            MARCH,
            "est une date qu'Excel montre comme un nombre\u00a0: Carnet lit 24/03/1987. "
            "Mettez la cellule au format Date.",
        ),
    ],
)
def test_a_faulty_date_says_why(written, value, message):
    got, findings = read_date(written, BIRTH)
    assert got == value
    (sentence,) = said(findings, written)
    assert sentence.removeprefix(f"«\u00a0{written}\u00a0»").lstrip(" ") == message


def test_two_figures_mean_this_century_outside_births_and_where_nobody_is_that_old():
    assert read_date("25/03/12", Calendar(Order.DAY_FIRST, TODAY)) == (date(2012, 3, 25), ())
    assert read_date("25/03/04", BIRTH) == (date(2004, 3, 25), ())
    assert read_date("01/01/1900", Calendar(Order.DAY_FIRST, TODAY)) == (date(1900, 1, 1), ())


@pytest.mark.parametrize("written", ["0/0/00", "0000-00-00", "aucune", "-"])
def test_a_date_for_nothing_is_a_placeholder(written):
    assert read_date(written, BIRTH) == (None, ((Code.PLACEHOLDER, {}),))


def test_real_dates_beside_month_first_texts_may_have_been_swapped():
    texts: list[object] = ["03/24/1987", "05/30/1990"]
    real = [date(1980, 1, d) for d in (2, 3, 4, 11, 12)]
    assert swapped_by_excel([*texts, *real], Order.MONTH_FIRST)
    assert not swapped_by_excel([*texts, *real[:4]], Order.MONTH_FIRST)
    assert not swapped_by_excel([*texts, *real, date(1980, 1, 13)], Order.MONTH_FIRST)
    assert not swapped_by_excel([*texts, *real], Order.DAY_FIRST)


@given(st.dates(date(1905, 1, 1), TODAY), st.sampled_from(["%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y%m%d"]))
def test_every_day_written_is_the_day_read(day, form):
    assert read_date(day.strftime(form), BIRTH) == (day, ())


@given(st.dates(date(1910, 1, 1), TODAY))
def test_every_day_is_read_as_excels_number(day):
    value, findings = read_date(float((day - date(1899, 12, 30)).days), BIRTH)
    assert (value, [c for c, _ in findings]) == (day, [Code.DATE_SERIAL])


@pytest.mark.parametrize(
    ("number", "day"),
    [(31860.0 - 1462, MARCH), (0.0, date(1904, 1, 1)), (30398.75, MARCH), (1899.0, date(1909, 3, 14))],
)
def test_numbers_of_a_workbook_that_counts_from_1904_are_read_from_there(number, day):
    """The date said is the one that Excel shows in that workbook, not the one four years before."""
    value, findings = read_date(number, Calendar(Order.UNSAID, TODAY, base_1904=True))
    assert (value, findings) == (day, ((Code.DATE_SERIAL, {"read": day}),))


def test_a_count_from_1904_is_turned_into_the_usual_one_and_nothing_else_is():
    """Years, dates written in figures, real dates and texts are no counts of days."""
    cells = [30398.0, 1987.0, 19870324.0, MARCH, "24/03/1987", "30398", None, True]
    assert count_from_1900(cells) == [31860.0, *cells[1:]]
