"""The exact layout of each source: its header row, what stands in which column, and how the file is written.

The header rows are those of `headers.json`, taken from real exports; what an office types where follows from
the programs' own screens (Outlook's "Utilisateur 1" holding a loyalty card is invented, and has to be asked).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.corpus.people import Person, plain
from tests.corpus.writings import Style

HEADERS: dict[str, list[str]] = json.loads((Path(__file__).parent / "headers.json").read_text(encoding="utf-8"))

FRENCH = Style()


@dataclass(frozen=True)
class Made:
    """A column made of several attributes, or of none: `fields` are those it carries to the target."""

    text: Callable[[Person], str]
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """One source's layout. A header that occurs several times means its first column, as in MYOB's block 1.

    `columns`: header → field. `made`: header → several fields. `constants`: what the program itself writes.
    `asks`: headers that say nothing about what an office keeps there. `also`: other fields that would be right.
    """

    name: str
    file: str
    headers: list[str]
    columns: dict[str, str]
    made: dict[str, Made] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    also: dict[str, tuple[str, ...]] = field(default_factory=dict)
    style: Style = FRENCH
    encoding: str = "utf-8"
    separator: str = ","
    quote_all: bool = False
    line_end: str = "\r\n"
    first_lines: tuple[str, ...] = ()  # above the header
    sheet: str = ""
    joined_names: bool = False  # a company has no contact's name of its own

    def keys(self) -> set[str]:
        """Return the fields that this layout can carry."""
        return set(self.columns.values()) | {key for made in self.made.values() for key in made.fields}

    def row(self, written: Person) -> list[str]:
        """Lay one customer's written texts out in the file's columns."""
        cells = dict(self.constants)
        cells |= {header: written[key] for header, key in self.columns.items()}
        cells |= {header: made.text(written) for header, made in self.made.items()}
        line = [""] * len(self.headers)
        for header, text in cells.items():
            line[self.headers.index(header)] = text
        return line


def full_name(written: Person) -> str:
    """Return "Zoé Le Goff"."""
    return " ".join(part for part in (written["first_name"], written["last_name"]) if part)


def display_name(written: Person) -> str:
    """Return what Outlook calls an address: "Zoé Le Goff (zoe@example.fr)"."""
    return f"{full_name(written)} ({written['email']})" if written["email"] else ""


def initials(written: Person) -> str:
    """Return "Z.L."."""
    return "".join(f"{part[0]}." for part in (written["first_name"], written["last_name"]) if part)


def formatted(written: Person) -> str:
    """Return the address as Google prints it, over several lines."""
    town = f"{written['postcode']} {written['city']}".strip()
    return "\n".join(part for part in (written["address1"], written["address2"], town, written["country"]) if part)


def both_phones(written: Person) -> str:
    """Return Google's list of two numbers: "06… ::: 02…"."""
    return " ::: ".join(number for number in (written["mobile"], written["phone"]) if number)


def labels(written: Person) -> str:
    """Return Google's list of labels."""
    return " ::: ".join(label for label in (written["group"], "* myContacts") if label)


def last_or_company(written: Person) -> str:
    """Return MYOB's first column: a company, or a family name when the first name is filled."""
    return written["last_name"] or written["company"]


