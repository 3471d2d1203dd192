"""The gain columns, word for word."""

from datetime import UTC, date, datetime
from decimal import Decimal

from core.gains import CardGains, Gain
from core.gains.columns import GainColumn, gain_columns, gain_data

AS_OF = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
TODAY = date(2026, 3, 2)
GAINS = (
    Gain("g2", "Bon anniversaire", "percent", Decimal("10.00"), Decimal("10.00"), expiry=date(2026, 3, 31)),
    Gain("g1", "Chèque 5 €", "amount", Decimal("5.00"), Decimal("3.50"), True, Decimal("20.00"), date(2026, 3, 9)),
    Gain("g0", "Vieux", "amount", Decimal("5.00"), Decimal("5.00"), expiry=date(2026, 3, 1)),
)
FOUND = {
    "433 701": CardGains("433701", known=True, as_of=AS_OF, gains=GAINS),
    "1": CardGains("1", known=True, as_of=AS_OF),
    "999999": CardGains("999999", known=False, as_of=AS_OF),
    "4,3E+05": CardGains("4,3E+05", known=False, as_of=AS_OF, fault="loyalty.card_rounded"),
}


def test_a_card_with_two_gains_has_one_line_each_the_soonest_to_expire_first():
    columns = gain_columns(["433 701"], FOUND, "fr", today=TODAY, zone=UTC)
    assert {name: cells[0] for name, cells in columns.items()} == {
        GainColumn.CARD: "Gains disponibles",
        GainColumn.LABEL: "Chèque 5 €\nBon anniversaire",
        GainColumn.VALUE: "3,50 €\n10,00 %",
        GainColumn.PARTLY: "Oui\nNon",
        GainColumn.MINIMUM: "20,00 €\n–",
        GainColumn.EXPIRY: "09/03/2026\n31/03/2026",
        GainColumn.AS_OF: "02/03/2026 09:05",
        GainColumn.ASKED: "433 701",
    }


def test_unknown_blank_and_malformed_cards_each_say_so():
    columns = gain_columns(["", "999999", "1", "4,3E+05"], FOUND, "en", today=TODAY, zone=UTC)
    assert columns[GainColumn.CARD][:3] == ["", "Card unknown to FidelPass", "No gain"]
    assert columns[GainColumn.CARD][3] != ""
    assert columns[GainColumn.AS_OF] == ["", "2026-03-02 09:05", "2026-03-02 09:05", ""]
    assert columns[GainColumn.LABEL] == ["", "", "", ""]


def test_scripts_get_amounts_as_exact_text_and_only_usable_gains():
    data = gain_data(FOUND, TODAY)
    assert [g["id"] for g in data["433 701"]["gains"]] == ["g1", "g2"]
    assert data["433 701"]["gains"][0]["remaining"] == Decimal("3.50")
    assert data["999999"]["known"] is False
