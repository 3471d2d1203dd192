"""Phones: by country, canonical E.164, what was lost, what is doubtful."""

import phonenumbers
import pytest

from core.issues import SEVERITY, Code, Issue
from core.rules.phones import acceptor, e164, read_phone, regions_of, shown, usual

FR = ("FR",)


@pytest.mark.parametrize(
    ("written", "regions", "canonical"),
    [
        ("06 12 34 56 78", FR, "+33612345678"),
        ("0612345678", FR, "+33612345678"),
        ("06.12.34.56.78", FR, "+33612345678"),
        ("06-12-34-56-78", FR, "+33612345678"),
        ("06/12/34/56/78", FR, "+33612345678"),
        ("06\u00a012\u202f34 56 78", FR, "+33612345678"),
        ("06 12 34 56 78\u200b", FR, "+33612345678"),
        ("(0)6 12 34 56 78", FR, "+33612345678"),
        ("+33 6 12 34 56 78", FR, "+33612345678"),
        ("+33 (0)6 12 34 56 78", FR, "+33612345678"),
        ("0033 612345678", FR, "+33612345678"),
        ("33612345678", FR, "+33612345678"),
        ("01 23 45 67 89", FR, "+33123456789"),
        ("+32 470 12 34 56", FR, "+32470123456"),
        ("0470 12 34 56", ("BE",), "+32470123456"),
        ("079 123 45 67", ("CH",), "+41791234567"),
        ("07911 123456", ("GB",), "+447911123456"),
        ("612 34 56 78", ("ES",), "+34612345678"),
        ("06 12345678", ("IT",), "+390612345678"),
        ("(201) 555-0123", ("US",), "+12015550123"),
        ("0690 12 34 56", ("GP", "FR"), "+590690123456"),
        ("0692 12 34 56", ("RE", "FR"), "+262692123456"),
        ("06 12 34 56 78", ("GP", "FR"), "+33612345678"),
        ("93 15 26 00", ("MC",), "+37793152600"),
    ],
)
def test_a_good_number_is_stored_as_e164_in_silence(written, regions, canonical):
    assert read_phone(written, regions) == (canonical, ())


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_example_number_of_the_library_is_accepted_and_stable(region):
    """Each region's examples, in national and international writing, give one E.164 form, itself read the same."""
    for kind in (0, 1, 2, 3, 4, 6):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None:
            continue
        for style in (1, 2):  # INTERNATIONAL, NATIONAL
            written = phonenumbers.format_number(number, style)
            value, _ = read_phone(written, (region,))
            assert value == e164(number), written
        assert read_phone(e164(number), (region,))[0] == e164(number)


@pytest.mark.parametrize(
    ("written", "code", "value", "said"),
    [
        (
            "612345678",
            Code.PHONE_ZERO_LOST,
            "+33612345678",
            "«\u00a0612345678\u00a0» a perdu son zéro de tête\u00a0: Carnet lit 06 12 34 56 78. "
            "Mettez la colonne au format Texte et corrigez la cellule.",
        ),
        (
            "O612345678",
            Code.PHONE_DOUBTFUL,
            "+33612345678",
            "«\u00a0O612345678\u00a0»\u00a0: il y a du texte avec le numéro. "
            "Carnet lit 06 12 34 56 78\u00a0: vérifiez le numéro.",
        ),
        (
            "06 30 00 00 01 ext. 5",
            Code.PHONE_DOUBTFUL,
            "+33630000001",
            "«\u00a006 30 00 00 01 ext. 5\u00a0»\u00a0: il y a un numéro de poste, qui ne sera pas envoyé. "
            "Carnet lit 06 30 00 00 01\u00a0: vérifiez le numéro.",
        ),
        (
            "07 00 12 34 56",
            Code.PHONE_DOUBTFUL,
            "+33700123456",
            "«\u00a007 00 12 34 56\u00a0»\u00a0: aucun numéro attribué ne commence ainsi. "
            "Carnet lit 07 00 12 34 56\u00a0: vérifiez le numéro.",
        ),
        (
            "0690 12 34 56",
            Code.PHONE_DOUBTFUL,
            "+590690123456",
            "«\u00a00690 12 34 56\u00a0»\u00a0: ce numéro n'existe qu'outre-mer, et la ligne ne dit ni le pays ni un "
            "code postal de là-bas. Carnet lit +590 690 12 34 56\u00a0: vérifiez le numéro.",
        ),
        (
            "06 12 34 56 7",
            Code.PHONE_INVALID,
            None,
            "«\u00a006 12 34 56 7\u00a0» n'est pas un numéro de téléphone\u00a0: il manque des chiffres. "
            "Corrigez la cellule.",
        ),
        (
            "06 12 34 56",
            Code.PHONE_INVALID,
            None,
            "«\u00a006 12 34 56\u00a0» n'est pas un numéro de téléphone\u00a0: il manque des chiffres. "
            "Corrigez la cellule.",
        ),
        (
            "06 12 34 56 78 90",
            Code.PHONE_INVALID,
            None,
            "«\u00a006 12 34 56 78 90\u00a0» n'est pas un numéro de téléphone\u00a0: il y a trop de chiffres. "
            "Corrigez la cellule.",
        ),
        (
            "06 12 34 56 78 / 02 40 47 11 22",
            Code.PHONE_INVALID,
            None,
            "«\u00a006 12 34 56 78 / 02 40 47 11 22\u00a0» n'est pas un numéro de téléphone\u00a0: "
            "il y a deux numéros dans la cellule. Corrigez la cellule.",
        ),
        (
            "06 12 34 56 78 (bureau)",
            Code.PHONE_INVALID,
            None,
            "«\u00a006 12 34 56 78 (bureau)\u00a0» n'est pas un numéro de téléphone\u00a0: "
            "il y a du texte avec le numéro. Corrigez la cellule.",
        ),
        (
            "+999 12 34",
            Code.PHONE_INVALID,
            None,
            "«\u00a0+999 12 34\u00a0» n'est pas un numéro de téléphone\u00a0: l'indicatif du pays n'existe pas. "
            "Corrigez la cellule.",
        ),
        (
            "à demander",
            Code.PHONE_INVALID,
            None,
            "«\u00a0à demander\u00a0» n'est pas un numéro de téléphone\u00a0: il n'y a aucun chiffre. "
            "Corrigez la cellule.",
        ),
        (
            "3,36123E+10",
            Code.DIGITS_LOST,
            None,
            "«\u00a03,36123E+10\u00a0»\u00a0: Excel a arrondi ce numéro, ses derniers chiffres sont perdus. "
            "Ressaisissez-le dans une cellule au format Texte.",
        ),
    ],
)
def test_a_faulty_number_says_why(written, code, value, said):
    got, findings = read_phone(written, FR)
    assert got == value
    assert [c for c, _ in findings] == [code]
    issue = Issue(2, "Tél. 1", "mobile", code, SEVERITY[code], written, findings[0][1])
    assert issue.message("fr").replace("\u202f", " ") == said


