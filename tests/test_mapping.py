"""Columns go where their header and their values say, with the reason; ties and free fields are asked."""

from dataclasses import replace

import pytest

from core.errors import InputError
from core.fields import FIELDS
from core.mapping import Choices, Fate, How, apply, choose, propose
from core.mapping.transforms import PARTS
from core.profiles import load_system
from tests.mapping_parts import SOURCES, column_of, propose_to, table, table_of

VALUES = {
    "email": ("a@example.fr", "b@example.fr", "c@example.com"),
    "mobile": ("0612345678", "07 12 34 56 79", "+33 6 98 76 54 32"),
    "phone": ("0240123456", "0140123456", "0340123456"),
    "phone2": ("0240123456", "0140123456", "0340123456"),
    "fax": ("0240123456", "0140123456", "0340123456"),
    "postcode": ("44000", "01000", "75001"),
    "birth_date": ("24/03/1987", "01/02/1960", "15/12/1971"),
    "country": ("France", "Belgique", "Suisse"),
    "title": ("M.", "Mme", "Mlle"),
    "email_opt_in": ("oui", "non", "oui"),
    "sms_opt_in": ("oui", "non", "oui"),
    "loyalty_card": ("433701", "433702", "433703"),
    "sex": ("M", "F", "F"),
    "full_name": ("Zoé Le Goff", "Luc Martin", "Ali Petit"),
    "town_line": ("44000 Nantes", "75001 Paris", "69001 Lyon"),
}
"""Values that a column of the field has; others are any texts."""

HEADERS = {
    "first_name": "Prénom client|PRENOM|Prenom|Prénom(s)|Given name",
    "last_name": "NOM|Nom de famille|NOM CLIENT|Nom du client|Surname",
    "email": "Adr. e-mail|Email client|EMAIL|e_mail|Adresse email|Courriel|Mail|E-mail 1|Adresse de messagerie",
    "mobile": "Tel portable|TEL_PORTABLE|Tél. mob.|N° portable|Téléphone mobile|No de portable|GSM|Numéro de mobile",
    "phone": "Tel|Téléphone|TELEPHONE|Tél fixe|N° de téléphone|Numéro de téléphone|Tel domicile",
    "postcode": "Code Postal|CP|CODE_POSTAL|Code post.|cpostal|Zip code",
    "city": "Ville|VILLE|Commune|Localité|Town",
    "country": "Pays|Country|Pays de résidence",
    "address1": "Adresse|Adresse 1|Adresse1|Rue|N° et rue|Addresse|Adresse postale",
    "address2": "Adresse 2|Complément d'adresse|Complement adresse|Cplt adresse",
    "birth_date": "Date de naissance|Date naissance|DATE_NAISSANCE|Né(e) le|Date de naiss.|Birthdate|Anniversaire",
    "title": "Civilité|Civ|CIVILITE|Titre",
    "account_number": "N° client|Code client|CODE_CLIENT|Réf client|Numéro client|Id client",
    "company": "Société|Raison sociale|Entreprise",
    "notes": "Commentaire|Remarques|Observations",
    "sex": "Sexe",
    "email_opt_in": "Newsletter|Accepte newsletter|Opt in email",
    "sms_opt_in": "Optin SMS|SMS",
    "group": "Groupe|Catégorie client",
    "fax": "Fax|Télécopie",
    "loyalty_card": "Carte fidélité|N° carte de fidélité|Num carte|Carte de fidelite",
    "full_name": "Nom et prénom|NOM PRENOM|Nom complet",
    "town_line": "CP Ville|Code postal et ville",
}
"""What offices write over a column → the field, or the whole to be taken apart."""

