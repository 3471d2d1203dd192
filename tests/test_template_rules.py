"""Every rule of every template, read back from the package by other means than those that wrote it."""

import pytest

from core.fields import FieldType
from core.i18n import LANGUAGES
from core.profiles import load_system
from core.rules.countries import read_country
from core.tables import column_letters
from core.template.workbook import write_template
from tests.template_parts import column_formats, found_rules, list_values

SYSTEMS = ("odeis", "cloud-pos", "le-new-black", "lightspeed")
OPTIONS = {"lightspeed": {"loyalty_balance": "yes", "recent_columns": "yes"}}
TEXT_TYPES = {t for t in FieldType if t not in (FieldType.DATE, FieldType.AMOUNT)}


@pytest.fixture(scope="module", params=[(s, lang) for s in SYSTEMS for lang in LANGUAGES], ids="-".join)
def template(request, tmp_path_factory):
    """A template of each system in each language, with every optional column."""
    system, lang = request.param
    profile = load_system(system)
    path = tmp_path_factory.mktemp("templates") / f"{system}.xlsx"
    write_template(profile, path, lang=lang, options=OPTIONS.get(system))
    columns = profile.columns(OPTIONS.get(system))
    rules = found_rules(path)
    return profile, lang, path, [(f, rules[f"{column_letters(n)}2:{column_letters(n)}1048576"]) for n, f in
                                 enumerate(columns, 1)]  # fmt: skip


def test_every_column_has_one_rule_down_to_the_last_row(template):
    _, _, path, columns = template
    headers = [cells for cells in found_rules(path) if "1048576" not in cells]
    assert len(found_rules(path)) == len(columns) + len(headers)
    assert {cell for cells in headers for cell in cells.split()} == {
        f"{column_letters(n)}1" for n in range(1, len(columns) + 1)
    }


def test_a_text_is_held_to_its_length(template):
    _, _, _, columns = template
    for field, rule in columns:
        if rule.kind == "textLength":
            low = "1" if field.required else "0"
            assert (rule.operator, rule.formula1, rule.formula2) == ("between", low, str(field.max_length or 32767))


def test_a_list_is_a_range_that_holds_what_the_file_accepts(template):
    profile, lang, path, columns = template
    for field, rule in columns:
        if field.choices and not field.read_only:
            assert rule.kind == "list"
            shown = [c.label[lang] if field.show_labels else c.value for c in field.choices]
            assert list_values(path, rule.formula1) == shown
        elif field.type is FieldType.COUNTRY:
            codes = [read_country(v, profile.country_style) for v in list_values(path, rule.formula1)]
            assert codes[0] == ("FR", ())
            assert len({code for code, findings in codes if not findings}) == len(codes) == 250


def test_dates_and_amounts_have_bounds(template):
    for field, rule in template[3]:
        if field.type is FieldType.DATE:
            assert (rule.kind, rule.formula1, rule.formula2) == ("date", "DATE(1900,1,1)", "TODAY()")
        if field.type is FieldType.AMOUNT and not field.read_only:
            assert rule.kind == "decimal"
            assert float(rule.formula1) == (field.minimum if field.minimum is not None else -999_999_999)
            assert float(rule.formula2) == (field.maximum if field.maximum is not None else 999_999_999)


def test_a_read_only_column_takes_nothing(template):
    for field, rule in template[3]:
        if field.read_only:
            assert (rule.kind, rule.formula1, rule.style) == ("custom", "FALSE", "stop")


def test_what_a_check_only_warns_of_is_asked_and_the_rest_refused(template):
    profile, _, _, columns = template
    asks = {f.key for f, rule in columns if rule.style == "warning"}
    if profile.id == "lightspeed":
        assert {"last_name", "address1", "birth_date", "email", "mobile"} <= asks
        assert asks.isdisjoint({"sex", "country", "loyalty_enabled", "loyalty_balance", "balance"})
    else:
        assert asks == {f.key for f, _ in columns if f.open_list}


def test_blanks_are_refused_where_a_value_is_required(template):
    for field, rule in template[3]:
        assert rule.blank is not field.required


def test_hints_say_the_meaning_and_the_limits_without_a_cut(template):
    _, lang, _, columns = template
    for field, rule in columns:
        assert rule.hint.startswith(field.help[lang])
        assert len(rule.hint) <= 255
        assert len(rule.title) <= 32
        assert not rule.hint.endswith("…") or field.help[lang].endswith("…")
        if field.max_length and rule.kind == "textLength":
            assert str(field.max_length) in rule.hint
        if field.required:
            assert {"fr": "Obligatoire.", "en": "Required."}[lang] in rule.hint
        assert field.header in rule.error
        assert 20 < len(rule.error) <= 255


def test_what_is_typed_in_a_text_column_stays_text(template):
    _, _, path, columns = template
    for number in (1, 2):
        formats = column_formats(path, number)
        assert len(formats) == len(columns)
        for (field, _), code in zip(columns, formats, strict=True):
            wanted = {FieldType.DATE: "DD/MM/YYYY", FieldType.AMOUNT: "#,##0.00"}.get(field.type, "@")
            assert code == wanted, field.key


@pytest.mark.parametrize(
    ("system", "cells", "hint", "error"),
    [
        (
            "odeis",
            "B2:B1048576",
            "Nom de famille, ou raison sociale d'une société.\nObligatoire.\n30 caractères au plus.\nExemple : LEFÈVRE",
            "« Nom » : 30 caractères au plus. Raccourcissez ce texte.",
        ),
        (
            "lightspeed",
            "AG2:AG1048576",
            "1 si le client participe à la fidélité, sinon 0.\n1 = Oui, 0 = Non",
            "« enable_loyalty » : cette valeur n'est pas dans la liste. "
            "Choisissez-en une avec la flèche à droite de la cellule.",
        ),
        (
            "cloud-pos",
            "X2:X1048576",
            "Remise du client, de 0 à 100.\nDe 0 à 100.\nExemple : 5",
            "« Current Discount » : écrivez un nombre, sans lettre ni symbole. De 0 à 100.",
        ),
    ],
)
def test_the_words_of_a_rule(tmp_path, system, cells, hint, error):
    path = tmp_path / "t.xlsx"
    write_template(load_system(system), path, lang="fr")
    rule = found_rules(path)[cells]
    assert rule.hint.replace("\u00a0", " ") == hint
    assert rule.error.replace("\u00a0", " ") == error
