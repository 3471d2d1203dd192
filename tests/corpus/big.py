"""Large files for the benchmark: N customers of one system, about 8 % of the rows with one faulty cell.

`python -m tests.corpus.big FILE [ROWS] [SYSTEM]`. The workbook is written by hand, with shared strings as
Excel writes them: 100,000 × 25 in about five seconds, and the same cells every time.
"""

from __future__ import annotations

import csv
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from core.fields import FieldType
from core.profiles import Field, load_system
from tests.corpus.names import EXTRAS, MEN, NOTES, STREETS, SURNAMES, TOWNS, WOMEN
from tests.corpus.people import plain
from tests.corpus.raw_xlsx import MAIN, PROLOG, STYLES, column_letter, sheet_of, workbook_parts

FAULTY_EVERY = 12  # 8.3 % of the rows
SPARE = ("fax", "tax_number", "opt_in_date")
"""Left out of a wide system first, to come down to 25 columns."""
FIRST_NAMES = WOMEN + MEN
MOBILE_HEADS = ("60", "61", "62", "66", "67", "68", "76", "77", "78")
PHONE_WRITINGS = ("0{0}{1}", "+33{0}{1}", "0{0} {1}", "0033 {0}{1}", "+33 (0){0} {1}")
EPOCH = date(1899, 12, 30)
DATED = STYLES.replace('<cellXfs count="2">', '<cellXfs count="3">').replace(
    "</cellXfs>", '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs>'
)
BAD = {
    FieldType.EMAIL: "client.example.fr",
    FieldType.PHONE: "06 12 34 5",
    FieldType.POSTCODE: "4400O",
    FieldType.DATE: "31/02/1985",
    FieldType.COUNTRY: "Frnace",
    FieldType.FLAG: "peut-être",
    FieldType.CHOICE: "autre",
    FieldType.AMOUNT: "douze",
}
"""The fault of a cell by the type of its field."""
Value = str | float | date


def big_columns(system: str = "cloud-pos", width: int = 25) -> tuple[Field, ...]:
    """Return at most `width` columns of a system, the least used left out first."""
    columns = load_system(system).columns()
    spare = [f.key for f in columns if f.key in SPARE][: max(0, len(columns) - width)]
    return tuple(f for f in columns if f.key not in spare)[:width]


def _names(number: int) -> tuple[str, str, tuple[str, str]]:
    """Return a first name, a last name and a town: no two numbers below 200,000 share all three."""
    rest, first = divmod(number, len(FIRST_NAMES))
    rest, last = divmod(rest, len(SURNAMES))
    town = (rest + first + last) % len(TOWNS)
    name = SURNAMES[last] if number < 200_000 else f"{SURNAMES[last]}-{SURNAMES[number // 200_000 % len(SURNAMES)]}"
    return FIRST_NAMES[first], name, TOWNS[town]


def _phone(number: int, heads: Sequence[str], digits: int) -> str:
    head = heads[number % len(heads)]
    rest = f"{(number // len(heads) * 7919 + 1_234_567) % 10**digits:0{digits}}"
    return PHONE_WRITINGS[number % len(PHONE_WRITINGS)].format(head[0], head[1:] + rest)


def _email(number: int) -> str:
    first, last, _ = _names(number)
    return f"{plain(first)}.{plain(last)}{number}@example.{('fr', 'com', 'org')[number % 3]}"


MAKERS: dict[str, Callable[[int], Value]] = {
    "account_number": lambda n: f"C{n:07}",
    "loyalty_card": lambda n: f"43{n:08}",
    "first_name": lambda n: _names(n)[0],
    "last_name": lambda n: _names(n)[1],
    "company": lambda n: f"Boutique {_names(n)[1]}" if n % 10 == 0 else "",
    "address1": lambda n: f"{n % 180 + 1} {STREETS[n % len(STREETS)]}",
    "address2": lambda n: EXTRAS[n % len(EXTRAS)] if n % 5 == 0 else "",
    "postcode": lambda n: _names(n)[2][0],
    "city": lambda n: _names(n)[2][1],
    "mobile": lambda n: _phone(n, MOBILE_HEADS, 7),
    "phone": lambda n: _phone(n, ("24", "34", "44", "54"), 7) if n % 2 else "",
    "email": _email,
    "birth_date": lambda n: EPOCH + timedelta(days=15_000 + n * 7919 % 23_000),
    "notes": lambda n: NOTES[n % len(NOTES)] if n % 4 == 0 else "",
    "credit_limit": lambda n: float(n % 20 * 50) if n % 3 == 0 else "",
    "discount": lambda n: float(n % 4 * 5),
}