NOISE = (
    "Date de création|Dernier achat|CA 2024|Chiffre d'affaires|Vendeur|Code vendeur|Nb visites|E-mail vendeur|"
    "Nom du magasin|Magasin|Nom du conjoint|Prénom du conjoint|Date d'inscription|Ville de naissance|"
    "Pays de naissance|Mobile conjoint|Téléphone urgence|Adresse IP|Nom de jeune fille|Code NAF|SIRET|Panier moyen|"
    "Statut|Actif|Langue|Total achats|Points de vente|Taille|Pointure|Prénom enfant 1|Date de modification|"
    "Numéro de série|Numéro de facture|Mot de passe|IBAN|Parrain|Âge|Nom du parrain|Code magasin|Date de mariage|"
    "Note de satisfaction|Portail"
)
"""Columns that are no customer's field, though many are spelt nearly like one."""
TARGETS = ("cloud-pos", "lightspeed", "odeis")


@pytest.mark.parametrize(("header", "key"), [(h, key) for key, headers in HEADERS.items() for h in headers.split("|")])
@pytest.mark.parametrize("system", TARGETS)
def test_what_offices_write_is_understood(system, header, key):
    """A column goes to its field, or is left out because the system has no such field: never elsewhere."""
    values = VALUES.get(key, ("aa", "bb", "cc"))
    mapping = propose_to(system, table_of([header, "zzz"], values, ("q", "w", "e")))
    account = mapping.accounts[0]
    parts = PARTS.get(key, (key,))
    columns = {f.key for f in load_system(system).columns() if not f.read_only}
    there = tuple(p for p in parts if p in columns)
    assert account.fields == there
    if not there:
        assert (account.reason, account.params["field"] in parts) == ("left_no_place", True)


@pytest.mark.parametrize(
    "values", [("aa", "bb", "cc"), VALUES["mobile"], VALUES["email"]], ids=["text", "phone", "email"]
)
@pytest.mark.parametrize("header", NOISE.split("|"))
def test_other_peoples_columns_are_left_out(header, values):
    """A spouse's phone is not the customer's, even when the customer has none; nothing else is spelt near enough."""
    ours = ("Vendeur", "conjoint", "urgence", "Magasin", "magasin", "parrain", "enfant", "vendeur")
    if values[0] == "aa" or any(word in header for word in ours):
        for system in TARGETS:
            account = propose_to(system, table_of([header, "zzz"], values, ("q", "w", "e"))).accounts[0]
            assert (account.fate, account.fields) == (Fate.LEFT_OUT, ())


@pytest.mark.parametrize(
    ("values", "key"),
    [
        (VALUES["email"], "email"),
        (VALUES["mobile"], "mobile"),
        (VALUES["phone"], "phone"),
        (VALUES["title"], "title"),
        (VALUES["country"], "country"),
        (VALUES["postcode"], "postcode"),
        (VALUES["birth_date"], "birth_date"),
        (("03/05/2021", "04/06/2023", "05/07/2024"), None),
        (("12345", "23456", "99999"), None),
        (("M", "F", "F"), None),
        (("oui", "non", "oui"), None),
        (("1234567890", "2345678901", "3456789012"), None),
        ((12345.0, 44000.0, 75001.0), None),
    ],
)
def test_values_speak_for_a_column_whose_header_says_nothing(values, key):
    """Recent dates are no birthdays, five figures are postcodes only as texts of French towns, M and F no countries."""
    made = table_of(["Colonne1", "Colonne2"], values, ("q", "w", "e"))
    account = propose_to("cloud-pos", made).accounts[0]
    assert account.fields == ((key,) if key else ())
    if key:
        assert propose_to("cloud-pos", made).proposals[key].evidence.how is How.VALUES


@pytest.mark.parametrize(
    ("header", "values", "key"),
    [
        ("Genre", ("Homme", "Femme", "Homme"), None),
        ("Genre", ("M.", "Mme", "M."), "title"),
        ("Genre", ("M", "M", "Mme"), "title"),
        ("E-mail", ("06 12 34 56 78", "07 12 34 56 78", "01 23 45 67 89"), None),
        ("Téléphone", ("a@example.fr", "b@example.fr", ""), None),
        ("E-mail", ("a@example.fr", "pas de mail", "b.example.fr"), "email"),
    ],
)
def test_values_that_deny_their_header_are_a_question(header, values, key):
    account = propose_to("odeis", table_of([header, "zzz"], values, ("q", "w", "e"))).accounts[0]
    assert account.fields == ((key,) if key else ())
    assert account.fate is (Fate.TAKEN if key else Fate.ASKED)


