"""
What surprises in a figure: an import warns of it, a form asks about it.

What is impossible is refused: it stands with the models. Sentences are in French.
"""

from dataclasses import dataclass
from decimal import Decimal

from cress.base.text.numbers import format_figure
from territories.words import gap_in_words

# Shares in per cent. Those of the home departments go from 9 to 13, and those of all departments
# from 5 to 28. Out of the second bounds a share is perhaps another measure, a fraction or a typing
# error (« 98 » for « 9,8 »): an import refuses it, because its warnings are accepted together.
USUAL_SHARES = (5, 20)
POSSIBLE_SHARES = (1, 50)
# From one vintage to the next: points for a share, a part of the last one for a count.
SHARE_JUMP = 2
COUNT_JUMP = Decimal("0.2")


@dataclass(frozen=True)
class Known:
    """A figure that another is compared with, and where it comes from: « 2014 », « avant »."""

    figure: Decimal | int
    origin: str


def written(figure, is_share):
    """Return a figure as French readers write it: a share in per cent, or a count."""
    return format_figure(figure, "%" if is_share else "")


def is_among(share, bounds):
    """Whether a share lies in USUAL_SHARES or POSSIBLE_SHARES."""
    least, greatest = bounds
    return least <= share <= greatest


def is_a_jump(figure, last, is_share):
    limit = SHARE_JUMP if is_share else COUNT_JUMP * last
    return abs(figure - last) > limit


@dataclass(frozen=True)
class Expected:
    """What a figure is expected to be: a share or a count, near to `last`, with few decimals."""

    is_share: bool
    last: Known | None = None
    usual: tuple[int, int] = USUAL_SHARES
    decimals: int | None = None  # that the source publishes of a share


def contrast(figure, known, is_share):
    """Return « contre 10,79 % (2013) : 2,01 points de plus »; a count has no gap."""
    gap = f" : {gap_in_words(figure, known.figure)}" if is_share else ""
    return f"contre {written(known.figure, is_share)} ({known.origin}){gap}"


def surprises(figure, expected):
    """Return what surprises in a figure, each as the end of a sentence."""
    found, is_share = [], expected.is_share
    if is_share and not is_among(figure, expected.usual):
        found.append("hors des parts habituelles, de {} à {} %".format(*expected.usual))
    if is_share and expected.decimals is not None and figure != round(figure, expected.decimals):
        found.append(f"plus de décimales que la source n’en publie ({expected.decimals})")
    if expected.last and is_a_jump(figure, expected.last.figure, is_share):
        found.append(contrast(figure, expected.last, is_share))
    return found


def likely_mistake(figure, expected, near=None):
    """
    Return « peut-être 9,8 % : la virgule a pu se perdre », or an empty text.

    What was perhaps meant has the same digits and does not surprise. Of several numbers, the
    nearest to the `near` figure is named.
    """
    candidates = [
        (meant, why)
        for meant, why in _mistyped(figure, expected.is_share)
        if meant != figure and not surprises(meant, expected)
    ]
    if not candidates:
        return ""
    if near is not None:
        candidates.sort(key=lambda pair: abs(pair[0] - near))
    meant, why = candidates[0]
    return f"peut-être {written(meant, expected.is_share)} : {why}"


def _mistyped(figure, is_share):
    """Yield (number, why) of what may have become the figure by one mistake."""
    if is_share or figure != int(figure):
        for places in [-1, 1, 2, -2]:
            meant = Decimal(f"{Decimal(figure).scaleb(places).normalize():f}")
            if meant == round(meant, 2):
                yield meant, "la virgule a pu se perdre, ou se déplacer"
    else:
        if figure % 10 == 0:
            yield figure // 10, "un zéro est peut-être de trop"
        yield figure * 10, "un zéro manque peut-être"
    digits = str(figure)
    places = [place for place, sign in enumerate(digits) if sign.isdecimal()]
    for first, second in zip(places, places[1:], strict=False):
        swapped = list(digits)
        swapped[first], swapped[second] = digits[second], digits[first]
        yield type(figure)("".join(swapped)), "deux chiffres ont pu s’inverser"
