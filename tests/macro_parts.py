"""What the tests of the ribbon's buttons share: a template opened in LibreOffice with customers, and a click."""

from addin import macros
from core import actions

ODEIS = [
    "Genre", "Nom", "Prénom", "Adresse", "Code postal", "Ville", "Pays", "Tél. 1", "Email", "Date de naissance",
    "Carte",
]  # fmt: skip
PEOPLE = [
    ["Mme", "LEFÈVRE", "Chloé", "12 rue des Tanneurs", "01000", "Bourg-en-Bresse", "F", "0612345601",
     "chloe.lefevre@example.com", "24/03/1987", "433724"],
    ["M.", "MOREAU", "Karim", "3 quai Saint-Antoine", "69002", "Lyon", "F", "0612345602",
     "karim.moreau@example.com", "02/11/1990", "433725"],
    ["Mme", "GARNIER", "Inès", "8 place Bellecour", "69002", "Lyon", "F", "0612345603",
     "ines.garnier@example.com", "15/07/1979", "433726"],
    ["M.", "ROUX", "Luc", "40 avenue Foch", "59000", "Lille", "F", "0612345604",
     "luc.roux@example.com", "09/09/1961", "433727"],
]  # fmt: skip
"""Four customers with nothing wrong."""


def template(path, system="odeis", lang="fr"):
    """Write a blank template and return its path."""
    profile = actions.system(system)
    return actions.make_template(path, actions.Context(profile, lang, actions.run_options(profile, {})))


def person(n=0, **changes):
    """Return one customer, some cells changed: `person(1, Email="x")`."""
    return dict(zip(ODEIS, PEOPLE[n], strict=True)) | changes


def numbered(count):
    """Return as many different customers, one in five with a wrong e-mail."""
    rows = []
    for n in range(count):
        email = f"client{n}" if n % 5 == 4 else f"client{n}@example.com"
        changes = {"Nom": f"MARTIN{letters(n)}", "Email": email, "Carte": str(500000 + n)}
        rows.append(person(n % 3) | changes | {"Adresse": f"{n} rue de la Gare", "Tél. 1": None})
    return rows


def letters(n):
    """Return a number as letters, for names."""
    return "".join(chr(65 + int(digit)) for digit in f"{n:05}")


def fill(sheet, people, row=2):
    """Type customers into a template's first sheet, by header."""
    width = sheet.used_range.last_cell.column
    headers = sheet.range((1, 1), (1, width)).value
    block = [[one.get(header) for header in headers] for one in people]
    sheet.range((row, 1), (row + len(block) - 1, width)).value = block
    return sheet


def click(name, *, system="odeis", lang="fr", scope="all"):
    """Click a button of the ribbon."""
    macros.run(name, system=system, lang=lang, scope=scope)


def headers(sheet):
    """Return header → column number of the sheet's first row."""
    return {text: n for n, text in enumerate(sheet.used_range.rows[0].value, 1) if text}


def column(sheet, header, rows):
    """Return the cells of one column, by its header, from row 2 on."""
    n = headers(sheet)[header]
    return sheet.range((2, n), (1 + rows, n)).options(ndim=1).value


def everything(sheet):
    """Return all that a sheet holds: values, formulas, hidden columns."""
    used = sheet.used_range
    hidden = [n for n in range(1, used.last_cell.column + 1) if sheet.range((1, n)).columns.hidden]
    return used.address, used.value, used.formula, hidden
