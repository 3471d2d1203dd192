"""Compares Carnet's phone and e-mail verdicts with the libraries' own on generated values.

`python -m tests.bench.verdicts [COUNT] [SEED]`: COUNT values of each kind (200,000 unless said), half of them right,
half damaged. Prints the differences and the times; exits 1 if there is any difference.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from random import Random
from time import perf_counter

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from core.cells import tidy
from core.rules import emails, phones

REGIONS = ("FR", "FR", "FR", "FR", "BE", "CH", "GB", "DE", "ES", "IT", "LU", "MC", "US", "RE", "GP", "MQ", "GF", "YT",
           "NC", "PF", "NL", "PT", "AU")  # fmt: skip
SIGNS = ("", "", "", " ", " ", ".", "-", "\u00a0", "\u202f", "/", "  ", "(", ")")
NAMES = (
    "jean",
    "Celine",
    "o'brien",
    "marie-claude",
    "j.dupont",
    "info",
    "INFO",
    "a_b",
    "x",
    "été",
    "jean..paul",
    "",
    "1",
)
DOMAINS = ("gmail.com", "Orange.FR", "wanadoo.fr", "example.fr", "mail.example.co.uk", "société.fr", "exa_mple.fr",
           "-a.fr", "a-.fr", "a--b.fr", "xn--a.fr", "local", "test", "foo.test", "a.c", "free.fr.", "[1.2.3.4]", "bzh",
           "x.bzh", "x.corsica", "a.123", "gmail.com.", "9online.fr")  # fmt: skip
EXTRAS = (".", "..", "@", " ", ",", "+promo", "é", "\u200b", ";", "<", ">", '"', "-", "_", "\\", "(x)", "%")


def phone(rng: Random) -> tuple[str, str]:
    """Return a number as somebody may write it, and the region it is read for."""
    region = rng.choice(REGIONS)
    code = phonenumbers.country_code_for_region(region)
    number = phonenumbers.example_number_for_type(region, rng.choice((0, 1, 2)))
    digits = str(number.national_number) if number is not None else "612345678"
    kept = rng.choice((len(digits), 2, 3, 1))
    national = digits[:kept] + "".join(str(rng.randrange(10)) for _ in digits[kept:])
    if rng.random() < 0.15:
        national = rng.choice((national[:-1], national + "1", national.replace("1", "O", 1), national + " poste 3"))
    head = rng.choice(
        ("0", "0", "", f"+{code}", f"+{code} ", f"00{code}", f"+{code}(0)", f"+{code} 0", f"{code}", "(0)")
    )
    signs = rng.choice(SIGNS)
    step = rng.choice((2, 2, 3))
    body = signs.join(national[n : n + step] for n in range(0, len(national), step))
    return head + rng.choice(("", "", signs)) + body, region


def email(rng: Random) -> str:
    """Return an e-mail address, or something near one."""
    written = f"{rng.choice(NAMES)}{rng.randrange(1000)}@{rng.choice(DOMAINS)}"
    if rng.random() < 0.4:
        place = rng.randrange(len(written) + 1)
        written = written[:place] + rng.choice(EXTRAS) + written[place:]
    return written * rng.choice((1, 1, 1, 1, 1, 1, 1, 5)) if rng.random() < 0.05 else written


def library_phone(written: str, region: str) -> str | None:
    """Return libphonenumber's E.164 form of a valid number, or None."""
    try:
        number = phonenumbers.parse(tidy(written), region)
    except phonenumbers.NumberParseException:
        return None
    return phones.e164(number) if phonenumbers.is_valid_number(number) else None


def library_email(written: str) -> str | None:
    """Return email-validator's normalised address, or None."""
    try:
        return validate_email(tidy(written), check_deliverability=False).normalized
    except EmailNotValidError:
        return None


def carnet_phones(numbers: list[tuple[str, str]]) -> list[str | None]:
    """Return Carnet's values, by region as a check reads them, without those that the library does not call valid."""
    known: dict[tuple[str, str], str | None] = {}
    for region in {region for _, region in numbers}:
        texts = list({written for written, at in numbers if at == region})
        quick = phones.acceptor((region,))(texts)
        known |= {(text, region): quick[text] if text in quick else _doubted(text, region) for text in texts}
    return [known[number] for number in numbers]


def _doubted(written: str, region: str) -> str | None:
    value, findings = phones.read_phone(written, (region,))
    no_such = any(params.get("reason") in ("phone_no_such", "phone_overseas") for _, params in findings)
    return None if no_such or value is None else str(value)


def carnet_emails(addresses: list[str]) -> list[str | None]:
    """Return Carnet's values, as a check reads them."""
    slow = {text: emails.read_email(text)[0] for text in emails.questioned(list(set(addresses)))}
    return [text if text not in slow else None if slow[text] is None else str(slow[text]) for text in addresses]


def differences(count: int, seed: int) -> dict[str, list[tuple[object, ...]]]:
    """Return, for phones and e-mails, the values on which the verdicts differ."""
    rng = Random(seed)
    numbers = [phone(rng) for _ in range(count)]
    addresses = [email(rng) for _ in range(count)]
    print(f"phones: {len(set(numbers))} distinct of {count}; e-mails: {len(set(addresses))} distinct of {count}")
    ours, theirs = timed(lambda: carnet_phones(numbers), lambda: [library_phone(*n) for n in numbers])
    print(f"phones: {sum(v is not None for v in theirs)} valid")
    found = {"phone": [(n, o, t) for n, o, t in zip(numbers, ours, theirs, strict=True) if o != t]}
    ours, theirs = timed(lambda: carnet_emails(addresses), lambda: [library_email(a) for a in addresses])
    print(f"e-mails: {sum(v is not None for v in theirs)} valid")
    return found | {"email": [(a, o, t) for a, o, t in zip(addresses, ours, theirs, strict=True) if o != t]}


def timed(ours: Callable[[], list[str | None]], theirs: Callable[[], list[str | None]]) -> tuple[list[str | None], ...]:
    """Run both and print their times."""
    results = []
    for name, run in (("Carnet", ours), ("the library", theirs)):
        start = perf_counter()
        results.append(run())
        print(f"  {name}: {perf_counter() - start:.2f} s")
    return tuple(results)


def main(arguments: list[str]) -> int:
    """Compare and print; return 1 when there is a difference."""
    count, seed = int(arguments[0]) if arguments else 200_000, int(arguments[1]) if len(arguments) > 1 else 1
    found = differences(count, seed)
    for kind, values in found.items():
        print(f"{kind}: {len(values)} differences")
        for value in values[:20]:
            print("  ", value)
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
