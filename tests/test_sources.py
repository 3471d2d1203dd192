"""Sources are data: each file reads, each real header row is recognised as its own source, faults say their line."""

import json
import re
from pathlib import Path

import pytest

from core.cells import squash
from core.errors import ProfileError
from core.mapping.sources import (
    header_hints,
    load_sources,
    matching,
    names_of,
    pattern,
    read_source,
    recognise_source,
    source_files,
    system_source,
)
from core.profiles import load_system, read_profile

HEADERS = json.loads((Path(__file__).parent / "corpus" / "headers.json").read_text(encoding="utf-8"))
SOURCES = load_sources()
BY_ID = {source.id: source for source in SOURCES}
LISTS = {
    "outlook_desktop_en": "outlook-en",
    "outlook_desktop_fr": "outlook-fr",
    "google_csv_new": "google-new",
    "google_csv_old": "google-old",
    "myob_customer_cards": "myob",
    "shopify_export": "shopify",
    "woocommerce_analytics_customers": "woocommerce",
    "shopkeep_legacy": "shopkeep",
}
"""A header row of a real export → the source that it is."""

SHOPIFY_OLD = (
    "First Name,Last Name,Email,Company,Address1,Address2,City,Province,Province Code,Country,Country Code,Zip,Phone,"
    "Accepts Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt"
)
SHOPIFY_TEMPLATE = [h for h in HEADERS["shopify_export"] if h not in ("Customer ID", "Total Spent", "Total Orders")]
OUTLOOK_COM = "First Name,Middle Name,Last Name,Title,Suffix,Nickname,Given Yomi,Surname Yomi,E-mail Address,IMAddress"
GOOGLE_FOR_OUTLOOK = (
    "First Name,Last Name,E-mail Address,Home Street,Home Country,Business Country,User 1,Business Street"
)


@pytest.mark.parametrize("name", LISTS)
def test_a_real_header_row_is_its_source_and_every_column_is_known(name):
    found = recognise_source(HEADERS[name], SOURCES)
    assert found.source.id == LISTS[name]
    assert found.share == 1.0
    known = [pattern(header) for header in found.source.known()]
    names = names_of(HEADERS[name], found.source)
    assert [n for n in names if n and not any(k.fullmatch(n) for k in known)] == []


@pytest.mark.parametrize(
    ("headers", "source"),
    [
        (SHOPIFY_OLD.split(","), "shopify-old"),
        (OUTLOOK_COM.split(","), "outlook-com"),
        (GOOGLE_FOR_OUTLOOK.split(","), "outlook-en"),
        (SHOPIFY_TEMPLATE, "shopify-template"),
        ([*HEADERS["shopify_export"], "Tailleur (customer.metafields.custom.tailleur)"], "shopify"),
        (["Prénom", "Nom", "Rue (bureau)", "Ville (bureau)", "Code postal (bureau)", "Tél. mobile"], "outlook-fr"),
        ([h.replace("messagerie", "courrier") for h in HEADERS["outlook_desktop_fr"]], "outlook-fr"),
        ([h.upper() for h in HEADERS["outlook_desktop_en"]], "outlook-en"),
        (["Nom", "Prénom", "E-mail", "Téléphone", "Ville"], None),
        (["First Name", "Last Name", "Email", "Phone"], None),
        ([f.header for f in load_system("lightspeed").fields], "lightspeed"),
        ([f.header for f in load_system("odeis").fields], "odeis"),
    ],
)  # fmt: skip
def test_a_header_row_is_recognised_only_when_it_is_sure(headers, source):
    """Trimmed, renamed and lengthened rows are recognised; a row that anybody could have typed is nobody's."""
    found = recognise_source(headers, SOURCES)
    assert (found.source.id if found else None) == source


@pytest.mark.parametrize("source", [BY_ID[name] for name in source_files()], ids=lambda s: s.id)
def test_the_row_that_a_source_describes_is_that_source(source):
    """Also for the sources whose row nobody has seen: their own description leads back to them."""
    spelling = set(source.variants)
    row = list(dict.fromkeys(h.replace("{n}", "1") for h in source.known() if h not in spelling))
    found = recognise_source(row, SOURCES)
    assert (found.source.id, found.share) == (source.id, 1.0)


def test_every_shipped_source_is_read_and_says_how_sure_it_is():
    assert {p.stem for p in source_files().values()} <= set(BY_ID)
    for source in SOURCES:
        assert source.mark in ("sourced", "inferred", "proposed")
        assert set(source.name) == {"fr", "en"}
        assert len(source.marks) >= 3


