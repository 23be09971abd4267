"""Numbers in French words, computed from their values: « près d’un salarié sur neuf »."""

from dataclasses import dataclass
from decimal import Decimal

from cress.base.text.numbers import format_number

_NUMBERS = {
    2: "deux",
    3: "trois",
    4: "quatre",
    5: "cinq",
    6: "six",
    7: "sept",
    8: "huit",
    9: "neuf",
    10: "dix",
    11: "onze",
    12: "douze",
    13: "treize",
    14: "quatorze",
    15: "quinze",
    16: "seize",
    20: "vingt",
    25: "vingt-cinq",
    30: "trente",
    40: "quarante",
    50: "cinquante",
    100: "cent",
}
# The fractions of everyday French, as (numerator, denominator): « un sur neuf », « deux sur cinq ».
_FRACTIONS = [(1, n) for n in _NUMBERS] + [(2, 5), (3, 5), (2, 3), (3, 4), (4, 5), (9, 10)]

# Percentage points: a share this close to a fraction is written as equal to it.
_EQUAL = Decimal("0.05")


@dataclass(frozen=True)
class Noun:
    """A masculine French noun, in singular and plural."""

    singular: str
    plural: str


EMPLOYEE = Noun("salarié", "salariés")
ESTABLISHMENT = Noun("établissement employeur", "établissements employeurs")


def share_in_words(share, noun):
    """
    Return a share in per cent as the nearest common fraction of a noun.

    10.79 gives « près d’un salarié sur neuf », 10 gives « un salarié sur dix »,
    0 gives « aucun salarié ». Raise ValueError outside 0 to 100.
    """
    if not 0 <= share <= 100:
        raise ValueError(f"A share lies between 0 and 100, not {share}.")
    if share == 0:
        return f"aucun {noun.singular}"
    if share == 100:
        return f"tous les {noun.plural}"
    above, below = min(_FRACTIONS, key=lambda pair: abs(share - Decimal(100 * pair[0]) / pair[1]))
    fraction = Decimal(100 * above) / below
    counted = f"un {noun.singular}" if above == 1 else f"{_NUMBERS[above]} {noun.plural}"
    phrase = f"{counted} sur {_NUMBERS[below]}"
    if abs(share - fraction) < _EQUAL:
        return phrase
    de = "d’" if above == 1 else "de "
    if share > fraction:
        return f"plus {de}{phrase}"
    # Below the smallest fraction, « près de » would be wrong.
    return f"{'moins' if below == 100 else 'près'} {de}{phrase}"


def count_in_words(number):
    """Return a count of masculine things as a title has it: « un », « seize », « 17 », « cent »."""
    if number == 1:
        return "un"
    words = _NUMBERS.get(number) if number <= 16 or number == 100 else None
    return words or format_number(number)


def at_the_coarser(one, other):
    """Return two shares with the decimals of the one that has fewer: 10.6 and 9.91 give 9.9."""
    coarser = max(one, other, key=lambda share: share.as_tuple().exponent)
    return one.quantize(coarser), other.quantize(coarser)


def gap_in_words(share, reference):
    """
    Return the difference between two shares in percentage points: « 0,29 point de plus ».

    It has the decimals of the two shares. Equal shares give « autant ».
    """
    gap = share - reference
    if gap == 0:
        return "autant"
    points = "point" if abs(gap) < 2 else "points"
    direction = "plus" if gap > 0 else "moins"
    return f"{format_number(abs(gap))} {points} de {direction}"


def people_in_words(least, most):
    """
    Return a number of employees, or a range, in words.

    2 gives « deux personnes salariées », 10 and 19 « entre 10 et 19 personnes salariées ».
    """
    if least != most:
        return f"entre {format_number(least)} et {format_number(most)} personnes salariées"
    if least <= 1:
        return "une personne salariée" if least else "aucune personne salariée"
    number = count_in_words(least) if least <= 16 else format_number(least)
    return f"{number} personnes salariées"