OUTLOOK_FR = Layout(
    "outlook_desktop_fr",
    "outlook_fr.csv",
    HEADERS["outlook_desktop_fr"],
    {
        "Titre": "title",
        "Prénom": "first_name",
        "Nom": "last_name",
        "Société": "company",
        "Rue (bureau)": "address1",
        "Rue (bureau) 2": "address2",
        "Ville (bureau)": "city",
        "Code postal (bureau)": "postcode",
        "Pays/Région (bureau)": "country",
        "Téléphone (bureau)": "phone",
        "Tél. mobile": "mobile",
        "Adresse de messagerie": "email",
        "Anniversaire": "birth_date",
        "Catégories": "group",
        "Compte": "account_number",
        "Notes": "notes",
        "Sexe": "sex",
        "Utilisateur 1": "loyalty_card",
        "Utilisateur 2": "email_opt_in",
    },
    made={"Nom complet de l'adresse de messagerie": Made(display_name), "Initiales": Made(initials)},
    constants={
        "Type de messagerie": "SMTP",
        "Priorité": "Normale",
        "Critère de diffusion": "Normale",
        "Privé": "Faux",
        "Anniversaire de mariage ou fête": "0/0/00",
    },
    asks=("Utilisateur 1", "Utilisateur 2"),
    encoding="cp1252",
    quote_all=True,
)
OUTLOOK_EN = Layout(
    "outlook_desktop_en",
    "outlook_en.csv",
    HEADERS["outlook_desktop_en"],
    {
        "Title": "title",
        "First Name": "first_name",
        "Last Name": "last_name",
        "Company": "company",
        "Home Street": "address1",
        "Home Street 2": "address2",
        "Home City": "city",
        "Home Postal Code": "postcode",
        "Home Country/Region": "country",
        "Home Phone": "phone",
        "Mobile Phone": "mobile",
        "E-mail Address": "email",
        "Birthday": "birth_date",
        "Categories": "group",
        "Account": "account_number",
        "Notes": "notes",
        "Gender": "sex",
        "User 1": "loyalty_card",
    },
    made={"E-mail Display Name": Made(display_name), "Initials": Made(initials)},
    constants={
        "E-mail Type": "SMTP",
        "Priority": "Normal",
        "Sensitivity": "Normal",
        "Private": "False",
        "Anniversary": "0/0/00",
    },
    asks=("User 1",),
    style=Style("en", "mdy"),
    encoding="cp1252",
    quote_all=True,
)
GOOGLE_NEW = Layout(
    "google_csv_new",
    "google_new.csv",
    HEADERS["google_csv_new"],
    {
        "First Name": "first_name",
        "Last Name": "last_name",
        "Name Prefix": "title",
        "Organization Name": "company",
        "Birthday": "birth_date",
        "Notes": "notes",
        "E-mail 1 - Value": "email",
        "Address 1 - Street": "address1",
        "Address 1 - Extended Address": "address2",
        "Address 1 - City": "city",
        "Address 1 - Postal Code": "postcode",
        "Address 1 - Country": "country",
    },
    made={
        "File As": Made(full_name),
        "Labels": Made(labels, ("group",)),
        "Phone 1 - Label": Made(lambda written: "Mobile" if both_phones(written) else ""),
        "Phone 1 - Value": Made(both_phones, ("mobile", "phone")),
        "Address 1 - Formatted": Made(formatted),
    },
    constants={"E-mail 1 - Label": "* Home", "Address 1 - Label": "Home"},
    also={"Phone 1 - Value": ("phone",)},
    style=Style("fr", "iso"),
    encoding="utf-8-sig",
    line_end="\n",
)
GOOGLE_OLD = Layout(
    "google_csv_old",
    "google_old.csv",
    HEADERS["google_csv_old"],
    {
        "Given Name": "first_name",
        "Family Name": "last_name",
        "Name Prefix": "title",
        "Organization 1 - Name": "company",
        "Birthday": "birth_date",
        "Gender": "sex",
        "Notes": "notes",
        "E-mail 1 - Value": "email",
        "Phone 1 - Value": "mobile",
        "Address 1 - Street": "address1",
        "Address 1 - Extended Address": "address2",
        "Address 1 - City": "city",
        "Address 1 - Postal Code": "postcode",
        "Address 1 - Country": "country",
    },
    made={
        "Name": Made(full_name),
        "Group Membership": Made(labels, ("group",)),
        "Address 1 - Formatted": Made(formatted),
    },
    constants={"E-mail 1 - Type": "* Home", "Phone 1 - Type": "Mobile", "Address 1 - Type": "Home"},
    also={"Phone 1 - Value": ("phone",)},
    style=Style("fr", "iso"),
    encoding="utf-16",
    line_end="\n",
)
MYOB = Layout(
    "myob_customer_cards",
    "myob.txt",
    HEADERS["myob_customer_cards"],
    {
        "First Name": "first_name",
        "Card ID": "account_number",
        "Addr 1 - Line 1": "address1",
        " - Line 2": "address2",
        "City": "city",
        "Postcode": "postcode",
        "Country": "country",
        "Phone # 1": "phone",
        "Phone # 2": "mobile",
        "Email": "email",
        "Salutation": "title",
        "Notes": "notes",
        "Custom List 1": "group",
        "Custom Field 1": "loyalty_card",
    },
    made={"Co./Last Name": Made(last_or_company, ("last_name", "company"))},
    constants={"Card Status": "N", "Currency Code": "EUR", "Credit Limit": "0", "Discount Days": "0"},
    asks=("Custom Field 1",),
    also={"Phone # 1": ("mobile",), "Phone # 2": ("phone",), "Credit Limit": ("credit_limit",)},
    encoding="cp1252",
    separator="\t",
    joined_names=True,
)
SHOPIFY = Layout(
    "shopify_export",
    "shopify.csv",
    HEADERS["shopify_export"],
    {
        "First Name": "first_name",
        "Last Name": "last_name",
        "Email": "email",
        "Accepts Email Marketing": "email_opt_in",
        "Default Address Company": "company",
        "Default Address Address1": "address1",
        "Default Address Address2": "address2",
        "Default Address City": "city",
        "Default Address Country Code": "country",
        "Default Address Zip": "postcode",
        "Default Address Phone": "phone",
        "Phone": "mobile",
        "Accepts SMS Marketing": "sms_opt_in",
        "Note": "notes",
        "Tags": "group",
    },
    made={"Customer ID": Made(lambda written: "'70" + written["account_number"][1:].rjust(11, "1"))},
    constants={"Total Spent": "0.00", "Total Orders": "0", "Tax Exempt": "no"},
    also={
        "Customer ID": ("account_number",),
        "Tax Exempt": ("tax_exempt",),
        "Phone": ("phone",),
        "Default Address Phone": ("mobile",),
    },
    style=Style("en", "iso", iso_countries=True),
    line_end="\n",
)
WOO = Layout(
    "woocommerce_analytics_customers",
    "woocommerce.csv",
    HEADERS["woocommerce_analytics_customers"],
    {"Email": "email", "Country / Region": "country", "City": "city", "Postal Code": "postcode"},
    made={
        "Name": Made(full_name, ("first_name", "last_name")),
        "Username": Made(lambda written: plain(full_name(written))[:20]),
    },
    constants={
        "Last Active": "2026-01-17 18:20:05",
        "Sign Up": "2024-05-03 09:12:44",
        "Orders": "1",
        "Total Spend": "49.9",
        "AOV": "49.9",
    },
    also={"Username": ("account_number",)},
    style=Style("en", "iso", iso_countries=True),
    line_end="\n",
)
SHOPKEEP = Layout(
    "shopkeep_legacy",
    "shopkeep.csv",
    HEADERS["shopkeep_legacy"],
    {
        "Customer_ID": "account_number",
        "First_Name": "first_name",
        "Last_Name": "last_name",
        "Email": "email",
        "Address": "address1",
        "City": "city",
        "Zip": "postcode",
        "Phone": "mobile",
        "Notes": "notes",
    },
    constants={"Tax_Exempt": "no", "Last_Visit": "2025-11-30", "Rewards_Points": "0"},
    also={"Phone": ("phone",), "Tax_Exempt": ("tax_exempt",), "Rewards_Points": ("loyalty_balance",)},
    style=Style("en", "iso"),
)
LAYOUTS = (
    OUTLOOK_FR,
    replace(OUTLOOK_FR, file="outlook_fr_semicolon.csv", separator=";"),
    OUTLOOK_EN,
    GOOGLE_NEW,
    GOOGLE_OLD,
    MYOB,
    replace(MYOB, file="myob_braces.txt", first_lines=("{}",)),
    SHOPIFY,
    WOO,
    SHOPKEEP,
)
"""Every text layout, one file each."""
