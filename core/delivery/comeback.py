"""Come back: a vendor's answer, put on the rows that it speaks of. Pure.

An answer is the vendor's own file with one more column of errors, or lines copied from a screen. Nothing in it says
which row of the user's sheet is meant, and files were split: so a row is found again by what it holds. An answer that
fits no row, or several that differ, is handed to the user: never guessed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.cells import fold, squash, text
from core.checked import Checked, Value
from core.checking.columns import Sheet, read_column, reading_order
from core.profiles import Profile
from core.tables import Table

STRONG = ("account_number", "email", "mobile", "loyalty_card", "phone")
NAMED = ("last_name", "first_name", "company")
OTHER = ("address1", "postcode", "birth_date", "city", "phone2", "legal_name", "notes")
WEIGHTS = {**dict.fromkeys(STRONG, 4), **dict.fromkeys(NAMED, 2), **dict.fromkeys(OTHER, 1)}
ENOUGH = 4
"""A key, or a whole name."""
MESSAGE_WORDS = ("error", "erreur", "message", "reason", "raison", "motif", "problem", "probleme", "refus", "warning")
_EMAIL = re.compile(r"[^\s;:,<>()|]+@[^\s;:,<>()|]+\.[^\s;:,<>()|]+")
_DIGITS = re.compile(r"\+?\d[\d .\-]{6,}\d")
_ROW = re.compile(r"^\W*(?:ligne|row|line|rang)\s*(?:n°)?\s*(\d+)\b", re.IGNORECASE)
PHONE_TAIL = 9  # digits that a French number has in every writing


@dataclass(frozen=True, slots=True)
class Answer:
    """What the vendor says: the message, and what is known of the customer: values, or else the line itself."""

    message: str
    values: Mapping[str, Value] = field(default_factory=dict)
    line: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """Answers by row of the user's sheet, and those that have no certain row."""

    messages: dict[int, list[str]]
    unplaced: list[str]


def message_column(table: Table, profile: Profile, asked: str = "") -> int | None:
    """Return the index of the column of messages: the one asked for, else the vendor's own; None without one."""
    if asked:
        return next((i for i, h in enumerate(table.headers) if squash(h) == squash(asked)), None)
    known = set(_columns(table, profile).values())
    others = [i for i, h in enumerate(table.headers) if i not in known and any(c is not None for c in table.columns[i])]
    named = [i for i in others if any(word in fold(table.headers[i]) for word in MESSAGE_WORDS)]
    if named:
        return named[-1]
    return others[0] if len(others) == 1 else None


def is_table_of(table: Table, profile: Profile) -> bool:
    """Say whether a table has the system's own columns, and is no list of lines."""
    return len(_columns(table, profile)) > 1


def read_answers(table: Table, profile: Profile, messages: int, today: date) -> list[Answer]:
    """Return the answers of a vendor's file: the rows that have a message."""
    columns = _columns(table, profile)
    sheet = Sheet(profile, today, {}, len(table), base_1904=table.base_1904)
    for known in reading_order([f for f in profile.fields if f.key in columns]):
        sheet.values[known.key] = read_column(known, table.columns[columns[known.key]], sheet).values
    said = [text(cell).strip() for cell in table.columns[messages]]
    rows = ({key: v[i] for key, v in sheet.values.items() if v[i] is not None} for i in range(len(table)))
    return [Answer(message, values) for message, values in zip(said, rows, strict=True) if message]


def read_lines(content: str) -> list[Answer]:
    """Return the answers of a pasted text: one a line."""
    return [Answer(line.strip(), line=line.strip()) for line in content.splitlines() if line.strip()]


def _columns(table: Table, profile: Profile) -> dict[str, int]:
    """Return which column holds which field, by header and then by synonym."""
    place = {squash(h): i for i, h in reversed(list(enumerate(table.headers))) if h}
    found = {f.key: place[squash(f.header)] for f in profile.fields if squash(f.header) in place}
    for f in profile.fields:
        words = (squash(w) for w in (*f.synonyms, *f.label.values()))
        free = next((place[w] for w in words if w in place and place[w] not in found.values()), None)
        if f.key not in found and free is not None:
            found[f.key] = free
    return found


