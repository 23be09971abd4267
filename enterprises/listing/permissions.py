"""Whether an establishment of a list may be published."""

from typing import NamedTuple

from cress.base.text.codes import bare_code
from cress.base.text.folding import fold
from enterprises.nomenclatures import is_natural_person

_YES = {"o", "oui", "y", "yes", "true", "vrai", "1"}
_NO = {"n", "non", "no", "false", "faux", "0"}
_DIFFUSIBLE = _YES | {"diffusible", "diffusion totale", "totale"}
_OPEN = {"a", "actif", "active", "ouvert", "ouverte", "en activite", "activite"}
_CLOSED = {"f", "ferme", "fermee", "fermeture", "c", "cesse", "cessee", "cessation"}
_CLOSED |= {"inactif", "inactive", "radie", "radiee", "dissous", "dissoute", "liquide", "liquidee"}


class Withdrawal(NamedTuple):
    """Why an establishment is not published, and whether the law requires it."""

    reason: str
    is_legal: bool = False


def find_withdrawal(cells):
    """
    Return the Withdrawal of an establishment, or None if it may be published.

    An empty cell forbids nothing. A value that is not known forbids to publish.
    """
    for column in ["diffusion", "unit_diffusion"]:
        if _word(cells, column) not in {"", *_DIFFUSIBLE}:
            return Withdrawal("sa diffusion est restreinte dans Sirene", is_legal=True)
    if is_natural_person(cells.get("legal_category", "")):
        return Withdrawal("c’est une personne physique", is_legal=True)
    if (answer := _word(cells, "is_ess")) in _NO:
        return Withdrawal("elle n’est pas de l’ESS selon Sirene")
    if answer not in {"", *_YES}:
        return _unknown(cells, "is_ess", "son appartenance à l’ESS", "« Oui » ou « Non »")
    for column, closed in [
        ("state", "l’établissement est fermé"),
        ("unit_state", "l’entreprise a cessé"),
    ]:
        state = _word(cells, column)
        if state.split(" ")[0] in _CLOSED:
            return Withdrawal(closed)
        if state not in {"", *_OPEN}:
            return _unknown(cells, column, "son état", "« Actif » ou « Fermé »")
    if _word(cells, "closed") not in {"", *_NO}:
        return Withdrawal("la liste la donne comme fermée")
    return None


def _word(cells, column):
    """Return a cell as it is compared; signs alone stay what they are: they are not empty."""
    text = cells.get(column, "").strip()
    code = bare_code(text)
    return code if code.isdecimal() else fold(text) or text


def _unknown(cells, column, what, known):
    return Withdrawal(
        f"{what} (« {cells[column][:40]} ») n’est pas un mot que le site connaît, elle n’est donc "
        f"pas publiée : écrivez {known}"
    )