def test_no_source_takes_what_is_secret():
    """MYOB's card and bank columns are in no recipe."""
    never = {squash(h) for h in BY_ID["myob"].never}
    assert {squash(h) for h in ("Card Number", "Expiry Date", "BSB", "Account Number")} <= never
    taken = {squash(h) for r in BY_ID["myob"].recipes for h in (*r.headers, *r.labels)}
    assert not never & taken


def test_numbered_headers_come_in_the_order_of_their_numbers():
    names = [squash(h) for h in ("Phone 10 - Value", "Phone 2 - Value", "Phone 1 - Value", "Phone 2 - Label")]
    assert matching("Phone {n} - Value", names) == [2, 1, 0]
    assert matching("Phone 2 - Label", names) == [3]
    assert "Phone 1 - Value" in header_hints([BY_ID["google-new"]])


def test_a_repeated_header_is_the_first_one():
    names = [squash(h) for h in HEADERS["myob_customer_cards"]]
    assert matching("City", names) == [9]


def test_a_system_is_a_source_by_its_profile_alone():
    source = system_source(load_system("odeis"))
    assert source.choices["title"]["Sté"] == "company"
    assert source.country_style == "car"


GOOD = """[source]
id = "essai"
name.fr = "Essai"
name.en = "Trial"
mark = "proposed"
marks = ["A", "B", "C"]

[fields]
email = "Mel"
"""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('email = "Mel"', 'emial = "Mel"'), "Profile essai.toml, line 9: unknown field “emial”. Did you mean “email”?"
         " A system's own field starts with x_ and says its type."),
        (('"Mel"', "{ joint = ['Mel'] }"), "Profile essai.toml, line 9: email = “{'joint': ['Mel']}” is not possible."
         " Possible values: from, first, join, split, numbers, items, opposite."),
        (('"Mel"', "{ join = ['Mel'], sep = ';' }"), "Profile essai.toml, line 9: email = “sep” is not possible."
         " Possible values: with."),
        (('"Mel"', "{ split = 'Mel' }"), "Profile essai.toml, line 9: email = “email” is not possible. Possible values:"
         " first_name, last_name, postcode, city."),
        (('id = "essai"', 'id = "autre"'), "Profile essai.toml, line 2: id = “autre” is not possible. Possible values:"
         " essai."),
        (('mark = "proposed"', 'mark = "sure"'), "Profile essai.toml, line 5: mark = “sure” is not possible. Possible"
         " values: sourced, proposed."),
        (('marks = ["A", "B", "C"]\n', ""), "Profile essai.toml, line 1: “marks” is missing."),
        (('name.en = "Trial"\n', ""), "Profile essai.toml, line 3: “name” must be given in French and in English (fr,"
         " en)."),
        (('marks =', 'mark_s ='), "Profile essai.toml, line 1: “marks” is missing."),
        (("[fields]", "[field]"), "Profile essai.toml, line 8: unknown block “field”. Possible blocks: source,"
         " variants, fields, blocks."),
        (('"Mel"', '"Mel'), None),
    ],
)  # fmt: skip
def test_a_broken_source_names_its_file_its_line_and_the_reason(change, message, tmp_path):
    path = tmp_path / "essai.toml"
    path.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(ProfileError) as failure:
        read_source(path)
    if message is None:
        assert str(failure.value).startswith("Profile essai.toml, line 9: not valid TOML")
    else:
        assert str(failure.value) == message


def test_a_users_own_source_is_one_file(tmp_path):
    (tmp_path / "essai.toml").write_text(GOOD, encoding="utf-8")
    sources = load_sources([tmp_path])
    found = recognise_source(["A", "B", "C", "Mel"], sources)
    assert found.source.id == "essai"


def test_the_documented_examples_are_read(tmp_path):
    """The two files that docs/new-system.md shows are a system and a source as they stand."""
    text = (Path(__file__).parent.parent / "docs" / "new-system.md").read_text(encoding="utf-8")
    for block in re.findall(r"```toml\n# (\S+)\n(.*?)```", text, re.DOTALL):
        (tmp_path / block[0]).write_text(block[1], encoding="utf-8")
    assert len(read_profile(tmp_path / "my-till.toml").fields) == 7
    source = read_source(tmp_path / "my-old-till.toml")
    assert (len(source.recipes), len(source.blocks), source.variants) == (12, 2, {"Téléphone A": "Tél. A"})
