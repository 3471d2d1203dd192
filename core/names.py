"""Names in French usage: capitals given back to names typed all in capitals or all in small letters.

A name that already mixes both was written by somebody who knew: it stays. Accents are never invented. Where two
usages are equally usual (DE: the French particle or a Portuguese name's De), the French one is taken.

The usage is that of the Imprimerie nationale's *Lexique des règles typographiques*: the particles de and d' are small,
the articles Le, La, Les and the contracted Du, Des have their capital (de La Tour, d'Ormesson, Du Bellay, Le Goff).
"""

from __future__ import annotations

import re

_SMALL = frozenset(("de", "d", "von", "vom", "zu", "zum", "zur", "et", "y", "e"))
_SMALL_INSIDE = frozenset(("der", "den", "het", "ter", "ten", "van"))
"""Dutch words that are small behind another (Van den Berghe) and have their capital at the head (Den Uyl)."""
_MARRIED = frozenset(("née", "nee", "né", "épouse", "epouse", "ép", "ep", "vve", "veuve"))
"""Words between two family names of one person: Dupont née Martin."""
_ROMAN = frozenset(("II", "III", "IV", "VII", "VIII", "IX", "XII", "XIII", "XIV", "XV", "XVI", "XVII", "XVIII"))
"""Numerals after a name; VI, XI and the like are left out, because they are names too."""
_MAC = re.compile(
    r"MAC(?:ALISTER|ARTHUR|AULAY|BETH|CALLUM|DONALD|DONNELL|DOUGALL|DUFF|FARLANE|GREGOR|INNES|INTOSH|INTYRE|KAY|KENNA|"
    r"KENZIE|KINNON|LACHLAN|LAREN|LEAN|LEOD|MAHON|MILLAN|NAB|NAUGHTON|NEIL|PHERSON|QUEEN|RAE|TAVISH)"
)
_COMPANY = re.compile(
    r"(?:^|[\s(])(?:SARL|SAS|SASU|SA|EURL|SCI|SNC|SCOP|SELARL|STE|SOCIETE|SOCIÉTÉ|ETS|ETABLISSEMENTS|ASSOCIATION|"
    r"ASSOC|MAIRIE|CABINET|GARAGE|LTD|LIMITED|INC|GMBH|BV|CIE|HOTEL|HÔTEL|RESTAURANT|BOUTIQUE)(?:[\s.)]|$)",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]+")
_VOWEL = re.compile(r"[AEIOUYÀ-ÆÈ-ÏÒ-ÖØ-ÝĀ-ęİŒŸ]", re.IGNORECASE)
_FOREIGN_DE = re.compile(r"\bde\s+[aeiouyàâéèêîïôûü]", re.IGNORECASE)
"""French writes d' before a vowel: DE OLIVEIRA is no French particle, and its own usage is not known here."""
_STRANGE = re.compile(r"[^\w\s'’.,\-‐‑()/]|[\d_]")


def capitals_lost(name: str) -> bool:
    """Say whether a name is all capitals or all small, so that its capitals say nothing."""
    return name.isupper() or name.islower()


def french_capitals(name: str) -> str | None:
    """Return a name with its capitals in French usage, or None where it has to stay as it is typed.

    It stays when it mixes capitals and small letters, and when it may be a company, initials (JP, J.-M.) or foreign.
    """
    if not capitals_lost(name) or _STRANGE.search(name) or _COMPANY.search(name):
        return None
    words = _LETTERS.findall(name)
    if not all(_LATIN.fullmatch(word) for word in words) or not any(_VOWEL.search(word) for word in words):
        return None
    if len(name) < 2 or _initials(name, words) or _FOREIGN_DE.search(name):
        return None
    shaped = _LETTERS.sub(lambda found: _word(name, found), name)
    return None if shaped == name else shaped


def _initials(name: str, words: list[str]) -> bool:
    """Say whether a name in capitals is made of initials alone: "J.-M.", "A B"."""
    return all(len(word) == 1 for word in words) or (name.isupper() and re.search(r"\b\w\.\w", name) is not None)


def _word(name: str, found: re.Match[str]) -> str:
    """Return one word of a name with its capitals, by what stands around it."""
    word = found[0]
    before, after = name[: found.start()], name[found.end() :]
    small, upper = word.replace("İ", "i").lower(), word.upper()
    if after[:1] in ("'", "’") and small == "d":
        return "D" if _italian(after[1:]) else "d"
    if small in _SMALL and _between(before, after, small):
        return small
    if small in _SMALL_INSIDE and re.search(r"[^\W\d_]\s+$", before) and after.strip():
        return small
    if small in _MARRIED and before.strip() and re.search(r"[^\W\d_]", after):
        return small
    if upper in _ROMAN and before.strip() and not after.strip() and name.isupper():
        return upper
    if upper.startswith("MC") and len(upper) > 4:
        return f"Mc{upper[2]}{small[3:]}"
    if _MAC.fullmatch(upper):
        return f"Mac{upper[3]}{small[4:]}"
    return small[:1].upper() + small[1:]


def _between(before: str, after: str, small: str) -> bool:
    """Say whether a particle really is one: a word follows it; "et", "y" and "e" have one before it too."""
    follows = after[:1] in (" ", "-", "\u00a0") and bool(after.strip())
    return follows and (small not in ("et", "y", "e") or bool(before.strip()))


def _italian(rest: str) -> bool:
    """Say whether what follows D' is Italian (D'Angelo, D'Amico, D'Andrea): it ends in o, i or a."""
    word = _LETTERS.match(rest)
    return word is not None and word[0][-1:].lower() in "oia"
