"""What real files do to values: each damage is a small function, with whether it can be undone without guessing.

A function takes the cell and returns the damaged text, or None where it does not apply. `codes` are the
issues of which a check must raise at least one (none: the value must be understood, or left as it is, in
silence). `meant` gives the true value of the damaged text where that is not the person's own: a strange text
that is itself right must come through untouched.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from core.issues import Code
from tests.corpus.people import Person, plain


@dataclass(frozen=True)
class Cell:
    """One cell about to be damaged: its field, the text as written, the true text, and whose it is."""

    key: str
    written: str
    true: str
    person: Person


@dataclass(frozen=True)
class Damage:
    """One kind of damage; `name` is the function's. One that happens `always` strikes every cell it can."""

    apply: Callable[[Cell, Random], str | None]
    keys: tuple[str, ...]
    repairable: bool
    codes: tuple[Code, ...] = ()
    meant: Callable[[str], str] | None = None
    always: bool = False

    @property
    def name(self) -> str:
        """The name under which the truth files speak of it."""
        return self.apply.__name__


NAMES = ("first_name", "last_name")
TEXTS = (*NAMES, "company", "address1", "city", "notes")
FREE = ("company", "notes")


def trailing_blank(cell: Cell, rng: Random) -> str | None:
    """Return "Durand  "."""
    return cell.written + " " * rng.choice((1, 2, 5)) if cell.written else None


def leading_blank(cell: Cell, rng: Random) -> str | None:
    """Return " Durand"."""
    return " " + cell.written if cell.written else None


def double_space(cell: Cell, rng: Random) -> str | None:
    """Return "Le  Goff"."""
    return cell.written.replace(" ", "  ", 1) if " " in cell.written else None


def no_break_space(cell: Cell, rng: Random) -> str | None:
    """Return "Le Goff" with the space of a web page, which looks the same and compares unequal."""
    return cell.written.replace(" ", "\u00a0") if " " in cell.written else None


def trailing_no_break_space(cell: Cell, rng: Random) -> str | None:
    """Return the text and an invisible no-break space."""
    return cell.written + "\u00a0" if cell.written else None


def zero_width(cell: Cell, rng: Random) -> str | None:
    """Return the text with a zero-width space inside, as copies from web pages bring it."""
    return cell.written[:2] + "\u200b" + cell.written[2:] if len(cell.written) > 2 else None


def decomposed(cell: Cell, rng: Random) -> str | None:
    """Return é as e and a combining accent, as a Macintosh writes file names."""
    apart = unicodedata.normalize("NFD", cell.written)
    return apart if apart != cell.written else None


def cyrillic_letter(cell: Cell, rng: Random) -> str | None:
    """Return the text with a Cyrillic о or а, which looks the same."""
    changed = cell.written.translate(str.maketrans({"o": "о", "a": "а"}))
    return changed if changed != cell.written else None


def mojibake(cell: Cell, rng: Random) -> str | None:
    """Return Ã© for é: UTF-8 read as cp1252."""
    try:
        changed = cell.written.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return None
    return changed if changed != cell.written else None


def question_marks(cell: Cell, rng: Random) -> str | None:
    """Return "Elodie" with its accents lost to the replacement sign: nobody can tell é from è."""
    changed = "".join(c if c.isascii() else "\ufffd" for c in cell.written)
    return changed if changed != cell.written else None


def upper(cell: Cell, rng: Random) -> str | None:
    """Return LEFÈVRE, D'ORMESSON, JEAN-PIERRE."""
    return cell.written.upper() if cell.written.upper() != cell.written else None


def upper_without_accents(cell: Cell, rng: Random) -> str | None:
    """Return LEFEVRE: the letter comes back in lower case, its accent does not."""
    changed = unicodedata.normalize("NFD", cell.written.replace("œ", "oe").replace("Œ", "OE"))
    changed = "".join(c for c in changed if not unicodedata.combining(c)).upper()
    return changed if plain(changed) == plain(cell.written) and changed != cell.written.upper() else None


def lower(cell: Cell, rng: Random) -> str | None:
    """Return lefèvre."""
    return cell.written.lower() if cell.written.lower() != cell.written else None


def placeholder(cell: Cell, rng: Random) -> str | None:
    """Return a word that people type where they know nothing."""
    return rng.choice(("aucun", "N/C", "néant", "-", "inconnu", "xxx")) if not cell.true else None


def too_long(cell: Cell, rng: Random) -> str | None:
    """Return an address that no system takes whole (over 90 characters)."""
    return f"{cell.true}, au fond de la cour à gauche après le portail vert, sonner deux fois à l'interphone du gardien"


def formula_like(cell: Cell, rng: Random) -> str | None:
    """Return a text that a spreadsheet takes for a formula, or that somebody hopes it does."""
    hostile = ("=x", "'=x", '=HYPERLINK("http://example.com";"clic")', "+33 à rappeler", "@SUM(A1)", "-- VIP --")
    return rng.choice(hostile)


def itself(written: str) -> str:
    """Return the text as it is: it is right."""
    return written


NOTHING_SAID = (Code.PLACEHOLDER, Code.EMAIL_INVALID, Code.PHONE_INVALID)
GENERAL = (
    Damage(trailing_blank, (*TEXTS, "email", "postcode", "mobile", "address2"), repairable=True),
    Damage(leading_blank, (*TEXTS, "email"), repairable=True),
    Damage(double_space, TEXTS, repairable=True),
    Damage(no_break_space, (*TEXTS, "mobile"), repairable=True, codes=()),
    Damage(trailing_no_break_space, ("email", "last_name", "city"), repairable=True, codes=()),
    Damage(zero_width, (*NAMES, "email"), repairable=True, codes=(Code.INVISIBLE,)),
    Damage(decomposed, (*NAMES, "city"), repairable=True),
    Damage(cyrillic_letter, (*NAMES, "city"), repairable=True),
    Damage(mojibake, TEXTS, repairable=True, codes=(Code.MOJIBAKE,)),
    Damage(question_marks, TEXTS, repairable=False, codes=(Code.MOJIBAKE,)),
    Damage(upper, NAMES, repairable=True),
    Damage(upper_without_accents, NAMES, repairable=False),
    Damage(lower, NAMES, repairable=True),
    Damage(placeholder, ("email", "mobile"), repairable=False, codes=NOTHING_SAID),
    Damage(placeholder, FREE, repairable=False),
    Damage(too_long, ("address1",), repairable=False, codes=(Code.TOO_LONG,), meant=itself),
    Damage(formula_like, FREE, repairable=False, meant=itself),
)
"""Damage of any text."""
