"""Words: yes/no answers and values of a list, by code, by the vendor's value, by label or by any other known word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.cells import fold, tidy
from core.issues import Code
from core.profiles import Choice, Field
from core.rules.placeholders import is_placeholder
from core.rules.reading import Reading, doubted, fine, refused

YES = frozenset(
    (
        "oui", "o", "yes", "y", "vrai", "true", "v", "1", "x", "ok", "on", "si", "ja", "da", "accepte", "acceptee",
        "accord", "d accord", "avec accord", "autorise", "autorisee", "inscrit", "inscrite", "abonne", "abonnee",
        "coche", "cochee", "actif", "active", "subscribed", "opted in", "opt in", "optin", "agreed", "accepted",
    )
)  # fmt: skip
NO = frozenset(
    (
        "non", "n", "no", "faux", "false", "f", "0", "off", "nein", "refus", "refuse", "refusee", "pas d accord",
        "sans accord", "desinscrit", "desinscrite", "desabonne", "desabonnee", "non inscrit", "non inscrite",
        "non coche", "inactif", "inactive", "unsubscribed", "not subscribed", "opted out", "opt out", "optout",
        "declined", "refused",
    )
)  # fmt: skip
STATED = frozenset(
    (
        "accepte", "acceptee", "accord", "d accord", "avec accord", "autorise", "autorisee", "inscrit", "inscrite",
        "abonne", "abonnee", "subscribed", "opted in", "opt in", "optin", "agreed", "accepted", "refus", "refuse",
        "refusee", "pas d accord", "sans accord", "desinscrit", "desinscrite", "desabonne", "desabonnee", "non inscrit",
        "non inscrite", "unsubscribed", "not subscribed", "opted out", "opt out", "optout", "declined", "refused",
    )
)  # fmt: skip
"""Words that say themselves what the customer wants: under "Refus" as under "Accord", "refusé" is a refusal."""
TICKS, CROSSES = frozenset("✓✔☑✅☒"), frozenset("✗✘☐❌")
"""Signs are no letters, so that folding loses them. ☒ is a ticked box, ✗ a refusal."""

_ALLOWED_SHOWN = 8  # labels said in a message; longer lists are in the template's drop-down
_NEAR = 75.0


def read_flag(written: str, known: Mapping[str, str], *, inverse: bool = False) -> Reading:
    """Read a yes or a no; `known` are the field's own words. An unknown word is neither a no nor a consent.

    A field that says the opposite of its key is `inverse`: its yes is False, and its "refused" is False too.
    """
    word = tidy(written)
    said = _yes_or_no(word, known.get(fold(word)))
    if said is not None:
        return fine(said is not (inverse and fold(word) not in STATED))
    return refused(Code.PLACEHOLDER) if is_placeholder(word) else refused(Code.FLAG_UNKNOWN)


def _yes_or_no(word: str, own: str | None) -> bool | None:
    """Return what a word says, by the code that the field gives it, else by everybody's words; None for neither."""
    if word in TICKS or word in CROSSES:
        return word in TICKS
    if own is not None:
        return own == "yes"
    folded = fold(word)
    return folded in YES if folded in YES or folded in NO else None


def read_choice(written: str, field: Field, known: Mapping[str, str]) -> Reading:
    """Read a value of the field's list; `known` are its words.

    Canonical: the choice's code; in an open list, another value stays itself.
    """
    value = tidy(written)
    exact = next((c.code for c in field.choices if value in (c.value, c.code)), None)
    code = exact or known.get(fold(value))
    if code:
        return fine(code)
    if is_placeholder(value):
        return refused(Code.PLACEHOLDER)
    if field.open_list:
        return doubted(value, Code.NEW_VALUE)
    return refused(Code.NOT_IN_LIST, **_proposal(value, field, known))


def known_words(choices: Iterable[Choice]) -> dict[str, str]:
    """Return folded word → code of a list.

    A word of two choices counts for the one whose value or code it is, then for the one that lists it among its words:
    "Madame" is the label of Mrs and of Ms, and a word of Mrs alone.
    """
    labels, words, own = _Claims(), _Claims(), _Claims()
    for choice in choices:
        labels.add(choice.code, *choice.label.values())
        words.add(choice.code, *choice.words)
        own.add(choice.code, choice.value, choice.code)
    return labels.settled() | words.settled() | own.settled()


class _Claims:
    """Which codes each folded word stands for."""

    def __init__(self) -> None:
        self.codes: dict[str, set[str]] = {}

    def add(self, code: str, *words: str) -> None:
        """Let words stand for a code."""
        for word in words:
            self.codes.setdefault(fold(word), set()).add(code)

    def settled(self) -> dict[str, str]:
        """Return the words that stand for one code only."""
        return {word: min(codes) for word, codes in self.codes.items() if word and len(codes) == 1}


def _allowed(field: Field) -> str | dict[str, str]:
    """Return the values of a list; codes that say nothing by themselves come with their words, by language."""
    more = ", …" if len(field.choices) > _ALLOWED_SHOWN else ""
    shown = field.choices[:_ALLOWED_SHOWN]
    if any(c.value.isalpha() for c in shown):
        return ", ".join(c.value for c in shown) + more
    by_language = {lang: ", ".join(_coded(c.value, c.label[lang]) for c in shown) + more for lang in ("fr", "en")}
    return by_language if by_language["fr"] != by_language["en"] else by_language["fr"]


def _coded(value: str, label: str) -> str:
    return value if label in ("", value) else f"{value} ({label})"


def _proposal(value: str, field: Field, known: Mapping[str, str]) -> dict[str, object]:
    """Return the allowed labels and the one that was probably meant."""
    from rapidfuzz import fuzz, process

    near = process.extractOne(fold(value), list(known), scorer=fuzz.ratio, score_cutoff=_NEAR)
    allowed = _allowed(field)
    if near is None or len(fold(value)) < 3:
        return {"reason": "list_allowed", "allowed": allowed}
    code = known[near[0]]
    meant = next(c.value for c in field.choices if c.code == code)
    return {"reason": "list_near", "allowed": allowed, "proposal": meant}