def test_two_columns_for_one_field_are_a_question():
    """Neither is preferred, and the reason names both."""
    made = table(**{"Portable": VALUES["mobile"], "Tél. mobile": VALUES["mobile"], "Nom": ("a", "b", "c")})
    mapping = propose_to("cloud-pos", made)
    assert [a.header for a in mapping.questions] == ["Portable", "Tél. mobile"]
    assert mapping.questions[0].candidates == ("mobile",)
    assert mapping.questions[0].sentence("fr") == "plusieurs colonnes pour le même champ\u00a0: Portable, Tél. mobile"
    assert "mobile" not in mapping.proposals


def test_an_empty_column_claims_nothing():
    made = table(**{"Portable": ("", "", ""), "Tél. mobile": VALUES["mobile"]})
    mapping = propose_to("cloud-pos", made)
    assert mapping.proposals["mobile"].transform.columns == (1,)
    assert mapping.accounts[0].sentence("fr") == "colonne vide"


def test_the_systems_own_headers_need_no_mapping():
    fields = load_system("cloud-pos").columns()
    made = table_of([f.header for f in fields], *([f.example or "x"] * 2 for f in fields))
    mapping = propose_to("cloud-pos", made)
    assert mapping.exact
    assert mapping.recognised is None
    assert apply(made, mapping, load_system("cloud-pos")).columns == made.columns


def test_one_foreign_header_and_the_mapping_is_not_exact():
    made = table(**{"First Name": ("a",), "Last Name": ("b",), "Vendeur": ("c",)})
    assert not propose_to("cloud-pos", made).exact


def test_every_column_has_one_fate_and_every_reason_is_said_in_both_languages():
    made = table(
        **{"Nom": ("a", "b"), "Portable": ("0612345678", "0712345678"), "Mobile": ("0612345678", ""), "Vide": ("", ""),
           "Vendeur": ("x", "y"), "Genre": ("Homme", "Femme"), "Groupe": ("VIP", "VIP")}
    )  # fmt: skip
    mapping = propose_to("odeis", made)
    assert [a.header for a in mapping.accounts] == made.headers
    for account in mapping.accounts:
        assert bool(account.fields) == (account.fate in (Fate.TAKEN, Fate.JOINED))
        for lang in ("fr", "en"):
            assert bool(account.sentence(lang)) == (not account.fields)
    for proposal in mapping.proposals.values():
        assert proposal.evidence.sentence("fr")
        assert 0 < proposal.evidence.score <= 1


def test_a_recognised_source_outweighs_a_lone_exact_header():
    """WooCommerce's "Name" is a person, though Le New Black calls a shop so."""
    headers = [
        "Name",
        "Username",
        "Last Active",
        "Sign Up",
        "Email",
        "Orders",
        "Total Spend",
        "AOV",
        "Country / Region",
    ]
    made = table_of(
        headers, *([h[:3], h[:2]] for h in headers[:4]), ["a@example.fr", "b@example.fr"], *[["1", "2"]] * 4
    )
    mapping = propose_to("le-new-black", made)
    assert mapping.recognised.source.id == "woocommerce"
    assert mapping.accounts[0].fields == ("first_name", "last_name")
    assert (
        mapping.missing == ("Reference", "Name", "Address 1", "Zipcode", "City")[: len(mapping.missing)]
        or mapping.missing
    )


def test_a_persons_choice_wins_over_everything():
    made = table(**{"Utilisateur 1": ("433701", ""), "Nom": ("Le Goff", "Petit"), "Vendeur": ("Luc", "Ali")})
    chosen = choose(made, {"Utilisateur 1": "loyalty_card", "Vendeur": "free_code_1", "Nom": ""})
    mapping = propose_to("odeis", made, chosen)
    assert mapping.proposals["loyalty_card"].evidence.how is How.CHOICE
    assert [a.fields for a in mapping.accounts] == [("loyalty_card",), (), ("free_code_1",)]
    assert mapping.accounts[1].sentence("fr") == "laissée de côté à votre demande"
    assert mapping.missing == ("Nom",)
    mapped = apply(made, mapping, load_system("odeis"))
    assert column_of(mapped, "Carte") == ["433701", None]


