"""Damage that only one kind of value suffers: e-mails, phones, postcodes, countries, dates, yes/no, titles, cards."""

from __future__ import annotations

from random import Random

from core.issues import Code
from tests.corpus.damage import GENERAL, Cell, Damage
from tests.corpus.names import TOWNS
from tests.corpus.writings import national

PHONES = ("mobile", "phone")
SLIPS = {
    "gmial.com": "gmail.com",
    "gmail.con": "gmail.com",
    "hotmial.fr": "hotmail.fr",
    "orange.f": "orange.fr",
    "wanado.fr": "wanadoo.fr",
}
"""Slip → the domain that was meant. The names before the @ are such that nobody can own them."""


def missing_at(cell: Cell, rng: Random) -> str | None:
    """Return "chloe.example.fr"."""
    return cell.written.replace("@", ".") if cell.written else None


def written_at(cell: Cell, rng: Random) -> str | None:
    """Return "chloe(at)example.fr"."""
    return cell.written.replace("@", "(at)") if cell.written else None


def double_dot(cell: Cell, rng: Random) -> str | None:
    """Return "chloe..petit@example.fr"."""
    return cell.written.replace(".", "..", 1) if cell.written else None


def no_domain_end(cell: Cell, rng: Random) -> str | None:
    """Return "chloe.petit@example"."""
    return cell.written.rsplit("@", 1)[0] + "@example" if cell.written else None


def two_emails(cell: Cell, rng: Random) -> str | None:
    """Return two addresses in one cell: which one is the right one, only the customer knows."""
    return f"{cell.written}; autre.{cell.written}" if cell.written else None


def domain_slip(cell: Cell, rng: Random) -> str | None:
    """Return "…@gmial.com", probably meant for gmail.com: proposed, never changed by itself."""
    return f"carnet-essai-{cell.person['account_number'].lower()}@{rng.choice(sorted(SLIPS))}" if cell.written else None


def meant_domain(written: str) -> str:
    """Return the address that a slip stands for."""
    name, domain = written.split("@")
    return f"{name}@{SLIPS[domain]}"


def phone_zero_lost(cell: Cell, rng: Random) -> str | None:
    """Return "612345678" or "6 12 34 56 78" for a French number: Excel took it for a number."""
    if not cell.true or cell.person["country"] != "FR":
        return None
    d = national(cell.true, "FR")
    return rng.choice((d, f"{d[0]} {d[1:3]} {d[3:5]} {d[5:7]} {d[7:]}"))


def phone_cut(cell: Cell, rng: Random) -> str | None:
    """Return a number short of its last two figures."""
    return "0" + national(cell.true, "FR")[:-2] if cell.true and cell.person["country"] == "FR" else None


def phone_long(cell: Cell, rng: Random) -> str | None:
    """Return a number with one figure too many."""
    return "0" + national(cell.true, "FR") + "4" if cell.true and cell.person["country"] == "FR" else None


def phone_with_words(cell: Cell, rng: Random) -> str | None:
    """Return "06 12 34 56 78 (bureau)": the number is there, and a word that a system would refuse."""
    return f"{cell.written} {rng.choice(('bureau', '(bureau)', 'demander Luc'))}" if cell.written else None


def two_phones(cell: Cell, rng: Random) -> str | None:
    """Return two numbers in one cell."""
    return f"{cell.written} / 02 40 47 11 {rng.randrange(10, 99)}" if cell.written else None


def phone_letter(cell: Cell, rng: Random) -> str | None:
    """Return "O6…", a letter for the zero."""
    return "O" + cell.written[1:] if cell.written.startswith("0") and cell.person["country"] == "FR" else None


def postcode_zero_lost(cell: Cell, rng: Random) -> str | None:
    """Return "1000" for Bourg-en-Bresse."""
    return cell.true[1:] if cell.person["country"] == "FR" and cell.true.startswith("0") else None


def postcode_cut(cell: Cell, rng: Random) -> str | None:
    """Return "7501" for 75011 Paris: four figures that are no lost zero (a trap: 07501 is not Paris)."""
    return cell.true[:-1] if cell.person["country"] == "FR" and not cell.true.startswith("0") else None


def postcode_letter(cell: Cell, rng: Random) -> str | None:
    """Return "O1000" or "4400O"."""
    return "O".join(cell.true.rsplit("0", 1)) if cell.person["country"] == "FR" and "0" in cell.true else None


def postcode_long(cell: Cell, rng: Random) -> str | None:
    """Return six figures."""
    return cell.true + "0" if cell.person["country"] == "FR" else None


def other_town(cell: Cell, rng: Random) -> str | None:
    """Return the postcode of a town far away: one of the two cells is wrong, nobody knows which."""
    if cell.person["country"] != "FR":
        return None
    return rng.choice([code for code, _ in TOWNS if code[:2] != cell.true[:2]])


