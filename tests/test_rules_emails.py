"""E-mails: the exact message of each fault, typo hints, and the library's own verdict."""

import pytest

from core.issues import SEVERITY, Code, Issue
from core.rules.emails import domain_meant, everyday, questioned, read_email
from tests.bench.verdicts import differences


def message(value, code, params, lang="fr"):
    return Issue(2, "Email", "email", code, SEVERITY[code], value, params).message(lang)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("chloe.lefevre@example.fr", "chloe.lefevre@example.fr"),
        (" chloe@example.fr\u00a0", "chloe@example.fr"),
        ("ch\u200bloe@example.fr", "chloe@example.fr"),
        ("Chloe.Lefevre@Example.FR", "Chloe.Lefevre@example.fr"),
        ("INFO@example.fr", "info@example.fr"),
        ("o'brien+promo@example.co.uk", "o'brien+promo@example.co.uk"),
        ("été@société.fr", "été@société.fr"),
        ("a@example.photography", "a@example.photography"),
        ("x@mail.com", "x@mail.com"),
        ("x@gmx.de", "x@gmx.de"),
        ("x@hotmail.it", "x@hotmail.it"),
        ("x@yahoo.ca", "x@yahoo.ca"),
        ("x@orange.com", "x@orange.com"),
    ],
)
def test_a_good_address_is_kept_in_silence(written, canonical):
    assert read_email(written) == (canonical, ())


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("chloe.example.fr", "il manque le «\u00a0@\u00a0»"),
        ("chloe(at)example.fr", "le «\u00a0@\u00a0» est écrit en lettres"),
        ("chloe arobase example.fr", "le «\u00a0@\u00a0» est écrit en lettres"),
        ("a@example.fr; b@example.fr", "il y a deux adresses dans la cellule"),
        ("a@@example.fr", "il y a plusieurs «\u00a0@\u00a0»"),
        ("Chloé <chloe@example.fr>", "gardez l'adresse seule, sans nom ni chevrons"),
        ("chloe petit@example.fr", "elle contient une espace"),
        ("@example.fr", "il manque le nom avant le «\u00a0@\u00a0»"),
        ("chloe@", "il manque le domaine après le «\u00a0@\u00a0»"),
        ("chloe..petit@example.fr", "deux points se suivent"),
        ("chloe.@example.fr", "un point est mal placé au début ou à la fin"),
        ("chloe@example,fr", "une virgule remplace un point"),
        ("chloe@example", "il manque la fin du domaine (.fr, .com…)"),
        (f"{'a' * 250}@example.fr", "elle est trop longue"),
        ("chloe@caisse.test", "ce domaine est réservé et ne reçoit pas de courrier"),
        ("chl\\oe@example.fr", "un caractère n'est pas permis"),
    ],
)
def test_a_bad_address_says_what_is_wrong(written, why):
    value, findings = read_email(written)
    assert value is None
    expected = f"«\u00a0{written}\u00a0» n'est pas une adresse e-mail\u00a0: {why}. Corrigez la cellule."
    assert [message(written, *finding) for finding in findings] == [expected]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("jean@gmial.com", "jean@gmail.com"),
        ("jean@gmail.con", "jean@gmail.com"),
        ("jean@hotmial.fr", "jean@hotmail.fr"),
        ("jean@orange.f", "jean@orange.fr"),
        ("jean@wanado.fr", "jean@wanadoo.fr"),
        ("jean@yahoo.co", "jean@yahoo.com"),
        ("jean@outlok.com", "jean@outlook.com"),
        ("jean@lapost.net", "jean@laposte.net"),
    ],
)
def test_a_slip_in_a_known_domain_is_proposed_and_never_applied(written, meant):
    assert read_email(written) == (written, ((Code.EMAIL_TYPO, {"proposal": meant}),))


def test_the_hint_reads_well_in_both_languages():
    params = {"proposal": "jean@gmail.com"}
    assert message("jean@gmial.com", Code.EMAIL_TYPO, params) == (
        "«\u00a0jean@gmial.com\u00a0»\u00a0: vouliez-vous dire «\u00a0jean@gmail.com\u00a0»\u00a0? "
        "Corrigez l'adresse si c'est une faute de frappe."
    )
    assert message("jean@gmial.com", Code.EMAIL_TYPO, params, "en") == (
        "“jean@gmial.com”: did you mean “jean@gmail.com”? Correct the address if it is a typing slip."
    )


@pytest.mark.parametrize("domain", ["example.fr", "tree.fr", "sfr.fr", "orange.com", "mail.com", "life.fr", "gmx.at"])
def test_other_domains_raise_no_question(domain):
    assert domain_meant(domain) is None


@pytest.mark.parametrize("written", ["aucun", "N/C", "-", "xxx", "pas de mail", "néant"])
def test_a_word_for_nothing_is_no_address_and_no_error(written):
    assert read_email(written) == (None, ((Code.PLACEHOLDER, {}),))


@pytest.mark.parametrize("written", ["aucun@aucun.fr", "xxx@xxx.com", "Test@test.fr"])
def test_a_made_up_address_is_pointed_at(written):
    assert read_email(written)[1] == ((Code.PLACEHOLDER, {}),)


@pytest.mark.parametrize(
    ("written", "accepted"),
    [("a@example.fr", True), ("A@example.fr", False), ("a@gmial.com", False), ("a b@example.fr", False), ("", False)],
)
def test_the_pattern_accepts_only_what_raises_no_question(written, accepted):
    assert questioned([written]) == ([] if accepted else [written])


def test_everyday_keeps_the_name_as_typed():
    assert everyday("Chloe.P@EXAMPLE.fr") == "Chloe.P@example.fr"
    assert everyday("Info@EXAMPLE.fr") == "info@example.fr"
    assert everyday("é@example.fr") is None


@pytest.mark.parametrize("written", ["_" * 40, "a_" * 500, "prenom_nom_" * 6 + "example.fr", "-._" * 200 + "@"])
def test_a_line_to_write_on_takes_no_time(written):
    """A pattern that tries every way to cut a text at its underscores would not end in a year."""
    assert questioned([written]) == [written]
    assert read_email(written)[1][0][0] in {Code.EMAIL_INVALID, Code.PLACEHOLDER}


@pytest.mark.slow
def test_verdicts_are_the_libraries_own():
    """Not one of 6,000 generated phones and e-mails is judged otherwise than by the libraries."""
    assert differences(6_000, seed=20) == {"phone": [], "email": []}
