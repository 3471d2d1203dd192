"""Turns the data of a source's TOML file into a Source, and says the line of whatever is wrong in it."""

from __future__ import annotations

import difflib
from typing import Any

from core.fields import FIELDS
from core.mapping.sources import Recipe, Source
from core.profiles.reader import ProfileReader

BLOCKS = ("source", "variants", "fields", "blocks")
WAYS: dict[str, tuple[str, ...]] = {
    "from": ("without", "if_filled", "if_empty"),
    "first": (),
    "join": ("with",),
    "split": (),
    "numbers": ("labels", "country"),
    "items": ("drop",),
    "opposite": (),
}
"""The first word of a recipe that is more than a header → the words that may go with it."""
LISTS = ("marks", "blank", "never", "ask", "ignore")
SPLIT_INTO = ("first_name", "last_name", "postcode", "city")
NUMBER_KINDS = ("mobile", "phone", "phone2", "fax")


class SourceReader(ProfileReader):
    """Reads one source. Every complaint is a ProfileError that names the file, the line and the reason."""

    def source(self, data: dict[str, Any]) -> Source:
        """Build the whole source."""
        for block in data:
            if block not in BLOCKS:
                raise self.failure("unknown_block", (block, 0), block, known=BLOCKS)
        raw: dict[str, Any] = dict(data.get("source", {}))
        for name in ("id", "name", "mark", "marks"):
            if name not in raw:
                raise self.failure("missing", ("source", 0), name, name=name)
        self.among("id", raw["id"], (self.path.stem,), ("source", 0))
        self.among("mark", raw["mark"], ("sourced", "proposed"), ("source", 0))
        raw.setdefault("source", "")
        raw["variants"] = {o: used for used, others in data.get("variants", {}).items() for o in others}
        raw["recipes"] = tuple(self.recipe(k, v, ("fields", 0)) for k, v in data.get("fields", {}).items())
        raw["blocks"] = tuple(
            tuple(self.recipe(key, value, ("blocks", n)) for key, value in block.items())
            for n, block in enumerate(data.get("blocks", ()))
        )
        if not raw["recipes"]:
            raise self.failure("no_fields", None)
        self.shape(Source, raw, ("source", 0))
        raw |= {name: tuple(raw[name]) for name in LISTS if name in raw}
        return Source(**raw)

    def recipe(self, key: str, raw: Any, place: tuple[str, int]) -> Recipe:
        """Read one field's recipe: a header, a list of headers of which the first filled counts, or a table."""
        if key not in FIELDS:
            near = difflib.get_close_matches(key, FIELDS, n=1)
            raise self.failure("unknown_field", place, key, value=key, near=near[0] if near else "first_name")
        if isinstance(raw, str | list):
            return Recipe(key, self.headers(key, raw, place))
        if not isinstance(raw, dict) or (way := next(iter(raw), "")) not in WAYS:
            raise self.failure("bad_word", place, key, value=raw, known=list(WAYS))
        for name in list(raw)[1:]:
            self.among(key, name, WAYS[way], place)
        self._among_parts(key, way, place)
        other = str(raw.get("if_filled", raw.get("if_empty", raw.get("country", ""))))
        condition = "if_filled" if "if_filled" in raw else "if_empty" if "if_empty" in raw else ""
        return Recipe(
            key,
            self.headers(key, raw[way], place),
            condition or ("first" if way == "from" else way),
            labels=self.headers(key, raw["labels"], place) if "labels" in raw else (),
            separator=str(raw.get("with", " ")),
            drop=str(raw.get("drop", "")),
            without=str(raw.get("without", "")),
            other=other,
        )

    def _among_parts(self, key: str, way: str, place: tuple[str, int]) -> None:
        parts = {"split": SPLIT_INTO, "numbers": NUMBER_KINDS}.get(way)
        if parts:
            self.among(key, key, parts, place)

    def headers(self, key: str, raw: Any, place: tuple[str, int]) -> tuple[str, ...]:
        """Read one header, or a list of them."""
        found = tuple(raw) if isinstance(raw, list) else (raw,)
        wrong = next((h for h in found if not isinstance(h, str) or not h.strip()), None)
        if wrong is not None or not found:
            raise self.failure("bad_type", place, key, value=wrong, wanted="header")
        return found
