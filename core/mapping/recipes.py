"""Recipes: a source's way of making a field, brought to the columns that a file really has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from core.cells import fold
from core.mapping.sources import Recipe, Source, matching
from core.mapping.transforms import PARTS, Block, Copy, First, Item, Join, Numbers, Opposite, Piece, Transform, When

WHOLE_OF = {part: whole for whole in ("town_line", "full_name") for part in PARTS[whole]}
NO_ADDRESS = ("country", "state")
"""Filled by default in many programs: they do not make an address."""


class Kitchen:
    """Turns recipes into transforms. `names` are the file's squashed headers, `usable` the columns free and filled."""

    def __init__(self, names: Sequence[str], usable: Collection[int]) -> None:
        self.names, self.usable = names, usable

    def place(self, headers: Iterable[str]) -> list[int]:
        """Return the usable columns of a source's headers, in the source's order."""
        found = [i for header in headers for i in matching(header, self.names)]
        return [i for i in dict.fromkeys(found) if i in self.usable]

    def cook(self, source: Source) -> dict[str, Transform]:
        """Return the transform of every field that the file has columns for."""
        made = {r.field: t for r in source.recipes if (t := self.transform(r))}
        for key in [r.field for r in source.recipes if r.way == "opposite" and r.field in made]:
            words = source.choices.get(key, {})
            made[key] = Opposite(made[key].columns[0], tuple((fold(w), code) for w, code in words.items()))
        return made | self.blocks(source.blocks)

    def transform(self, recipe: Recipe) -> Transform | None:
        """Return one recipe's transform, None when its columns are absent or empty."""
        columns = self.place(recipe.headers)
        if not columns:
            return None
        match recipe.way:
            case "split":
                return Piece(columns[0], recipe.field, WHOLE_OF[recipe.field])
            case "numbers":
                return self.numbers(recipe)
            case "items":
                return Item(tuple(columns), recipe.drop)
            case "if_filled" | "if_empty":
                other = self.place([recipe.other])
                if other:
                    return When(columns[0], other[0], recipe.way == "if_filled")
                return Copy(columns[0]) if recipe.way == "if_empty" else None
            case "join" if len(columns) > 1:
                return Join(tuple(columns), recipe.separator)
        return First(tuple(columns)) if len(columns) > 1 else Copy(columns[0], recipe.without)

    def numbers(self, recipe: Recipe) -> Transform | None:
        """Return the transform of one kind of phone; each number's label is in the column of the same rank."""
        pool: list[tuple[int, int | None]] = []
        labels = [matching(h, self.names) for h in recipe.labels]
        for rank, header in enumerate(recipe.headers):
            beside = labels[rank] if rank < len(labels) else []
            for n, column in enumerate(matching(header, self.names)):
                if column in self.usable:
                    label = beside[n] if n < len(beside) else None
                    pool.append((column, label if label in self.usable else None))
        country = self.place([recipe.other]) if recipe.other else []
        return Numbers(tuple(pool), recipe.field, country[0] if country else None) if pool else None

    def blocks(self, blocks: Iterable[tuple[Recipe, ...]]) -> dict[str, Transform]:
        """Return the transforms of address blocks; only those that the file fills count."""
        filled: list[dict[str, list[int]]] = []
        for block in blocks:
            lines = {recipe.field: self.place(recipe.headers) for recipe in block}
            if any(columns for key, columns in lines.items() if key not in NO_ADDRESS):
                filled.append({key: columns for key, columns in lines.items() if columns})
        fields = dict.fromkeys(key for lines in filled for key in lines)
        if len(filled) == 1:
            return {k: Join(tuple(c), ", ") if len(c) > 1 else Copy(c[0]) for k, c in filled[0].items()}
        guards = [tuple(c for key, cs in lines.items() if key not in NO_ADDRESS for c in cs) for lines in filled]
        return {
            key: Block(tuple((tuple(ls.get(key, ())), guard) for ls, guard in zip(filled, guards, strict=True)))
            for key in fields
        }
