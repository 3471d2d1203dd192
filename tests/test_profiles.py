"""The systems as data: what the shipped profiles say, and how a broken one is refused."""

import datetime

import pytest

from core.cells import fold
from core.errors import ProfileError
from core.fields import FieldType
from core.i18n import LANGUAGES, tr
from core.issues import Code, Severity
from core.profiles import load_system, profile_files, read_profile
from core.rules.countries import read_country

SYSTEMS = ("cloud-pos", "le-new-black", "lightspeed", "odeis")
WORKING_LIGHTSPEED = 36
"""Columns of an X-Series file without the two options."""

SMALL = """[system]
id = "caisse"
name = "Ma caisse"
version = "1"
match = [["email"]]

[severity]
email_invalid = "warning"

[[options]]
key = "shop"
type = "text"
label.fr = "Boutique"
label.en = "Shop"
help.fr = "Le code de la boutique."
help.en = "The shop's code."

[[fields]]
key = "last_name"
header = "NOM"
label.fr = "Nom"
label.en = "Name"
help.fr = "Nom du client : obligatoire."
help.en = "The customer's name."
max_length = 25
required = true
example = "Martin"
mark = "proposed"

[[fields]]
key = "email"
header = "MAIL"
label.fr = "E-mail"
label.en = "E-mail"
help.fr = "E-mail."
help.en = "E-mail."
mark = "proposed"

[[fields]]
key = "x_vip"
type = "flag"
header = "VIP"
label.fr = "Client VIP"
label.en = "VIP customer"
help.fr = "Oui ou non."
help.en = "Yes or no."
choices = [{ code = "yes", value = "Y" }, { code = "no", value = "N" }]
mark = "proposed"
"""


@pytest.fixture
def small(tmp_path):
    """A made-up system in a folder of the user's own: one file and no code."""

    def write(text=SMALL):
        path = tmp_path / "caisse.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_four_systems_are_shipped():
    assert tuple(sorted(profile_files())) == SYSTEMS


def test_a_system_of_the_user_is_one_file(small):
    folder = small().parent
    profile = load_system("Caisse", [folder])
    assert [f.header for f in profile.fields] == ["NOM", "MAIL", "VIP"]
    assert profile.field("x_vip").type is FieldType.FLAG
    assert profile.severity == {Code.EMAIL_INVALID: Severity.WARNING}
    assert profile.field("last_name").help["fr"] == "Nom du client\u00a0: obligatoire."


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("odeiss", "Le système « odeiss » est inconnu. Vouliez-vous dire « odeis »"),
        ("zzz", "Le système « zzz » est inconnu. Systèmes connus : cloud-pos, le-new-black, lightspeed, odeis."),
    ],
)
def test_an_unknown_system_says_which_exist(name, message):
    with pytest.raises(ProfileError) as caught:
        load_system(name)
    said = tr(caught.value.key, "fr", **caught.value.params).replace("\u00a0", " ")
    assert said.startswith(message)


NEXT = 'mark = "proposed"\n\n[[fields]]\nkey = "email"'
BROKEN = [
    (
        "[system]",
        "[system",
        1,
        "not valid TOML.",
    ),
    (
        "[severity]",
        "[severities]",
        7,
        "unknown block “severities”. Possible blocks: system, severity, options, fields.",
    ),
    ('id = "caisse"', 'id = "autre"', 2, "id = “autre” is not possible. Possible values: caisse."),
    ('version = "1"', "", 1, "“version” is missing."),
    ('name = "Ma caisse"', "name = 3", 3, 'name = 3 has the wrong form. Write: "…".'),
    ("match =", "matches =", 5, "“matches” is unknown here. Did you mean: match?"),
    ('[["email"]]', '["email"]', 5, "match = ['email'] has the wrong form. Write: [[\"…\"]]."),
    ('[["email"]]', '[["fax"]]', 5, "match = “fax” is not possible. Possible values: last_name, email, x_vip."),
    ('"warning"', '"grave"', 8, "email_invalid = “grave” is not possible. Possible values: error, warning, info."),
    ('type = "text"', 'type = "date"', 12, "type = “date” is not possible. Possible values: text, flag, choice."),
    ('label.fr = "Boutique"', "", 14, "“label” must be given in French and in English (fr, en)."),
    (
        'key = "last_name"',
        'key = "lastname"',
        19,
        "unknown field “lastname”. Did you mean “last_name”? A system's own field starts with x_ and says its type.",
    ),
    ("max_length = 25", 'max_length = "25"', 25, "max_length = '25' has the wrong form. Write: 30."),
    ("required = true", 'required = "oui"', 26, "required = 'oui' has the wrong form. Write: true, false."),
    (
        NEXT,
        NEXT.replace("proposed", "sûr"),
        28,
        "mark = “sûr” is not possible. Possible values: sourced, inferred, proposed.",
    ),
    ('key = "email"\nheader', 'key = "last_name"\nheader', 31, "key = “last_name” is there twice."),
    ('header = "MAIL"', 'header = "NOM"', 32, "header = “NOM” is there twice."),
    (
        'type = "flag"',
        'type = "boolean"',
        41,
        "type = “boolean” is not possible. Possible values: "
        "text, name, email, phone, postcode, country, date, flag, choice, amount, card.",
    ),
    ('header = "VIP"', 'header = "VIP"\noption = "carte"', 43, "option = “carte” is not possible. Possible values: –."),
    ('"no", value', '"non", value', 47, "a yes/no field has two allowed values, with the codes yes and no."),
    ('value = "N"', 'value = "Y"', 47, "choices = “Y” is there twice."),
    ('value = "N"', 'valeur = "N"', 47, "“valeur” is unknown here. Did you mean: code, value, words, fr, en?"),
]