def test_several_columns_chosen_for_one_field_are_joined():
    made = table(**{"Rue": ("3 rue Haute", "4 rue Basse"), "Bât": ("A", ""), "Nom": ("x", "y")})
    mapping = propose_to("odeis", made, choose(made, {"Rue": "address1", "Bât": "address1"}))
    assert column_of(apply(made, mapping, load_system("odeis")), "Adresse") == ["3 rue Haute A", "4 rue Basse"]
    assert [a.fate for a in mapping.accounts[:2]] == [Fate.JOINED, Fate.JOINED]


def test_a_choice_of_a_whole_takes_it_apart():
    made = table(**{"Titulaire": ("Zoé Le Goff", "Luc Martin"), "Lieu": ("44000 Nantes", "Paris (75001)")})
    mapping = propose_to("odeis", made, choose(made, {"Titulaire": "full_name", "Lieu": "town_line"}))
    mapped = apply(made, mapping, load_system("odeis"))
    assert [column_of(mapped, h) for h in ("Prénom", "Nom", "Code postal", "Ville")] == [
        ["Zoé", "Luc"], ["Le Goff", "Martin"], ["44000", "75001"], ["Nantes", "Paris"],
    ]  # fmt: skip


def test_a_title_inside_a_name_is_not_lost():
    made = table(**{"Nom complet": ("Mme Zoé Le Goff", "Luc Martin"), "E-mail": ("a@example.fr", "b@example.fr")})
    mapped = apply(made, propose_to("odeis", made), load_system("odeis"))
    assert [column_of(mapped, h) for h in ("Genre", "Prénom", "Nom")] == [
        ["Mme", None], ["Zoé", "Luc"], ["Le Goff", "Martin"],
    ]  # fmt: skip


def test_a_choice_for_a_column_that_is_not_there_is_refused():
    made = table(Nom=("a",))
    with pytest.raises(InputError, match=r"no column “Prenon”\. Its columns: Nom\."):
        choose(made, {"Prenon": "first_name"})


def test_bank_data_is_never_taken():
    """MYOB's card and bank columns stay out even when they hold something."""
    headers = ["Co./Last Name", "First Name", "Card ID", "Card Status", "Addr 1 - Line 1", "Phone # 1", "Card Number",
               "Expiry Date", "BSB", "Account Number"]  # fmt: skip
    made = table_of(headers, *([f"{h}1", f"{h}2"] for h in headers))
    mapping = propose_to("cloud-pos", made)
    left = {a.header: a.sentence("fr") for a in mapping.accounts if a.reason == "left_never"}
    assert left == dict.fromkeys(headers[6:], "donnée bancaire ou secrète\u00a0: jamais reprise")
    assert "loyalty_card" not in mapping.proposals


def test_myobs_first_column_is_a_company_only_without_a_first_name():
    headers = ["Co./Last Name", "First Name", "Card ID", "Card Status", "Phone # 1", "Phone # 2", "A.B.N. Branch"]
    made = table_of(
        headers, ("Le Goff", "Garage Béranger"), ("Zoé", ""), ("1", "2"), ("N", "N"), ("0612345678", "0240123456"),
        ("0240111213", "0712345678"), ("x", "x"),
    )  # fmt: skip
    mapped = apply(made, propose_to("cloud-pos", made), load_system("cloud-pos"))
    assert column_of(mapped, "Last Name") == ["Le Goff", None]
    assert column_of(mapped, "Company") == [None, "Garage Béranger"]
    assert column_of(mapped, "Mobile Number") == ["0612345678", "0712345678"]
    assert column_of(mapped, "Phone Number") == ["0240111213", "0240123456"]


