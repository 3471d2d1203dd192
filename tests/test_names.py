"""Capitals of names in French usage."""

import pytest

from core.names import french_capitals
from tests.corpus.names import MEN, SURNAMES, WOMEN

USAGE = {
    "LEFÈVRE": "Lefèvre",
    "LEFEVRE": "Lefevre",  # accents are never invented
    "durand": "Durand",
    "DE LA TOUR": "de La Tour",
    "D'ORMESSON": "d'Ormesson",
    "d’ormesson": "d’Ormesson",
    "D'ANGELO": "D'Angelo",  # Italian
    "O'NEILL": "O'Neill",
    "N'DIAYE": "N'Diaye",
    "L'HERMITTE": "L'Hermitte",
    "DELL'ORTO": "Dell'Orto",
    "JEANNE D'ARC": "Jeanne d'Arc",
    "LE GOFF": "Le Goff",
    "DU BELLAY": "Du Bellay",
    "DES ESSARTS": "Des Essarts",
    "VAN DER LINDEN": "Van der Linden",
    "DEN UYL": "Den Uyl",
    "VON TRAPP": "von Trapp",
    "DA SILVA": "Da Silva",
    "GARCIA Y VEGA": "Garcia y Vega",
    "MARIE DE LOURDES": "Marie de Lourdes",
    "SAINT-PÈRE": "Saint-Père",
    "CRÈVE-CŒUR": "Crève-Cœur",
    "MCDONALD": "McDonald",
    "MACDONALD": "MacDonald",
    "MACRON": "Macron",
    "LOUIS XIV": "Louis XIV",
    "NGUYEN VI": "Nguyen Vi",
    "ÇELİK": "Çelik",
    "MARTIN / DURAND": "Martin / Durand",
}
KEPT = (
    "Lefèvre", "LeBlanc", "de La Tour", "McDonald", "van den Berghe", "Du PRÉ", "JP", "J.-M.", "J.P. MARTIN", "A", "",
    "SARL DUPONT", "GARAGE DU LAC", "SNCF", "DUPONT & FILS", "3 SUISSES", "иван", "李", "DE OLIVEIRA",
)  # fmt: skip


@pytest.mark.parametrize(("typed", "usage"), USAGE.items())
def test_a_name_without_capitals_of_its_own_gets_those_of_french_usage(typed, usage):
    assert french_capitals(typed) == usage
    assert french_capitals(usage) is None


@pytest.mark.parametrize("typed", KEPT)
def test_a_name_that_mixes_capitals_or_may_be_no_person_stays(typed):
    assert french_capitals(typed) is None


@pytest.mark.parametrize("name", sorted({*SURNAMES, *MEN, *WOMEN}))
@pytest.mark.parametrize("spoil", [str.upper, str.lower])
def test_every_name_of_the_corpus_comes_back_whole(name, spoil):
    typed = spoil(name)
    assert (french_capitals(typed) or typed) == name


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("DUPONT NÉE MARTIN", "Dupont née Martin"),
        ("DUPONT (ÉP. MARTIN)", "Dupont (ép. Martin)"),
        ("DUPONT EPOUSE MARTIN", "Dupont epouse Martin"),
        ("VEUVE CLICQUOT", "Veuve Clicquot"),
    ],
)
def test_words_between_two_family_names_are_small(typed, right):
    assert french_capitals(typed) == right
