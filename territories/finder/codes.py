"""Codes in a query: department, postcode, code of Insee, SIREN, SIRET.

Each function returns (exact, others): two lists of FinderNames, the best first.
"""

import re

from django.db.models import Q

from cress.base.text.folding import fold
from territories.finder.names import (
    commune_names,
    former_names,
    grouping_names,
    read,
    sort_key,
    territory_name,
)

# « INSEE 18033 », « code Insee : 18033 », « code Insee de la commune 18033 », « 18033 (Insee) ».
_INSEE_CODE = re.compile(
    r"(?:(?:n|no|numero|code|commune|de|du|la) )*"
    r"(?:(?:insee|cog)(?: (?:commune|de|du|la))* ([0-9]{5})|([0-9]{5}) (?:insee|cog))"
)


def typed_insee_code(query):
    """Return the five digits of a folded query that names them as a code of Insee, or None."""
    found = _INSEE_CODE.fullmatch(query)
    return found and (found[1] or found[2])


def by_insee_code(code):
    """Find the commune, of today or former, that has a code of Insee."""
    of_code = Q(insee_code=code)
    return read(commune_names(of_code), former_names(of_code)), []


def by_code(code, territories, communes_only):
    """Find the department, the communes or the EPCI of a code of any kind."""
    departments = [territory_name(t) for t in territories.values() if is_department(t, code)]
    if departments and not communes_only:
        return departments, []
    match len(code):
        case 3 | 4:
            return [], sorted(read(commune_names(_postcode_starts(code))), key=sort_key)
        case 5:
            return _by_five_digits(code, territories, communes_only)
        case 9 | 14:
            siren = code[:9]
            groupings = [] if communes_only else [grouping_names(Q(intercommunality__siren=siren))]
            return read(commune_names(Q(siren=siren)), *groupings), []
    return [], []


def _by_five_digits(code, territories, communes_only):
    """
    Find a postcode; failing that, offer the commune with this code of Insee and the department.

    The files hold no CEDEX code. Many CEDEX codes are also the code of Insee of a village (18020
    is a CEDEX code of Bourges and the code of Bannay), so that such digits are never certain.
    """
    departments = [] if communes_only else list(map(territory_name, territories.values()))
    communes = sorted(read(commune_names(_postcode_starts(code))), key=sort_key)
    if len(communes) == 1:
        return communes, []
    if communes:
        return communes, [name for name in departments if name.pk == communes[0].territory]
    of_code, _ = by_insee_code(code)
    around = {pk for pk, territory in territories.items() if is_postcode_of(territory, code)}
    return [], [*of_code, *(name for name in departments if name.pk in around)]


def is_department(territory, code):
    """Whether a folded code is that of a department: a region may have the same digits."""
    return territory.is_department and fold(territory.code) == code


def is_postcode_of(territory, code):
    """Whether five digits begin like the department's postcodes and codes of Insee."""
    return (
        len(code) == 5
        and code.isdecimal()
        and is_department(territory, code[: len(territory.code)])
    )


def _postcode_starts(digits):
    return Q(postcodes__startswith=digits) | Q(postcodes__contains=f" {digits}")
