"""The ribbon: what is written is what Excel accepts, in both languages, and every callback exists."""

import importlib.resources
import json
import re
from xml.etree import ElementTree

import pytest

from addin.build import ADDIN, SOURCE, BuildError
from addin.build.assemble import working_ribbon
from addin.build.modules import make_module, read_module
from addin.build.ribbon import (
    NAMESPACE,
    Control,
    Group,
    Ribbon,
    keep_working,
    macro_functions,
    read_ribbon,
    ribbon_xml,
    text_rows,
)
from addin.build.ribbon_rules import public_subs, ribbon_faults

WHOLE = read_ribbon(SOURCE / "ribbon.toml")
MODULE = read_module(SOURCE / "Ribbon.bas")


def small(*controls, keytip="K"):
    """A ribbon of one group."""
    tab = {"id": "tab_carnet", "label": "Carnet", "keytip": keytip}
    return Ribbon(tab, (Group("group_a", ("Groupe", "Group"), controls),), {})


def button(name, keytip="B", **more):
    return Control(id=name, kind="button", texts=(("fr", "en"),) * 3, keytip=keytip, **more)


def test_the_tab_follows_the_order_of_the_work():
    assert [group.label[0] for group in WHOLE.groups] == [
        "Modèle", "Source", "Contrôle", "Envoi", "Clients", "Fidélité", "Aide",
    ]  # fmt: skip
    assert WHOLE.buttons() == [
        "new_template", "new_template_with_customers", "take_file", "inspect",
        "check", "next_issue", "previous_issue", "fix", "clear_results",
        "dry_run", "push", "jobs", "deliver", "select", "add_customer", "find_customer",
        "gains", "attach_card", "remove_card", "compare_card", "sale", "cancel_sale", "refund", "queue",
        "undo_write", "practice", "settings", "help",
    ]  # fmt: skip


def test_the_whole_ribbon_has_no_fault():
    assert ribbon_faults(ribbon_xml(WHOLE), MODULE) == []


def test_every_control_says_everything_in_both_languages():
    for control in WHOLE.controls():
        for french, english in control.texts:
            assert french, control.id
            assert english, control.id
            assert len(french) <= 1024, control.id
            for sign in (" ;", " ?", " !", "« ", " »", " : "):
                assert sign not in french, f"{control.id}: ordinary space in {sign!r}"


def test_a_button_without_its_function_is_left_out_with_what_becomes_empty():
    kept = keep_working(WHOLE, {"check", "attach_card"})
    assert kept.buttons() == ["check", "attach_card"]
    assert [group.id for group in kept.groups] == ["group_template", "group_check", "group_loyalty", "group_help"]
    assert [c.id for c in keep_working(WHOLE, set()).controls()] == ["system", "selected", "visible", "language"]


def test_the_shipped_buttons_are_the_functions_of_the_macros():
    functions = macro_functions(ADDIN / "macros.py")
    assert working_ribbon().buttons() == [name for name in WHOLE.buttons() if name in functions]
    assert not functions or "run" in functions


def test_functions_are_found_without_running_the_module(tmp_path):
    path = tmp_path / "macros.py"
    path.write_text("from a import push as send, jobs\nraise SystemExit\ndef check(): ...\nclass fix: ...\n", "utf-8")
    assert macro_functions(path) == {"send", "jobs", "check"}
    assert macro_functions(tmp_path / "absent.py") == set()


