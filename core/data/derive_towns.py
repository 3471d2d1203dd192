"""Derive `towns.tsv` from the `communes.json` of the npm package @etalab/decoupage-administratif (see README.md).

`town_keys.tsv` is made of it: which postcodes a town has, by its name as names are compared, in order. So Carnet looks
a name up at once; folding 39,000 names each time that it starts would take ten times as long.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).with_name("towns.tsv")
KEYS = Path(__file__).with_name("town_keys.tsv")
_NO_KEY = bytes(set(range(128)) - set(b"abcdefghijklmnopqrstuvwxyz0123456789|\t\n"))


def main(source: Path) -> None:
    """Write postcode → towns. Former communes take the postcodes of the commune that they are part of."""
    communes = json.loads(source.read_text(encoding="utf-8"))
    postcodes = {c["code"]: c["codesPostaux"] for c in communes if c.get("codesPostaux")}
    towns: dict[str, dict[str, None]] = defaultdict(dict)
    for commune in communes:
        for postcode in commune.get("codesPostaux") or postcodes.get(commune.get("chefLieu", ""), ()):
            towns[postcode][commune["nom"]] = None
    lines = [f"{postcode}\t{'|'.join(names)}\n" for postcode, names in sorted(towns.items())]
    TARGET.write_text("".join(lines), encoding="utf-8", newline="\n")
    KEYS.write_text(town_keys("".join(lines)), encoding="ascii", newline="\n")
    print(f"{len(lines)} postcodes, {sum(map(len, towns.values()))} towns, {TARGET.stat().st_size:,} bytes")


def town_keys(towns: str) -> str:
    """Return the text of `town_keys.tsv` for that of `towns.tsv`."""
    text = towns.casefold().replace("œ", "oe").replace("æ", "ae")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").translate(None, _NO_KEY).decode()
    found: dict[str, list[str]] = defaultdict(list)
    for line in plain.splitlines():
        postcode, _, names = line.partition("\t")
        for name in names.split("|"):
            found[name].append(postcode)
    return "".join(f"{name}\t{' '.join(postcodes)}\n" for name, postcodes in sorted(found.items()))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
