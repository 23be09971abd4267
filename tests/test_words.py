"""Shares and gaps in French words, computed from their values."""

import re
from decimal import Decimal

import pytest

from territories.words import EMPLOYEE, ESTABLISHMENT, gap_in_words, share_in_words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ("0", "aucun salarié"),
        ("0.4", "moins d’un salarié sur cent"),
        ("0.94", "moins d’un salarié sur cent"),
        ("0.96", "un salarié sur cent"),
        ("1", "un salarié sur cent"),
        ("1.3", "plus d’un salarié sur cent"),
        ("2", "un salarié sur cinquante"),
        ("3", "près d’un salarié sur trente"),
        ("5", "un salarié sur vingt"),
        ("9.5", "plus d’un salarié sur onze"),
        ("9.8", "près d’un salarié sur dix"),
        ("9.9", "près d’un salarié sur dix"),
        ("9.94", "près d’un salarié sur dix"),
        ("9.97", "un salarié sur dix"),
        ("10", "un salarié sur dix"),
        ("10.03", "un salarié sur dix"),
        ("10.06", "plus d’un salarié sur dix"),
        ("10.2", "plus d’un salarié sur dix"),
        ("10.5", "plus d’un salarié sur dix"),
        ("10.79", "près d’un salarié sur neuf"),
        ("10.8", "près d’un salarié sur neuf"),
        ("11.1", "un salarié sur neuf"),
        ("11.2", "plus d’un salarié sur neuf"),
        ("11.44", "plus d’un salarié sur neuf"),
        ("11.5", "plus d’un salarié sur neuf"),
        ("12.2", "près d’un salarié sur huit"),
        ("12.5", "un salarié sur huit"),
        ("12.77", "plus d’un salarié sur huit"),
        ("25", "un salarié sur quatre"),
        ("33.3", "un salarié sur trois"),
        ("42", "plus de deux salariés sur cinq"),
        ("49.9", "près d’un salarié sur deux"),
        ("50", "un salarié sur deux"),
        ("52", "plus d’un salarié sur deux"),
        ("58", "près de trois salariés sur cinq"),
        ("65", "près de deux salariés sur trois"),
        ("66.7", "deux salariés sur trois"),
        ("70", "plus de deux salariés sur trois"),
        ("75", "trois salariés sur quatre"),
        ("80", "quatre salariés sur cinq"),
        ("89", "près de neuf salariés sur dix"),
        ("90", "neuf salariés sur dix"),
        ("97", "plus de neuf salariés sur dix"),
        ("99.99", "plus de neuf salariés sur dix"),
        ("100", "tous les salariés"),
    ],
)
def test_a_share_is_written_as_the_nearest_common_fraction(share, words):
    assert share_in_words(Decimal(share), EMPLOYEE) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        ("0", "aucun établissement employeur"),
        ("10.00", "un établissement employeur sur dix"),
        ("10.70", "près d’un établissement employeur sur neuf"),
        ("11.10", "un établissement employeur sur neuf"),
        ("11.20", "plus d’un établissement employeur sur neuf"),
        ("11.54", "plus d’un établissement employeur sur neuf"),
        ("12.20", "près d’un établissement employeur sur huit"),
        ("12.77", "plus d’un établissement employeur sur huit"),
        ("80", "quatre établissements employeurs sur cinq"),
        ("97", "plus de neuf établissements employeurs sur dix"),
        ("100", "tous les établissements employeurs"),
    ],
)
def test_a_share_of_establishments_agrees_with_its_noun(share, words):
    assert share_in_words(Decimal(share), ESTABLISHMENT) == words


def test_a_whole_number_is_a_share_too():
    assert share_in_words(10, EMPLOYEE) == "un salarié sur dix"


NUMBERS = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
SPOKEN = {word: number for number, word in enumerate(NUMBERS.split(), start=1)} | {
    "vingt": 20,
    "vingt-cinq": 25,
    "trente": 30,
    "quarante": 40,
    "cinquante": 50,
    "cent": 100,
}
SENTENCE = re.compile(r"(?:(plus|près|moins) d(?:’|e ))?(\w+) salariés? sur ([\w-]+)")


def test_the_words_of_every_share_are_true():
    swept = 0
    for hundredths in range(1, 10_000):
        share = Decimal(hundredths) / 100

        words = share_in_words(share, EMPLOYEE)

        bound, above, below = SENTENCE.fullmatch(words).groups()
        fraction = Decimal(100 * SPOKEN[above]) / SPOKEN[below]
        is_true = {
            None: abs(share - fraction) < Decimal("0.05"),
            "plus": share > fraction,
            "près": share < fraction,
            "moins": share < fraction,
        }
        assert is_true[bound], f"{share}: {words}"
        swept += 1

    assert swept == 9_999


@pytest.mark.parametrize("share", ["-0.01", "-1", "100.01", "101"])
def test_a_value_that_is_no_share_is_refused(share):
    with pytest.raises(ValueError, match="A share lies between 0 and 100"):
        share_in_words(Decimal(share), EMPLOYEE)


@pytest.mark.parametrize(
    ("share", "reference", "words"),
    [
        ("10.79", "10.50", "0,29 point de plus"),
        ("9.80", "10.50", "0,70 point de moins"),
        ("10.00", "11.10", "1,10 point de moins"),
        ("12.77", "11.10", "1,67 point de plus"),
        ("12.49", "10.50", "1,99 point de plus"),
        ("12.50", "10.50", "2,00 points de plus"),
        ("8.50", "10.50", "2,00 points de moins"),
        ("10.8", "10.5", "0,3 point de plus"),
        ("15", "10", "5 points de plus"),
        ("11", "10", "1 point de plus"),
        ("0", "100", "100 points de moins"),
        ("10.50", "10.50", "autant"),
        ("10.5", "10.50", "autant"),
        ("0", "0.00", "autant"),
    ],
)
def test_a_gap_is_written_in_points(share, reference, words):
    assert gap_in_words(Decimal(share), Decimal(reference)) == words