def test_an_address_is_taken_whole_from_one_place():
    """A street of the office and a town of the home are never put together."""
    headers = ["Rue (bureau)", "Ville (bureau)", "Code postal (bureau)", "Pays/Région (bureau)", "Rue (domicile)",
               "Ville (domicile)", "Code postal (domicile)", "Nom", "Prénom", "Tél. mobile"]  # fmt: skip
    made = table_of(
        headers, ("1 rue du Port", "", ""), ("Nantes", "", ""), ("", "", ""), ("France", "France", ""),
        ("9 rue Haute", "8 rue Basse", ""), ("Paris", "Lyon", ""), ("75001", "69001", ""), ("a", "b", "c"),
        ("d", "e", "f"), VALUES["mobile"],
    )  # fmt: skip
    mapped = apply(made, propose_to("odeis", made), load_system("odeis"))
    assert [column_of(mapped, h) for h in ("Adresse", "Code postal", "Ville", "Pays")] == [
        ["1 rue du Port", "8 rue Basse", None], [None, "69001", None], ["Nantes", "Lyon", None], ["F", None, None],
    ]  # fmt: skip


def test_what_a_source_writes_for_nothing_is_nothing():
    headers = [
        "Nom",
        "Rue (bureau)",
        "Ville (bureau)",
        "Tél. mobile",
        "Anniversaire",
        "Anniversaire de mariage ou fête",
    ]
    made = table_of(headers, *[["a", "b"]] * 4, ["0/0/00", "24/03/1987"], ["0/0/00", "0/0/00"])
    mapping = propose_to("odeis", made)
    assert column_of(apply(made, mapping, load_system("odeis")), "Date de naissance") == [None, "24/03/1987"]
    assert mapping.accounts[5].sentence("fr") == "colonne vide"


def test_googles_lists_and_labels_are_sorted():
    headers = ["First Name", "Last Name", "Name Prefix", "Labels", "File As", "E-mail 1 - Label", "E-mail 1 - Value",
               "Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Label", "Phone 2 - Value"]  # fmt: skip
    made = table_of(
        headers, ("Zoé", "Luc", "Ali"), ("a", "b", "c"), ("", "", ""), ("VIP ::: * myContacts", "* myContacts", ""),
        ("x", "y", "z"), ("* Home", "", ""), ("a@example.fr ::: b@example.fr", "c@example.fr", ""),
        ("Mobile", "Work Fax", "Home"), ("02 40 12 34 56 ::: 06 12 34 56 78", "0240999999", "+1 202 555 0100"),
        ("", "Mobile", "Mobile"), ("", "0240111213", "+1 202 555 0199"),
    )  # fmt: skip
    mapped = apply(made, propose_to("lightspeed", made), load_system("lightspeed"))
    assert column_of(mapped, "mobile") == ["06 12 34 56 78", "0240111213", "+1 202 555 0199"]
    assert column_of(mapped, "phone") == ["02 40 12 34 56", None, "+1 202 555 0100"]
    assert column_of(mapped, "fax") == [None, "0240999999", None]
    assert column_of(mapped, "customer_group_name") == ["VIP", None, None]
    assert column_of(mapped, "email") == ["a@example.fr", "c@example.fr", None]


def test_words_of_lists_become_the_targets_own():
    """Titles, countries and yes or no are written as the system does; what nobody can read stays, and is said."""
    made = table(
        Civilité=("Monsieur", "MME", "Famille", "M."), Pays=("FRANCE", "be", "Farnce", ""), Nom=("a", "b", "c", "d"),
        NPAI=("oui", "x", "non", "peut-être"),
    )  # fmt: skip
    mapping = propose_to("odeis", made)
    mapped = apply(made, mapping, load_system("odeis"))
    assert column_of(mapped, "Genre") == ["M.", "Mme", "Famille", "M."]
    assert column_of(mapped, "Pays") == ["F", "B", "Farnce", None]
    assert column_of(mapped, "N.P.A.I.") == ["O", "O", "N", "peut-être"]
    assert mapping.values["country"].near == {"Farnce": "F"}
    assert mapping.values["title"].unknown == ("Famille",)
    assert mapping.values["title"].counts["MME"] == 1


