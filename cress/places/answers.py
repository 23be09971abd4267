"""What the page of a place answers first, and whose figures it shows."""

from cress.base.text.folding import fold
from cress.base.text.typography import french
from territories.figures import sentence_of

_CONTRACTED = {"Le": "du", "Les": "des"}
_VOWELS = ("a", "e", "i", "o", "u", "y")


def first_answer(home, figures, facing):
    """
    Return the two lines under the name: what the ESS weighs in the department, what is held here.

    « Dans le Cher, en 2015, l’ESS employait près d’un salarié sur neuf. Ici, d’après la loi, quatre
    des treize leviers relèvent de la commune, quatre se partagent (à vérifier dans les statuts). »
    """
    held = ""
    if facing and facing.answer:
        check = " (à vérifier dans les statuts)" if home.intercommunality else ""
        held = f"Ici, {facing.basis}, {facing.answer}{check}."
    return french(" ".join(filter(None, [sentence_of(figures[:1]), held])))


def whose_figures_not(home):
    """Return whom the figures do not describe: « de Bourges », « de l’intercommunalité »."""
    return of_place(home.commune.name) if home.commune else "de l’intercommunalité"


def of_place(name):
    """
    Return « de » with the name of a commune: « de Bourges », « d’Orléans », « du Blanc ».

    Before an h, « de » is right for all, « d’ » for some.
    """
    article, _, rest = name.partition(" ")
    if article in _CONTRACTED and rest:
        return f"{_CONTRACTED[article]} {rest}"
    return f"d’{name}" if fold(name)[:1] in _VOWELS else f"de {name}"
