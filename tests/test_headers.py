"""Which column is which field, and what stops."""

import pytest

from core.checking.headers import match_headers, recognise
from core.errors import InputError
from core.i18n import tr
from core.issues import Code
from core.profiles import load_system

SYSTEMS = ("odeis", "cloud-pos", "le-new-black", "lightspeed")


def odeis():
    return load_system("odeis")


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_systems_own_headers_match_whole_and_in_silence(system):
    profile = load_system(system)
    headers = [f.header for f in profile.columns()]
    found = match_headers(headers, profile)
    assert [headers[i] for i in found.columns.values()] == headers
    assert (found.issues, found.unknown) == ([], [])


@pytest.mark.parametrize(
    ("header", "key", "issue"),
    [
        ("Nom", "last_name", None),
        (" nom ", "last_name", None),
        ("NOM *", "last_name", None),
        ("Prenom", "first_name", None),
        ("tel 1", "mobile", None),
        ("Portable", "mobile", Code.HEADER_SYNONYM),
        ("E-MAIL", "email", None),
        ("Courriel", "email", Code.HEADER_SYNONYM),
        ("Loyalty card", "loyalty_card", Code.HEADER_SYNONYM),
    ],
)
def test_a_header_is_matched_exactly_then_loosely_then_by_synonym(header, key, issue):
    headers = ["Nom", header] if key != "last_name" else [header]
    found = match_headers(headers, odeis())
    assert found.columns[key] == headers.index(header)
    assert [i.code for i in found.issues] == ([issue] if issue else [])


def test_an_unknown_header_is_reported_and_left():
    found = match_headers(["Nom", "Couleur préférée", None or "", "Points"], odeis())
    assert found.unknown == [1, 3]
    assert [i.message("fr") for i in found.issues] == [
        "La colonne «\u00a0Couleur préférée\u00a0» n'existe pas dans ce système\u00a0: elle n'est pas envoyée.",
        "La colonne «\u00a0Points\u00a0» n'existe pas dans ce système\u00a0: elle n'est pas envoyée.",
    ]


def test_a_column_of_an_option_that_is_off_says_which():
    """The balance exists in Lightspeed: saying that it does not would send the user looking for a typing slip."""
    headers, lightspeed = ["first_name", "Loyalty Balance"], load_system("lightspeed")
    (issue,) = match_headers(headers, lightspeed).issues
    assert (issue.code, issue.severity) == (Code.HEADER_OPTION, "info")
    assert issue.message("fr") == (
        "La colonne «\u00a0Loyalty Balance\u00a0» n'est pas envoyée\u00a0: ce système ne la prend qu'avec l'option "
        "loyalty_balance. Pour l'envoyer, mettez cette option à oui («\u00a0Réglages\u00a0», ou "
        "--set loyalty_balance=yes)."
    )
    assert match_headers(headers, lightspeed, {"loyalty_balance": "yes"}).columns["loyalty_balance"] == 1


def test_the_exact_header_wins_over_a_synonym():
    found = match_headers(["Nom", "Portable", "Tél. 1"], odeis())
    assert found.columns["mobile"] == 2
    assert found.unknown == [1]


@pytest.mark.parametrize(
    ("headers", "key", "params"),
    [
        (["Nom", "Nom"], "headers.two_columns", {"field": "Nom", "columns": ["Nom (A)", "Nom (B)"]}),
        (
            ["Nom", "Mail", "Courriel"],
            "headers.two_columns",
            {"field": "Email", "columns": ["Mail (B)", "Courriel (C)"]},
        ),
        (["Prénom", "Ville"], "headers.missing", {"system": "Odeis (fichier routage)", "missing": ["Nom"]}),
    ],
)
def test_a_tie_or_a_missing_column_stops_with_the_names(headers, key, params):
    with pytest.raises(InputError) as error:
        match_headers(headers, odeis())
    assert (error.value.key, error.value.params) == (key, params)
    assert tr(key, "fr", **params) != tr(key, "en", **params)


@pytest.mark.parametrize("made_for", SYSTEMS)
@pytest.mark.parametrize("asked", SYSTEMS)
def test_another_systems_template_is_refused_by_name(made_for, asked):
    if made_for == asked:
        return
    headers = [f.header for f in load_system(made_for).columns()]
    with pytest.raises(InputError) as error:
        match_headers(headers, load_system(asked))
    assert error.value.key in ("headers.other_system", "headers.missing_other")
    assert error.value.params["id"] == made_for


def test_a_few_common_headers_are_no_other_system():
    """First Name, Last Name, Email Address and Postcode are not enough to say Cloud POS."""
    found = match_headers(["First Name", "Last Name", "Email Address", "Postcode"], odeis())
    assert set(found.columns) == {"first_name", "last_name", "email", "postcode"}


@pytest.mark.parametrize("system", SYSTEMS)
def test_recognise_names_the_system_of_its_own_headers(system):
    ranked = recognise([f.header for f in load_system(system).columns()], [load_system(s) for s in SYSTEMS])
    assert (ranked[0][0].id, ranked[0][1]) == (system, 1.0)


def test_recognise_says_nothing_of_nothing():
    assert recognise(["", "Zzz"], [odeis()]) == []