@pytest.mark.parametrize(
    ("written", "value"),
    [("aucun", None), ("-", None), ("0000000000", None), ("00 00 00 00 00", None), ("0600000000", "+33600000000")],
)
def test_a_number_for_nothing_is_a_placeholder(written, value):
    assert read_phone(written, FR) == (value, ((Code.PLACEHOLDER, {}),))


@pytest.mark.parametrize(
    ("country", "postcode", "regions"),
    [
        (None, "44000", ("FR",)),
        ("FR", "97110", ("GP", "FR")),
        (None, "97400", ("RE", "FR")),
        ("RE", "97400", ("RE", "FR")),
        ("BE", "1000", ("BE",)),
        ("BE", "97110", ("BE",)),
        (None, "98800", ("NC", "FR")),
        (None, "", ("FR",)),
    ],
)
def test_the_region_comes_from_the_country_or_an_overseas_postcode(country, postcode, regions):
    assert regions_of(country, postcode, "FR") == regions


@pytest.mark.parametrize(
    ("value", "region", "written"),
    [
        ("+33612345678", "FR", "06 12 34 56 78"),
        ("+32470123456", "FR", "+32 470 12 34 56"),
        ("+32470123456", "BE", "0470 12 34 56"),
        ("+590690123456", "GP", "0690 12 34 56"),
    ],
)
def test_a_number_is_shown_the_national_way_at_home(value, region, written):
    assert shown(value, region) == written


def test_the_pattern_leaves_countries_with_other_trunk_prefixes_to_the_library():
    assert usual("US") is None
    assert usual("IT") is None
    assert acceptor(("IT",))(["0612345678"]) == {}
    assert acceptor(("FR",))(["0612345678"]) == {"0612345678": "+33612345678"}
    assert acceptor(("FR",))(["٠٦٣٩٩٨٠١٠٢"]) == {}
    many = ["06 12 34 56 78", "06 12\n34 56 78", "0600000000", "+33 (0)6-12.34.56.78"]
    assert acceptor(("FR",))(many) == {many[0]: "+33612345678", many[3]: "+33612345678"}


@pytest.mark.parametrize(
    "written",
    ["0612345678;0712345678", "06 12 34 56 78 ; 07 12 34 56 78", "0612345678 / 0240123456", "06 12 34 56 78, 79"],
)
def test_two_numbers_in_a_cell_are_never_read_as_the_first(written):
    """The library passes over what follows a semicolon: the second number would be lost without a word."""
    assert read_phone(written, ("FR",)) == (None, ((Code.PHONE_INVALID, {"reason": "phone_two"}),))


def test_letters_read_by_their_keys_make_no_second_number():
    """Slashes between figures stand between two numbers only where the library does not read all as one."""
    value, findings = read_phone("030/27/41/06/ p/os/te/ 3", ("DE",))
    assert (value, [code for code, _ in findings]) == ("+4930274106767833", [Code.PHONE_DOUBTFUL])


def test_figures_after_the_number_are_said():
    value, findings = read_phone("0612345678;1", ("FR",))
    assert (value, [code for code, _ in findings]) == ("+33612345678", [Code.PHONE_DOUBTFUL])


@pytest.mark.parametrize("written", ["01/42/68/53/00", "+33 (0)1 42 68 53 00", "0033 (0)142685300", "01.42.68.53.00"])
def test_signs_within_one_number_are_no_second_one(written):
    assert read_phone(written, ("FR",)) == ("+33142685300", ())
