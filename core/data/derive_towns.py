"""Derive `towns.tsv` from the `communes.json` of the npm package @etalab/decoupage-administratif (see README.md)."""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).with_name("towns.tsv")


def main(source: Path) -> None:
    """Write postcode → towns. Former communes take the postcodes of the commune that they are part of."""
    communes = json.loads(source.read_text(encoding="utf-8"))
    postcodes = {c["code"]: c["codesPostaux"] for c in communes if c.get("codesPostaux")}
    towns: dict[str, dict[str, None]] = defaultdict(dict)
    for commune in communes:
        for postcode in commune.get("codesPostaux") or postcodes.get(commune.get("chefLieu", ""), ()):
            towns[postcode][commune["nom"]] = None
    lines = [f"{postcode}\t{'|'.join(names)}\n" for postcode, names in sorted(towns.items())]
    TARGET.write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} postcodes, {sum(map(len, towns.values()))} towns, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