@pytest.mark.parametrize(("old", "new", "line", "reason"), BROKEN, ids=[b[1][:20] for b in BROKEN])
def test_a_broken_profile_is_refused_with_file_line_and_reason(small, old, new, line, reason):
    assert old in SMALL
    with pytest.raises(ProfileError) as caught:
        read_profile(small(SMALL.replace(old, new, 1)))
    assert str(caught.value) == f"Profile caisse.toml, line {line}: {reason}"


def test_a_profile_without_a_field_is_refused(small):
    with pytest.raises(ProfileError, match="no field"):
        read_profile(small(SMALL[: SMALL.index("[[fields]]")]))


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_two_fields_of_a_system_claim_one_header(system):
    owner = {}
    for field in load_system(system).fields:
        for word in {fold(w) for w in (field.header, *field.synonyms, *field.label.values())}:
            assert owner.setdefault(word, field.key) == field.key, word


@pytest.mark.parametrize("system", SYSTEMS)
def test_examples_and_defaults_obey_their_own_field(system):
    profile = load_system(system)
    for field in profile.fields:
        assert field.example or field.read_only, field.key
        for value in filter(None, (field.example, field.default)):
            assert len(value) <= (field.max_length or 200), field.key
            if field.type is FieldType.COUNTRY:
                assert read_country(value, profile.country_style)[1] == (), field.key
            if field.type is FieldType.DATE:
                datetime.datetime.strptime(value, profile.date_format)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_text_is_a_sentence_in_each_language(system):
    profile = load_system(system)
    for thing in (*profile.fields, *profile.options):
        for lang in LANGUAGES:
            assert thing.label[lang].strip() == thing.label[lang] != ""
            assert thing.help[lang].endswith((".", "…")), thing.help[lang]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_sourced_or_inferred_field_names_its_source(system):
    for field in load_system(system).fields:
        assert field.source or field.mark == "proposed", field.key


def test_titles_have_the_same_codes_everywhere():
    known = {"mr", "mrs", "miss", "ms", "dr", "company"}
    for system in SYSTEMS:
        title = load_system(system).field("title")
        assert title is None or {c.code for c in title.choices} <= known


FACTS = [
    ("odeis", "modes", ("add",)),
    ("odeis", "country_style", "car"),
    ("cloud-pos", "rows_advised", 5000),
    ("cloud-pos", "unique", (("account_number",), ("email",), ("mobile",), ("first_name", "last_name", "postcode"))),
    ("le-new-black", "match", (("account_number",), ("company", "country"))),
    ("lightspeed", "match", (("account_number",),)),
    ("lightspeed", "rows_per_export", 1000),
    ("lightspeed", "date_format", "%d/%m/%Y"),
]


@pytest.mark.parametrize(("system", "name", "value"), FACTS)
def test_what_the_vendors_say_of_their_import(system, name, value):
    assert getattr(load_system(system), name) == value


def test_contact_types_are_shown_in_words_and_written_as_codes_1_to_7():
    field = load_system("le-new-black").field("contact_type")
    assert field.header == "Contact group"
    assert field.show_labels
    assert [(c.code, c.value) for c in field.choices] == [
        ("customer", "1"), ("former", "2"), ("prospect", "3"), ("contact", "4"), ("retail", "5"), ("press", "6"),
        ("staff", "7"),
    ]  # fmt: skip


def test_the_loyalty_balance_is_a_column_only_when_asked_for():
    profile = load_system("lightspeed")
    plain, asked = profile.columns(), profile.columns({"loyalty_balance": "yes"})
    assert len(plain) == WORKING_LIGHTSPEED
    assert [f.key for f in asked if f not in plain] == ["loyalty_balance"]
    assert [f.key for f in plain if f.read_only] == ["balance", "store_credit", "year_to_date"]


@pytest.mark.parametrize("code", ["date_invalid", "email_invalid", "phone_invalid", "too_long"])
def test_lightspeed_only_advises_where_its_importer_does(code):
    assert load_system("lightspeed").severity[Code(code)] is Severity.WARNING