def test_madame_is_a_title_wherever_two_titles_are_called_so():
    """Cloud POS calls both Mrs and Ms "Madame" in French; the word belongs to Mrs."""
    made = table(Civilité=("Madame", "M."), Nom=("a", "b"))
    assert column_of(apply(made, propose_to("cloud-pos", made), load_system("cloud-pos")), "Title") == ["Mrs", "Mr"]


def test_a_persons_word_wins():
    made = table(Civilité=("Famille", "Mme"), Nom=("a", "b"))
    chosen = Choices(values={"title": {"Famille": "Mme", "Mme": "Mlle"}})
    mapped = apply(made, propose_to("odeis", made, chosen), load_system("odeis"))
    assert column_of(mapped, "Genre") == ["Mme", "Mlle"]


def test_a_systems_codes_are_understood_by_another():
    """Odeis' "Sté" and "CH" are a company and Switzerland for Lightspeed or Cloud POS."""
    fields = load_system("odeis").columns()
    rows = {"title": ["Mme", "Mlle"], "country": ["CH", "F"], "last_name": ["a", "b"], "undeliverable": ["O", "N"]}
    made = table_of([f.header for f in fields], *(rows.get(f.key, ["", ""]) for f in fields))
    mapping = propose_to("cloud-pos", made)
    assert mapping.recognised.source.id == "odeis"
    mapped = apply(made, mapping, load_system("cloud-pos"))
    assert column_of(mapped, "Title") == ["Mrs", "Miss"]
    assert column_of(mapped, "Country") == ["Switzerland", "France"]


def test_texts_stay_texts_and_rows_keep_their_numbers():
    made = table(Nom=("=1+1", "NA"), CP=("01000", "1000"), Portable=("0612345678", "+33612345678"))
    made.rows = [5, 9]
    mapped = apply(made, propose_to("odeis", made), load_system("odeis"))
    assert column_of(mapped, "Nom") == ["=1+1", "NA"]
    assert column_of(mapped, "Code postal") == ["01000", "1000"]
    assert column_of(mapped, "Tél. 1") == ["0612345678", "+33612345678"]
    assert mapped.rows == [5, 9]
    assert mapped.headers == [f.header for f in load_system("odeis").columns()]


def test_full_names_are_joined_for_a_system_that_wants_them_so():
    """A learnt system with one column for the name gets first and last name in it."""
    odeis = load_system("odeis")
    whole = replace(odeis.field("last_name"), key="x_full_name", header="Nom complet", synonyms=())
    profile = replace(odeis, fields=(whole, *(f for f in odeis.fields if f.key not in ("first_name", "last_name"))))
    made = table(Prénom=("Zoé", "Luc"), Surname=("Le Goff", "Martin"))
    mapping = propose(made, profile, SOURCES)
    assert column_of(apply(made, mapping, profile), "Nom complet") == ["Zoé Le Goff", "Luc Martin"]
    assert [a.fate for a in mapping.accounts] == [Fate.JOINED, Fate.JOINED]


def test_two_address_lines_are_joined_for_a_system_that_has_one():
    odeis = load_system("odeis")
    profile = replace(odeis, fields=tuple(f for f in odeis.fields if f.key != "address2"))
    made = table(Adresse=("3 rue Haute", "4 rue Basse"), Complément=("Bât. A", ""), Nom=("a", "b"))
    mapping = propose(made, profile, SOURCES)
    assert column_of(apply(made, mapping, profile), "Adresse") == ["3 rue Haute, Bât. A", "4 rue Basse"]


def test_every_common_word_means_a_field_that_exists():
    from core.mapping.words import vocabulary

    assert set(vocabulary()["fields"]) <= set(FIELDS)
    assert set(vocabulary()["wholes"]) == set(PARTS)


def test_dates_shown_as_numbers_are_the_same_days_in_the_workbook_that_is_written():
    """A source that counts from 1904 loses no four years on its way into a workbook that counts from 1900."""
    made = table(Nom=["Durand"], Naissance=[30398.0], Notes=[30398.0])
    made.facts["date_1904"] = 1
    mapped = apply(made, propose_to("cloud-pos", made), load_system("cloud-pos"))
    places = {f.key: n for n, f in enumerate(load_system("cloud-pos").columns())}
    assert (mapped.columns[places["birth_date"]], mapped.columns[places["notes"]]) == ([31860.0], [30398.0])
    assert not mapped.base_1904