@pytest.mark.parametrize(
    ("ribbon", "fault"),
    [
        (small(button("a"), button("a", "C")), "id a is used 2 times"),
        (small(button("a"), button("b")), "keytip B is used 2 times"),
        (small(button("a", "N"), button("b", "NC")), "keytip N begins NC"),
    ],
)
def test_an_id_or_a_key_tip_is_used_once(ribbon, fault):
    assert ribbon_faults(ribbon_xml(ribbon), MODULE) == [fault]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Public Sub Click(Control As IRibbonControl)", "Public Sub Click()",
         "a: onAction: Ribbon.Click has 0 arguments, Excel passes 1"),
        ("Public Sub Label(", "Private Sub Label(", "group_a: getLabel: there is no Public Sub Ribbon.Label"),
        ("Public Sub Loaded(", "Sub Loade(", "customUI: onLoad: there is no Public Sub Ribbon.Loaded"),
    ],
)  # fmt: skip
def test_a_callback_exists_with_the_arguments_that_excel_passes(old, new, fault):
    broken = make_module(MODULE.source.replace(old, new), "Ribbon.bas")
    assert fault in ribbon_faults(ribbon_xml(small(button("a"))), broken)


def test_a_control_has_an_id_of_its_own_or_of_office_not_both():
    xml = ribbon_xml(small(button("a"))).replace('id="a"', 'id="a" idMso="Copy"')
    assert ribbon_faults(xml, MODULE) == ["a: both id and idMso"]


def test_a_control_that_lacks_a_text_stops_the_build(tmp_path):
    path = tmp_path / "ribbon.toml"
    text = (SOURCE / "ribbon.toml").read_text("utf-8")
    path.write_text(re.sub(r'id = "check"\nimage = .*\nlarge = .*\nkeytip = .*\n', 'id = "check"\n', text), "utf-8")
    with pytest.raises(BuildError, match=r"ribbon.toml, control check: 'keytip' is missing"):
        read_ribbon(path)


def test_texts_are_rows_of_id_then_french_and_english():
    rows = {row[0]: row[1:] for row in text_rows(WHOLE)}
    assert rows["group_check"] == ("Contrôle", "Check")
    assert rows["check"][:2] == ("Vérifier", "Check")
    assert rows["check"][2:4] == ("Vérifier les lignes de la feuille", "Check the rows of the sheet")
    assert len(rows["check"]) == 6
    assert rows["no_workbook"][1].startswith("First open the workbook")
    assert len(rows) == len(text_rows(WHOLE))


def test_nothing_in_the_module_runs_by_itself():
    assert not set(public_subs(MODULE)) & {"Auto_Open", "Workbook_Open", "Auto_Close"}
    assert "SetHint" in public_subs(MODULE)


# The published schema of custom UI, as a packaged description: element → attributes and children.
SCHEMA = "data/openxml/schemas/schemas_microsoft_com_office_2009_07_customui.json"


def schema_faults(xml):
    """Return the elements and attributes that the schema does not know where they stand."""
    types = json.loads((importlib.resources.files("openxml_audit") / SCHEMA).read_text("utf-8"))["Types"]
    by_name = {entry["Name"]: entry for entry in types}
    faults = []

    def visit(element, kind):
        known = {attribute["QName"].lstrip(":") for attribute in kind.get("Attributes", ())}
        faults.extend(f"{element.tag} {name}" for name in element.attrib if name not in known)
        children = {child["Name"].rpartition(":")[2]: child["Name"] for child in kind.get("Children", ())}
        for child in element:
            tag = child.tag.removeprefix(f"{{{NAMESPACE}}}")
            if tag in children:
                visit(child, by_name[children[tag]])
            else:
                faults.append(f"{tag} in {element.tag}")

    visit(ElementTree.fromstring(xml), by_name["mso14:CT_CustomUI/mso14:customUI"])
    return [fault.replace(f"{{{NAMESPACE}}}", "") for fault in faults]


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("", "", []),
        ('keytip="V"', 'keytipp="V"', ["button keytipp"]),
        ('<item id="fr" label="Français" />', '<tab id="x" />', ["tab in dropDown"]),
        ('<button id="attach_card"', '<button size="large" id="attach_card"', ["button size"]),
    ],
)
def test_elements_and_attributes_are_those_of_the_schema(old, new, faults):
    assert schema_faults(ribbon_xml(WHOLE).replace(old, new)) == faults
