"""The home of a visitor in a department: the commune or the EPCI that the address names."""

import re
from dataclasses import dataclass, field

from django.db.models import Q

from territories.models import Commune, Intercommunality, Territory

_INSEE_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_SIREN = re.compile(r"[0-9]{9}")
MOST_LARGER = 3


@dataclass(frozen=True)
class Home:
    """A commune and its EPCI, or an EPCI alone, on the page of one department."""

    department: Territory
    intercommunality: Intercommunality | None
    communes: list[Commune]  # those of the EPCI in the region, by name; or the commune alone
    commune: Commune | None = None
    larger_communes: list[Commune] = field(default_factory=list)  # with a longer name

    @property
    def name(self):
        return (self.commune or self.intercommunality).name

    @property
    def centre(self):
        """The centre of the commune's town as (longitude, latitude) in degrees, or None."""
        return self.commune.centre if self.commune else None

    @property
    def elsewhere(self):
        """Return (department, address) for the other departments that the EPCI lies in."""
        departments = {c.department.code: c.department for c in self.communes}
        departments.pop(self.department.code, None)
        return [
            (department, self.intercommunality.address_in(department))
            for _, department in sorted(departments.items())
        ]


def find_home_anywhere(query):
    """
    Return the Home that an address names, whatever the department, or None.

    An EPCI of two departments is seen from one of them.
    """
    insee_code, siren = query.get("commune", ""), query.get("epci", "")
    departments = Territory.objects.departments()
    if _INSEE_CODE.fullmatch(insee_code):
        departments = departments.filter(communes__insee_code=insee_code)
    elif _SIREN.fullmatch(siren):
        departments = departments.filter(communes__intercommunality__siren=siren)
    else:
        return None
    department = departments.first()
    return find_home(department, query) if department else None


def find_home(department, query):
    """
    Return the Home that the QueryDict of an address names, or None.

    « ?commune=18033 » or « ?epci=241800507 ». A code that is unknown, or that lies in another
    department, is ignored: an old link still shows the department.
    """
    insee_code, siren = query.get("commune", ""), query.get("epci", "")
    if _INSEE_CODE.fullmatch(insee_code):
        own = Q(insee_code=insee_code)
        groupings = Intercommunality.objects.filter(communes__insee_code=insee_code)
        communes = _communes(own | Q(intercommunality__in=groupings))
        commune = next((c for c in communes if c.insee_code == insee_code), None)
        if commune and commune.department == department:
            larger = Commune.objects.larger_with_longer_name(insee_code)
            return Home(
                department,
                commune.intercommunality,
                communes,
                commune,
                list(_with_department(larger)[:MOST_LARGER]),
            )
    elif _SIREN.fullmatch(siren):
        communes = _communes(Q(intercommunality__siren=siren))
        if any(commune.department == department for commune in communes):
            return Home(department, communes[0].intercommunality, communes)
    return None


def _communes(condition):
    communes = Commune.objects.filter(condition).select_related("intercommunality")
    return list(_with_department(communes).order_by("folded_name", "insee_code"))


def _with_department(communes):
    return communes.select_related("department").defer("department__outline")