TOWNS, CODES, LANDS = ["Nantes", "Lyon", "Paris"], ["44000", "69002", "75011"], ["France", "Maroc", "Italie"]
RECENT, LONG = ["01/02/1999", "03/04/2005", "24/12/2009"], ["01/02/1969", "03/04/1985", "24/12/2009"]


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("CP naissance", CODES), ("Pays naissance", LANDS), ("Ville de naissance", TOWNS), ("Country of birth", LANDS),
        ("Date création", RECENT), ("Date", RECENT), ("Client depuis", LONG), ("Mariage", LONG),
    ],
)  # fmt: skip
def test_values_alone_prove_nothing_against_their_header(header, values):
    """The town of a birth is no address, and dates of ten years, or of anything else, are no births."""
    mapping = propose_to("cloud-pos", table(**{"Nom": ["Roux", "Petit", "Blin"], header: values}))
    assert mapping.accounts[1].fate is Fate.LEFT_OUT


@pytest.mark.parametrize("header", ["N° rue", "N° de voie", "Type de voie", "House number"])
def test_a_piece_of_a_street_is_asked_about_and_joined_when_the_user_says_so(header):
    made = table(**{"Nom": ["Roux"], header: ["12"], "Voie": ["rue des Lilas"]})
    mapping = propose_to("cloud-pos", made)
    assert (mapping.accounts[1].fate, mapping.accounts[1].candidates) == (Fate.ASKED, ("address1",))
    joined = apply(made, propose_to("cloud-pos", made, choose(made, {header: "address1", "Voie": "address1"})),
                   load_system("cloud-pos"))  # fmt: skip
    assert column_of(joined, load_system("cloud-pos").field("address1").header) == ["12 rue des Lilas"]


def test_a_number_given_twice_is_one_and_goes_where_its_form_says():
    """Shopify's customer and address often have the same number; a land line is no mobile."""
    headers = ["Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing", "Default Address Address1",
               "Default Address Zip", "Default Address Phone", "Phone", "Total Spent", "Total Orders"]  # fmt: skip
    same = [
        "1",
        "Zoé",
        "Roux",
        "z@example.fr",
        "yes",
        "1 rue A",
        "44000",
        "+33 6 12 34 56 78",
        "'+33612345678",
        "1",
        "1",
    ]
    fixed = ["2", "Luc", "Petit", "l@example.fr", "no", "2 rue B", "44000", "0240123456", "0240123456", "1", "1"]
    made = table_of(headers, *map(list, zip(same, fixed, strict=True)))
    mapped = apply(made, propose_to("cloud-pos", made), load_system("cloud-pos"))
    both = [column_of(mapped, load_system("cloud-pos").field(key).header) for key in ("mobile", "phone")]
    assert both == [["'+33612345678", None], [None, "0240123456"]]


@pytest.mark.parametrize(
    ("names", "split"),
    [
        (["Zoé Dupont", "M. Luc Lefèvre", "Garcia Ali"], True),
        (["Le Goff", "Petit", "de La Tour"], False),
        (["Dupont Lefèvre", "Petit", "Garcia Ruiz"], False),
        (["Martin", "Grégoire", "Thomas"], False),
    ],
)
def test_a_nom_that_holds_full_names_is_taken_apart_where_no_column_has_the_first_names(names, split):
    """Half of the French exports call "Nom" what is a whole name; the last name alone is left as it is."""
    for system in ("cloud-pos", "odeis"):
        alone = propose_to(system, table(Nom=names, Ville=["Lyon", "Nice", "Brest"]))
        assert ("first_name" in alone.proposals) is split
    beside = propose_to("cloud-pos", table(Nom=names, Prénom=["Zoé", "Luc", "Ali"]))
    assert beside.accounts[0].fields == ("last_name",)