def _maker(field: Field) -> Callable[[int], Value]:
    """Return how a right value of a field is made; a field nobody fills stays empty."""
    if field.key in MAKERS:
        return MAKERS[field.key]
    if field.choices:
        words = [choice.value for choice in field.choices[:3]]
        return lambda n: words[n % len(words)]
    if field.type is FieldType.COUNTRY:
        return lambda n: {2: "FR", 3: "F"}.get(field.max_length or 0, "France")
    return lambda n: ""


def _fault(field: Field) -> str | None:
    """Return what is certain to be an error in a field, or None where nothing is."""
    if field.choices and not field.open_list:
        return BAD[FieldType.CHOICE]
    if field.type in BAD and field.type is not FieldType.POSTCODE:
        return BAD[field.type]
    return "x" * (field.max_length + 1) if field.max_length else None


def big_rows(columns: Sequence[Field], count: int) -> Iterator[list[Value]]:
    """Yield the rows; every twelfth has one faulty cell, of another column each time."""
    makers = [_maker(field) for field in columns]
    faults = [(place, fault) for place, field in enumerate(columns) if (fault := _fault(field))]
    for number in range(1, count + 1):
        row = [make(number) for make in makers]
        if number % FAULTY_EVERY == 0:
            place, fault = faults[number // FAULTY_EVERY % len(faults)]
            row[place] = fault
        yield row


def faulty_rows(columns: Sequence[Field], count: int) -> dict[int, str]:
    """Return sheet row → faulty field of what `big_rows` writes."""
    keys = [field.key for field in columns if _fault(field)]
    return {n + 1: keys[n // FAULTY_EVERY % len(keys)] for n in range(FAULTY_EVERY, count + 1, FAULTY_EVERY)}


def write_big_xlsx(path: Path, columns: Sequence[Field], count: int) -> None:
    """Write the workbook: text cells in text format, real dates, numbers."""
    strings: dict[str, int] = {}
    letters = [column_letter(place) for place in range(len(columns))]

    def cell(letter: str, number: int, value: Value) -> str:
        if isinstance(value, str):
            index = strings.setdefault(value, len(strings))
            return f'<c r="{letter}{number}" s="1" t="s"><v>{index}</v></c>'
        if isinstance(value, date):
            return f'<c r="{letter}{number}" s="2"><v>{(value - EPOCH).days}</v></c>'
        return f'<c r="{letter}{number}"><v>{value:g}</v></c>'

    def line(number: int, row: Sequence[Value]) -> str:
        cells = "".join([cell(*pair) for pair in _filled(letters, number, row)])
        return f'<row r="{number}">{cells}</row>'

    parts = workbook_parts(sheet_of("@"), shared="", styles=DATED)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as package:
        before, after = parts[-1][1].split(b"@")
        with package.open(parts[-1][0], "w", force_zip64=True) as sheet:
            sheet.write(before + line(1, [field.header for field in columns]).encode())
            for number, row in enumerate(big_rows(columns, count), 2):
                sheet.write(line(number, row).encode())
            sheet.write(after)
        for name, content in parts[:-1]:
            if not name.endswith("sharedStrings.xml"):
                package.writestr(name, content)
        items = "".join([f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in strings])
        package.writestr("xl/sharedStrings.xml", f'{PROLOG}<sst xmlns="{MAIN}">{items}</sst>')


def _filled(letters: list[str], number: int, row: Sequence[Value]) -> list[tuple[str, int, Value]]:
    return [(letter, number, value) for letter, value in zip(letters, row, strict=True) if value != ""]


def write_big_csv(path: Path, columns: Sequence[Field], count: int) -> None:
    """Write the same rows as a semicolon file in UTF-8 with its mark, dates and amounts the French way."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([field.header for field in columns])
        for row in big_rows(columns, count):
            writer.writerow([_french(value) for value in row])


def _french(value: Value) -> str:
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return value if isinstance(value, str) else f"{value:g}".replace(".", ",")


def main(arguments: list[str]) -> None:
    """Write one file, .xlsx or .csv by its name."""
    path = Path(arguments[0])
    count = int(arguments[1]) if len(arguments) > 1 else 100_000
    columns = big_columns(arguments[2] if len(arguments) > 2 else "cloud-pos")
    (write_big_csv if path.suffix == ".csv" else write_big_xlsx)(path, columns, count)


if __name__ == "__main__":
    main(sys.argv[1:])
