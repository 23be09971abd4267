"""SIRET numbers: fourteen digits that identify one establishment, stored as text."""

import re

from django.core.exceptions import ValidationError

from cress.base.text.codes import bare_code
from cress.base.text.typography import french

LA_POSTE = "356000000"  # its establishments are too many for the usual key (source: Insee)
_SEPARATORS = re.compile(r"[.\-‐‑–/_]")
_DIGITS = re.compile(r"[0-9]+")
_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+")


def bare_siret(text):
    """Return a SIRET without the signs that people and spreadsheets put around its digits."""
    code = bare_code(text)
    digits = _SEPARATORS.sub("", code)
    return digits if len(digits) == 14 and _DIGITS.fullmatch(digits) else code


def spaced_siret(siret):
    """Return a SIRET in groups, as people read it: no spreadsheet takes it for a number."""
    return f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}".strip()


def siret_problem(siret):
    """Return in French why a text is not a SIRET and what to do, or an empty text if it is one."""
    if not siret:
        return "Le SIRET manque."
    if _SCIENTIFIC.fullmatch(siret):
        return (
            f"« {siret} » est un SIRET abîmé par un tableur, qui en a perdu des chiffres. "
            "Repartez du fichier d’origine, colonne au format Texte."
        )
    if not _DIGITS.fullmatch(siret):
        return f"« {siret[:40]} » n’est pas un SIRET : quatorze chiffres, et rien d’autre."
    if len(siret) != 14:
        lost = " Un tableur a pu ôter ses premiers zéros." if 9 <= len(siret) < 14 else ""
        return (
            f"« {siret[:40]} » a {len(siret)} chiffres, un SIRET en a quatorze.{lost} "
            "Repartez du fichier d’origine, colonne au format Texte."
        )
    if not int(siret[:9]) or luhn_sum(siret[:9]) % 10:
        return (
            f"« {siret} » n’est pas un SIRET : la clé de contrôle de ses neuf premiers chiffres, "
            "le SIREN, est fausse."
        )
    if not _has_valid_key(siret):
        return f"« {siret} » n’est pas un SIRET : sa clé de contrôle est fausse."
    return ""


def validate_siret(value):
    """Raise ValidationError on a text that is not a SIRET: a validator for model fields."""
    if problem := siret_problem(value):
        raise ValidationError(french(problem))


def _has_valid_key(siret):
    """Whether the fourteen digits pass their check: Luhn, or the rule of La Poste."""
    if siret.startswith(LA_POSTE) and sum(map(int, siret)) % 5 == 0:
        return True
    return luhn_sum(siret) % 10 == 0


def luhn_sum(digits):
    """Return the sum of digits in which every second one, from the right, is doubled."""
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return sum(map(int, digits[-1::-2])) + sum(n - 9 if n > 9 else n for n in doubled)
