"""A column that says the opposite of a consent ("do not e-mail") is read and written turned round, everywhere."""

import pytest

from core import actions
from core.checking import check
from core.delivery.conversion import convert
from core.learning import learn
from core.mapping import Choices, Fate, apply
from core.mapping.transforms import Opposite
from core.profiles import load_system
from core.pushing.filling import Target, fill
from core.rules.words import read_flag
from core.selection import read_selection
from core.template.workbook import write_template
from tests.export_parts import context
from tests.mapping_parts import SOURCES, column_of, propose_to, table
from tests.tables import TODAY, check_customers

PEOPLE = [
    {"last_name": name, "email_opt_in": said} for name, said in (("Roux", True), ("Petit", False), ("Le Goff", None))
]


def target(system):
    where = context(system, "")
    return Target(where.profile, where.profile.columns(where.options), where.options)


@pytest.mark.parametrize(
    ("written", "consent"),
    [("1", False), ("0", True), ("oui", False), ("non", True), ("X", False), ("☑", False), ("VRAI", False),
     ("désinscrit", False), ("Refusé", False), ("opted out", False), ("inscrit", True), ("peut-être", None)],
)  # fmt: skip
def test_a_yes_to_a_refusal_is_a_no_and_a_refusal_stays_one(written, consent):
    """Words that say themselves what the customer wants are not turned: "désinscrit" is never a consent."""
    assert read_flag(written, {}, inverse=True)[0] is consent


def test_a_check_of_lightspeed_reads_the_consent():
    checked = check_customers("lightspeed", *({"email_opt_in": cell} for cell in ("1", "0", 1.0, "oui", None, "bof")))
    assert checked.values["email_opt_in"] == [False, True, False, False, None, None]
    assert [(i.row, str(i.code)) for i in checked.issues if i.field == "email_opt_in"] == [(7, "flag_unknown")]


def test_consents_are_written_turned_round_and_come_back():
    """A blank stays a blank both ways: nobody's silence is made a consent or a refusal."""
    filled = fill(PEOPLE, target("lightspeed"))
    place = next(n for n, f in enumerate(filled.fields) if f.key == "email_opt_in")
    assert filled.columns[place] == ["0", "1", None]
    assert filled.checked.values["email_opt_in"] == [True, False, None]


@pytest.mark.parametrize(("one", "other"), [("lightspeed", "cloud-pos"), ("cloud-pos", "lightspeed")])
def test_a_conversion_keeps_the_consent(one, other):
    source = fill(PEOPLE, target(one)).checked
    there = convert(source, target(other))
    assert there.filled.checked.values["email_opt_in"] == [True, False, None]


def test_a_mapping_from_lightspeed_turns_the_words_round_and_says_so():
    made = table(customer_code=["A1", "A2", "A3", "A4"], first_name=["Zoé", "Luc", "Ali", "Ida"],
                 last_name=["Roux", "Petit", "Le Goff", "Blin"], company_name=[""] * 4, postal_city=["Lyon"] * 4,
                 do_not_email=["1", "0", "", "bof"], enable_promotional_sms=["1", "0", "", ""])  # fmt: skip
    lightspeed = load_system("lightspeed")
    headers = {f.header: f.example or "x" for f in lightspeed.fields}
    for header in headers:
        if header not in made.headers:
            made.headers.append(header)
            made.columns.append([None] * 4)
    made.positions = list(range(1, len(made.headers) + 1))
    mapping = propose_to("cloud-pos", made)
    assert mapping.recognised.source.id == "lightspeed"
    mapped = apply(made, mapping, mapping.profile)
    field = mapping.profile.field("email_opt_in")
    values = {c.code: c.value for c in field.choices}
    assert column_of(mapped, field.header) == [values["no"], values["yes"], None, "bof"]
    assert "le sens est inversé" in mapping.proposals["email_opt_in"].sentence("fr")
    assert mapping.values["email_opt_in"].unknown == ("bof",)


@pytest.mark.parametrize("header", ["Désinscrit newsletter", "Ne pas envoyer d'e-mail", "Opt-out", "Unsubscribed"])
def test_a_refusal_of_any_file_is_turned_round_also_when_the_user_chose_the_field(header):
    made = table(**{"Nom": ["Roux", "Petit"], header: ["oui", "non"]})
    chosen = Choices({(header_key(made, header), 1): "email_opt_in"})
    for choices in (None, chosen):
        mapping = propose_to("cloud-pos", made, choices)
        assert isinstance(mapping.proposals["email_opt_in"].transform, Opposite)


def header_key(made, header):
    from core.mapping.draft import column_keys

    return column_keys(made.headers)[made.headers.index(header)][0]


@pytest.mark.parametrize("header", ["Désinscrits à la newsletter", "Non abonné newsletter", "Désabonnés newsletters"])
def test_a_refusal_spelt_nearly_like_a_consent_is_never_taken_for_one(header):
    """One letter more makes a refusal of a consent: such a column is left to the user."""
    mapping = propose_to("cloud-pos", table(**{"Nom": ["Roux", "Petit"], header: ["oui", "non"]}))
    assert "email_opt_in" not in mapping.proposals
    assert mapping.accounts[1].fate in (Fate.LEFT_OUT, Fate.ASKED)


def test_the_optional_columns_of_a_system_are_mapped_when_they_are_asked_for():
    made = table(Nom=["Roux", "Petit"], Newsletter=["oui", "non"])
    lightspeed = load_system("lightspeed")
    assert "email_opt_in" not in propose_to("lightspeed", made).proposals
    from core.mapping import propose

    asked = lightspeed.with_options({"recent_columns": "yes"})
    mapped = apply(made, propose(made, asked, SOURCES), asked)
    assert column_of(mapped, "do_not_email") == ["0", "1"]


def test_a_selection_means_what_its_word_says():
    """The vendor's header asks for refusals, our own word for consents."""
    lightspeed = actions.system("lightspeed")
    said = [read_selection([text], lightspeed).parts[0].value
            for text in ("do_not_email = oui", "email_opt_in = oui", "do_not_email = 0")]  # fmt: skip
    assert said == [False, True, True]


def test_a_learnt_template_keeps_the_meaning(tmp_path):
    write_template(load_system("lightspeed"), tmp_path / "t.xlsx", lang="fr", options={"recent_columns": "yes"})
    learnt = learn(tmp_path / "t.xlsx", "Ma caisse", tmp_path / "systems").profile
    assert learnt.field("email_opt_in").inverse
    made = table(**{f.header: ["1" if f.key == "email_opt_in" else f.example] for f in learnt.fields})
    assert check(made, learnt, today=TODAY).values["email_opt_in"] == [False]
