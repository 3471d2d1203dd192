"""A system is learnt from its vendor's workbook; a template of ours gives back the fields that it was made from."""

import tomllib
from dataclasses import replace

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

from core.checking import check
from core.errors import InputError
from core.fields import FieldType
from core.issues import Code
from core.learning import learn
from core.profiles import load_system, profile_files, read_profile
from core.profiles.writer import profile_toml
from core.template.workbook import write_template
from tests.tables import TODAY, make_table

RULES = ("key", "header", "type", "max_length", "required", "read_only", "open_list", "default", "example",
         "minimum", "maximum")  # fmt: skip
SYSTEMS = sorted(profile_files())


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_template_of_ours_is_learnt_back_with_the_same_fields_and_rules(system, lang, tmp_path):
    """Nothing but the workbook is read: no system is given that it would be like."""
    profile = load_system(system)
    write_template(profile, tmp_path / "modele.xlsx", lang=lang)
    learnt = learn(tmp_path / "modele.xlsx", f"Appris {system}", tmp_path / "systems").profile
    assert learnt.sheet == profile.sheet
    assert len(learnt.fields) == len(profile.columns())
    for mine, theirs in zip(learnt.fields, profile.columns(), strict=True):
        assert {n: getattr(mine, n) for n in RULES} == {n: getattr(theirs, n) for n in RULES}
        labels = [(c.code, c.value, c.label[lang]) for c in mine.choices]
        assert labels == [(c.code, c.value, c.label[lang]) for c in theirs.choices]


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_system_like_another_keeps_what_a_workbook_cannot_say(system, tmp_path):
    """Keys, modes, words, options and labels in both languages come from the like system."""
    profile = load_system(system)
    write_template(profile, tmp_path / "modele.xlsx", lang="fr")
    learnt = learn(tmp_path / "modele.xlsx", "Ma caisse", tmp_path, profile)
    kept = ("match", "unique", "one_of", "modes", "country_style", "phone_style", "options", "severity", "notes")
    assert {n: getattr(learnt.profile, n) for n in kept} == {n: getattr(profile, n) for n in kept}
    own = {f.key: (f.label, f.synonyms, f.choices) for f in profile.columns() if not f.read_only}
    assert {f.key: (f.label, f.synonyms, f.choices) for f in learnt.profile.fields if f.key in own} == {
        key: own[key] for key in own
    }


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_profile_written_is_the_profile_read(system, tmp_path):
    profile = load_system(system)
    path = tmp_path / f"{system}.toml"
    path.write_text(profile_toml(profile, "Un essai."), encoding="utf-8")
    assert replace(read_profile(path), path=profile.path) == profile


def vendor_template(path):
    """Write a template as a vendor would: a title, notes, rules, a list on another sheet, one typed, an example."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Import"
    sheet["A1"] = "Modèle d'import des clients, version 3"
    headers = ["Code client *", "Civilité", "Nom *", "Prénom", "Portable", "Né(e) le", "Opt-in", "Remise %", "Couleur"]
    for n, header in enumerate(headers, 1):
        sheet.cell(3, n, header)
    sheet["D3"].comment = Comment("Prénom usuel", "éditeur")
    lists = book.create_sheet("Listes")
    for row, value in enumerate(("M.", "Mme", "Mlle"), 1):
        lists.cell(row, 1, value)
    rules = {
        "A4:A999": DataValidation(type="textLength", operator="lessThanOrEqual", formula1="12"),
        "B4:B999": DataValidation(type="list", formula1="Listes!$A$1:$A$3", allow_blank=True),
        "C4:C999": DataValidation(
            type="textLength", operator="between", formula1="1", formula2="40", allow_blank=False
        ),
        "G4:G999": DataValidation(type="list", formula1='"Oui,Non"', allow_blank=True),
        "H4:H999": DataValidation(type="decimal", operator="between", formula1="0", formula2="50", allow_blank=True),
    }
    for where, rule in rules.items():
        rule.add(where)
        sheet.add_data_validation(rule)
    sheet["F4"].number_format = "DD/MM/YYYY"
    example = book.create_sheet("Exemple")
    example.append(headers)
    example.append(["C001", "Mme", "LEFÈVRE", "Chloé", "0639980102", "24/03/1987", "Oui", 5, "bleu"])
    book.save(path)


def test_a_vendors_template_is_learnt_with_its_rules(tmp_path):
    """Lengths, lists, bounds, dates, notes, stars and the example are taken; the rest is said to be unknown."""
    vendor_template(tmp_path / "editeur.xlsx")
    learnt = learn(tmp_path / "editeur.xlsx", "Caisse Été", tmp_path)
    fields = {f.header: f for f in learnt.profile.fields}
    assert learnt.profile.id == "caisse-ete"
    assert learnt.profile.language == "fr"
    assert [(f.key, f.type) for f in learnt.profile.fields] == [
        ("account_number", FieldType.TEXT),
        ("title", FieldType.CHOICE),
        ("last_name", FieldType.NAME),
        ("first_name", FieldType.NAME),
        ("mobile", FieldType.PHONE),
        ("birth_date", FieldType.DATE),
        ("email_opt_in", FieldType.FLAG),
        ("discount", FieldType.AMOUNT),
        ("x_couleur", FieldType.TEXT),
    ]
    assert [f.header for f in learnt.profile.fields if f.required] == ["Code client *", "Nom *"]
    assert [fields[h].max_length for h in ("Code client *", "Nom *", "Prénom")] == [12, 40, None]
    assert [c.value for c in fields["Civilité"].choices] == ["M.", "Mme", "Mlle"]
    assert [(c.code, c.value) for c in fields["Opt-in"].choices] == [("yes", "Oui"), ("no", "Non")]
    assert (fields["Remise %"].minimum, fields["Remise %"].maximum) == (0, 50)
    assert fields["Prénom"].help["fr"] == "Prénom usuel"
    assert [f.example for f in learnt.profile.fields][:4] == ["C001", "Mme", "LEFÈVRE", "Chloé"]
    assert learnt.sentences("fr") == [
        "Encore inconnu\u00a0: le sens de Couleur. Ces colonnes sont gardées comme des textes propres à ce système.",
        "Encore inconnu\u00a0: la longueur permise de Prénom, Portable, Couleur. Demandez-la à l'éditeur, puis écrivez"
        " max_length dans la description.",
        "Encore inconnu\u00a0: comment ce système reconnaît un client qu'il a déjà (match) et ce qui ne peut pas se"
        " répéter (unique).",
        "Encore inconnu\u00a0: si l'import peut modifier des clients existants (modes). D'ici là, Carnet ne fait"
        " qu'ajouter.",
    ]


def test_an_export_is_learnt_from_its_headers_alone(tmp_path):
    """Odeis' own routage export, laid over the shipped system, gives the exact header at the shop."""
    with xlsxwriter.Workbook(tmp_path / "routage.xlsx") as book:
        sheet = book.add_worksheet("Routage")
        sheet.write_row(0, 0, ["CIVILITE", "NOM", "PRENOM", "RUE", "CP", "VILLE", "PORTABLE", "MAIL", "N° CARTE"])
        sheet.write_row(1, 0, ["Mme", "Le Goff", "Zoé", "3 rue Haute", "44000", "Nantes", "", "", "433724"])
    odeis = load_system("odeis")
    learnt = learn(tmp_path / "routage.xlsx", "Odeis magasin", tmp_path, odeis).profile
    assert [(f.header, f.key) for f in learnt.fields] == [
        ("CIVILITE", "title"), ("NOM", "last_name"), ("PRENOM", "first_name"), ("RUE", "address1"), ("CP", "postcode"),
        ("VILLE", "city"), ("PORTABLE", "mobile"), ("MAIL", "email"), ("N° CARTE", "loyalty_card"),
    ]  # fmt: skip
    assert learnt.field("title").choices == odeis.field("title").choices
    assert learnt.match == tuple(keys for keys in odeis.match if {f.key for f in learnt.fields}.issuperset(keys))