def country_slip(cell: Cell, rng: Random) -> str | None:
    """Return "Frnace"."""
    slips = {"FR": ("Frnace", "Farnce", "Fance"), "BE": ("Belgqiue",), "CH": ("Siusse",), "GB": ("Royume Uni",)}
    return rng.choice(slips[cell.true]) if cell.true in slips else None


def not_a_country(cell: Cell, rng: Random) -> str | None:
    """Return a word that names no country."""
    return rng.choice(("Bretagne", "étranger", "ZZ")) if cell.true else None


def impossible_day(cell: Cell, rng: Random) -> str | None:
    """Return the 31st of February or the 30th."""
    return f"{rng.choice(('31', '30'))}/02/{cell.true[:4]}" if cell.true else None


def out_of_range(cell: Cell, rng: Random) -> str | None:
    """Return a birthday in 1850 or in 2051."""
    return f"25/03/{rng.choice((1850, 1812, 2051))}" if cell.true else None


def short_year(cell: Cell, rng: Random) -> str | None:
    """Return "25/03/12": born in 1912 or in 2012."""
    return f"25/03/{rng.choice(('08', '12', '19'))}" if cell.true else None


def date_in_words(cell: Cell, rng: Random) -> str | None:
    """Return a remark about an age."""
    return rng.choice(("né en 1980", "environ 40 ans", "printemps 1975")) if cell.true else None


def unknown_flag(cell: Cell, rng: Random) -> str | None:
    """Return an answer that is neither yes nor no."""
    return rng.choice(("peut-être", "à voir", "2", "oui/non"))


def two_titles(cell: Cell, rng: Random) -> str | None:
    """Return a couple: no system has a title for two."""
    return rng.choice(("M. et Mme", "Mme ou M.", "Famille"))


def card_rounded(cell: Cell, rng: Random) -> str | None:
    """Return "1,23457E+11": the last figures are gone for good."""
    if len(cell.true) < 12:
        return None
    return f"{cell.true[0]},{cell.true[1:6]}E+{len(cell.true) - 1}"


def card_letters(cell: Cell, rng: Random) -> str | None:
    """Return a card with a letter in it."""
    return cell.true[:-2] + "O" + cell.true[-1] if cell.true else None


INVALID_PHONE = (Code.PHONE_INVALID, Code.PHONE_DOUBTFUL)
INVALID_DATE = (Code.DATE_INVALID, Code.DATE_AMBIGUOUS, Code.DATE_OUT_OF_RANGE)
WRONG_POSTCODE = (Code.POSTCODE_INVALID, Code.POSTCODE_CITY, Code.POSTCODE_ZERO_LOST)
SPECIAL = (
    *(
        Damage(apply, ("email",), repairable=False, codes=(Code.EMAIL_INVALID,))
        for apply in (missing_at, written_at, double_dot, no_domain_end, two_emails)
    ),
    Damage(domain_slip, ("email",), repairable=False, codes=(Code.EMAIL_TYPO,), meant=meant_domain),
    Damage(phone_zero_lost, PHONES, repairable=True, codes=(Code.PHONE_ZERO_LOST,)),
    *(
        Damage(apply, PHONES, repairable=False, codes=INVALID_PHONE)
        for apply in (phone_cut, phone_long, phone_with_words, two_phones, phone_letter)
    ),
    Damage(postcode_zero_lost, ("postcode",), repairable=True, codes=(Code.POSTCODE_ZERO_LOST,)),
    Damage(postcode_cut, ("postcode",), repairable=False, codes=WRONG_POSTCODE),
    Damage(postcode_letter, ("postcode",), repairable=False, codes=WRONG_POSTCODE),
    Damage(postcode_long, ("postcode",), repairable=False, codes=WRONG_POSTCODE),
    Damage(other_town, ("postcode",), repairable=False, codes=(Code.POSTCODE_CITY,)),
    Damage(country_slip, ("country",), repairable=False, codes=(Code.COUNTRY_UNKNOWN,)),
    Damage(not_a_country, ("country",), repairable=False, codes=(Code.COUNTRY_UNKNOWN,)),
    Damage(impossible_day, ("birth_date",), repairable=False, codes=(Code.DATE_INVALID,)),
    Damage(out_of_range, ("birth_date",), repairable=False, codes=(Code.DATE_OUT_OF_RANGE,)),
    Damage(short_year, ("birth_date",), repairable=False, codes=INVALID_DATE),
    Damage(date_in_words, ("birth_date",), repairable=False, codes=(Code.DATE_INVALID,)),
    Damage(unknown_flag, ("email_opt_in", "sms_opt_in"), repairable=False, codes=(Code.FLAG_UNKNOWN,)),
    Damage(two_titles, ("title",), repairable=False, codes=(Code.NOT_IN_LIST,)),
    Damage(card_rounded, ("loyalty_card",), repairable=False, codes=(Code.DIGITS_LOST,)),
    Damage(card_letters, ("loyalty_card",), repairable=False, codes=(Code.CARD_DOUBTFUL,)),
)
"""Damage of one kind of value."""

DAMAGES: tuple[Damage, ...] = (*GENERAL, *SPECIAL)