def place_answers(checked: Checked, answers: Sequence[Answer], delivered: Sequence[int]) -> Placed:
    """Put each answer on its row. `delivered` are the sheet's rows in the order of the file answered ("row 12: …")."""
    rows = _Rows(checked)
    messages: dict[int, list[str]] = defaultdict(list)
    unplaced = []
    for answer in answers:
        outside, numbered = _numbered(answer, delivered)
        found = [] if outside else rows.find(answer) or numbered
        for row in found:
            messages[row].append(answer.message)
        if not found:
            unplaced.append(answer.message)
    return Placed(dict(messages), unplaced)


def _numbered(answer: Answer, delivered: Sequence[int]) -> tuple[bool, list[int]]:
    """Say whether a line numbers a row that the file has not, and return the one that it has: the header is row 1."""
    found = _ROW.match(answer.line)
    if found is None:
        return False, []
    at = int(found[1]) - 2
    return (False, [delivered[at]]) if 0 <= at < len(delivered) else (True, [])


class _Rows:
    """The rows of the user's sheet, found by what they hold."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.by_value: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.by_name: dict[str, set[int]] = defaultdict(set)
        for key in WEIGHTS:
            for index, value in enumerate(checked.values.get(key, ())):
                if value is not None:
                    self.by_value[key, _plain(key, value)].add(index)
        for index in range(len(checked.table)):
            for name in self._names(index):
                self.by_name[name].add(index)

    def _names(self, index: int) -> Iterator[str]:
        last, first, company = (fold(str(self._value(key, index) or "")) for key in NAMED)
        if last and first:
            yield f"{first} {last}"
            yield f"{last} {first}"
        if company:
            yield company

    def _value(self, key: str, index: int) -> Value:
        return self.checked.values[key][index] if key in self.checked.values else None

    def find(self, answer: Answer) -> list[int]:
        """Return the sheet rows that an answer speaks of: one, or several that hold the very same."""
        scores = self._by_line(answer.line) if answer.line else self._by_values(answer.values)
        best = max(scores.values(), default=0)
        if best < ENOUGH:
            return []
        indexes = sorted(i for i, score in scores.items() if score == best)
        same = {tuple(self._value(key, i) for key in self.checked.values) for i in indexes}
        return [self.checked.table.rows[i] for i in indexes] if len(same) == 1 else []

    def _by_values(self, values: Mapping[str, Value]) -> Counter[int]:
        scores: Counter[int] = Counter()
        for key, weight in WEIGHTS.items():
            if values.get(key) is not None:
                for index in self.by_value.get((key, _plain(key, values[key])), ()):
                    scores[index] += weight
        return scores

    def _by_line(self, line: str) -> Counter[int]:
        """Score rows by what a line names; a name of one word may be one of the message's own: not enough alone."""
        scores: Counter[int] = Counter()
        for key, value in self._keys_in(line):
            for index in self.by_value.get((key, value), ()):
                scores[index] += WEIGHTS[key]
        words = fold(line).split()
        for start in range(len(words)):
            for end in range(start + 1, min(start + 8, len(words)) + 1):
                for index in self.by_name.get(" ".join(words[start:end]), ()):
                    scores[index] += ENOUGH if end - start > 1 else WEIGHTS["company"]
        return scores

    def _keys_in(self, line: str) -> Iterator[tuple[str, str]]:
        """Yield the values that a line may name, each once."""
        for email in {m.strip(".!?'\"").casefold() for m in _EMAIL.findall(line)}:
            yield "email", email
        for number in {"".join(c for c in m if c.isdigit()) for m in _DIGITS.findall(line)}:
            yield from (("mobile", number[-PHONE_TAIL:]), ("phone", number[-PHONE_TAIL:]), ("loyalty_card", number))
        for word in {w.strip(".,:;()[]'\"").casefold() for w in line.split()}:
            yield "account_number", word


def _plain(key: str, value: Value) -> str:
    """Return a value as answers are compared: phones by their last digits, the others but for capitals."""
    said = str(value)
    if key in ("mobile", "phone", "phone2"):
        return "".join(c for c in said if c.isdigit())[-PHONE_TAIL:]
    return fold(said) if key in (*NAMED, "city", "address1") else said.casefold()
