"""The golden templates: what `carnet template` writes today, kept beside the tests and compared part by part.

`python -m tests.golden_templates` writes the missing ones and never overwrites: delete a golden workbook to renew it,
and look at it in Excel before committing it.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from core.profiles import load_system
from core.template.workbook import write_template

FOLDER = Path(__file__).parent / "golden" / "templates"
GOLDEN = (("odeis", "fr"), ("odeis", "en"), ("cloud-pos", "fr"), ("le-new-black", "fr"), ("lightspeed", "fr"))
CHANGING = (
    (re.compile(r"(<dcterms:\w+[^>]*>)[^<]*"), r"\1"),  # when the workbook was made
    (re.compile(r"Carnet \d[\w.]*"), "Carnet"),  # by which version
)


def write(system: str, lang: str, path: Path) -> None:
    """Write one template."""
    write_template(load_system(system), path, lang=lang)


def parts(path: Path) -> dict[str, list[str]]:
    """Return the parts of a workbook, a tag a line, without what changes from one run to the next."""
    found = {}
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            text = package.read(name).decode()
            for pattern, plain in CHANGING:
                text = pattern.sub(plain, text)
            found[name] = text.replace("><", ">\n<").splitlines()
    return found


def main() -> None:
    """Write the golden templates that are missing."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for system, lang in GOLDEN:
        path = FOLDER / f"{system}-{lang}.xlsx"
        if path.exists():
            print(f"kept    {path.name}")
        else:
            write(system, lang, path)
            print(f"written {path.name}")


if __name__ == "__main__":
    main()