def test_what_cannot_be_learnt_says_why(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "double.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Nom", "Prénom", "Nom"])
        sheet.write_row(1, 0, ["a", "b", "c"])
    with pytest.raises(InputError, match="has two columns “Nom”"):
        learn(tmp_path / "double.xlsx", "Essai", tmp_path)
    with pytest.raises(InputError, match="Give the system a name"):
        learn(tmp_path / "double.xlsx", "…", tmp_path)
    assert not list(tmp_path.glob("*.toml"))


def test_a_file_without_rules_says_so(tmp_path):
    """A text file has a header row and nothing more: that is learnt, and the rest is said to be unknown."""
    (tmp_path / "export.csv").write_text("Nom;Prénom;Né(e) le\nMartin;Zoé;24/03/1987\n", encoding="utf-8")
    learnt = learn(tmp_path / "export.csv", "Texte", tmp_path)
    assert [f.key for f in learnt.profile.fields] == ["last_name", "first_name", "birth_date"]
    assert learnt.sentences("en")[0] == (
        "The rules of the cells could not be read in this file: lengths, lists and required columns are to be"
        " completed."
    )


def test_a_learnt_system_is_plain_data(tmp_path):
    vendor_template(tmp_path / "editeur.xlsx")
    learnt = learn(tmp_path / "editeur.xlsx", "Caisse", tmp_path)
    data = tomllib.loads(learnt.profile.path.read_text(encoding="utf-8"))
    assert data["system"]["id"] == "caisse"
    assert load_system("caisse", [tmp_path]) == learnt.profile


def test_a_consent_or_a_title_without_a_list_is_still_read_as_one(tmp_path):
    """Any text in a consent would be pushed as it is: the usual words are taken, and said to be only that."""
    with xlsxwriter.Workbook(tmp_path / "export.xlsx") as book:
        book.add_worksheet("Clients").write_row(0, 0, ["Nom", "Civilité", "Newsletter", "Sexe"])
    learnt = learn(tmp_path / "export.xlsx", "Ma caisse", tmp_path / "systems")
    fields = {f.key: f for f in learnt.profile.fields}
    assert [c.value for c in fields["email_opt_in"].choices] == ["Oui", "Non"]
    assert {c.code for c in fields["title"].choices} >= {"mr", "mrs"}
    assert (fields["title"].open_list, fields["sex"].open_list) == (True, True)
    assert ("unknown_words", ("Civilité", "Newsletter", "Sexe")) in learnt.unknown
    table = make_table(["Nom", "Civilité", "Newsletter"], [["Roux", "Madame", "oui"], ["Blin", "Dr", "peut-être"]])
    checked = check(table, learnt.profile, today=TODAY)
    assert checked.values["email_opt_in"] == [True, None]
    assert checked.values["title"] == ["mrs", "Dr"]
    assert [(i.row, i.field, i.code) for i in checked.issues if i.field == "email_opt_in"] == [
        (3, "email_opt_in", Code.FLAG_UNKNOWN)
    ]
