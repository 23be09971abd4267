"""
The home of a visitor: the commune or the EPCI that a page is about, or that an address carries.

« ?commune=18033 » and « ?epci=241800507 » carry it from page to page. Nothing is stored.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.db.models import Q

from cress.base.text.folding import fold
from territories.models import Commune, FormerCommune, Intercommunality, Territory

_INSEE_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_SIREN = re.compile(r"[0-9]{9}")
MOST_LARGER = 3
PARAMETERS = ("commune", "epci")


@dataclass(frozen=True)
class Home:
    """A commune and its EPCI, or an EPCI alone."""

    department: Territory  # of the commune; of an EPCI, the one with most of its communes
    intercommunality: Intercommunality | None
    communes: list[Commune]  # those of the EPCI in the region, by name; or the commune alone
    commune: Commune | None = None

    @property
    def place(self):
        """The commune, or the EPCI."""
        return self.commune or self.intercommunality

    @property
    def name(self):
        return self.place.name

    @property
    def query(self):
        """The parameter that carries this home, as {name: code}."""
        if self.commune:
            return {"commune": self.commune.insee_code}
        return {"epci": self.intercommunality.siren}

    @property
    def centre(self):
        """
        Where distances start, as (longitude, latitude) in degrees, or None if it is not known.

        It is the centre of the commune's town; of an EPCI, the one of its most populous commune.
        """
        if self.commune:
            return self.commune.centre
        located = [commune for commune in self.communes if commune.centre]
        largest = max(located, key=lambda commune: commune.population or 0, default=None)
        return largest and largest.centre

    @cached_property
    def departments(self):
        """The departments that the EPCI lies in, the main one first; or the commune's."""
        others = {commune.department.code: commune.department for commune in self.communes}
        others.pop(self.department.code, None)
        return [self.department, *(others[code] for code in sorted(others))]

    @cached_property
    def larger_communes(self):
        """The more populous communes with a longer name, which a visitor may have meant."""
        if not self.commune:
            return []
        larger = Commune.objects.larger_with_longer_name(self.commune.insee_code)
        return list(_with_department(larger)[:MOST_LARGER])

    def carried_by(self, address):
        """Return an address of this site with this home in its query."""
        parts = urlsplit(address)
        query = [pair for pair in parse_qsl(parts.query) if pair[0] not in PARAMETERS]
        return urlunsplit(parts._replace(query=urlencode([*query, *self.query.items()])))


def visitor_home(request):
    """Return the Home that a request carries, or that its page is about; None without one."""
    if not hasattr(request, "visitor_home"):
        request.visitor_home = find_home_anywhere(request.GET)
    return request.visitor_home


def find_home_anywhere(query):
    """Return the Home that the QueryDict of an address names, or None for an unknown code."""
    insee_code, siren = query.get("commune", ""), query.get("epci", "")
    if _INSEE_CODE.fullmatch(insee_code):
        return _home_of_commune(insee_code)
    if _SIREN.fullmatch(siren):
        return _home_of_intercommunality(siren)
    return None


def home_of(place):
    """Return the Home of a Commune or of an Intercommunality; None for one without communes."""
    if isinstance(place, Commune):
        return _home_of_commune(place.insee_code)
    return _home_of_intercommunality(place.siren)


def _home_of_commune(insee_code):
    groupings = Intercommunality.objects.filter(communes__insee_code=insee_code)
    communes = _communes(Q(insee_code=insee_code) | Q(intercommunality__in=groupings))
    commune = next((c for c in communes if c.insee_code == insee_code), None)
    if commune is None:
        return None
    return Home(commune.department, commune.intercommunality, communes, commune)


def _home_of_intercommunality(siren):
    communes = _communes(Q(intercommunality__siren=siren))
    if not communes:
        return None
    departments = [commune.department for commune in communes]
    main = max(departments, key=lambda each: (departments.count(each), each.code))
    return Home(main, communes[0].intercommunality, communes)


def communes_at(department, address):
    """
    Return the communes of a department that an address may mean: one, or homonyms.

    A former name, or the commune's code after its name, is understood. An empty list if there is
    none.
    """
    here = _with_department(Commune.objects.filter(department=department))
    former = FormerCommune.objects.filter(folded_name=fold(address)).values("commune")
    return _at(here, address, "insee_code") or list(here.filter(pk__in=former))


def intercommunalities_at(address):
    """Return the EPCI that an address may mean: one, or homonyms."""
    with_communes = Intercommunality.objects.filter(communes__isnull=False).distinct()
    return _at(with_communes, address, "siren")


def _at(places, address, code_field):
    """Return the places of this name; or the one with this code, after its name or alone."""
    words = fold(address)
    found = list(places.filter(folded_name=words)) or list(
        places.filter(**{code_field: words.rpartition(" ")[2].upper()})
    )
    for place in found:
        place.has_homonym = places.filter(folded_name=place.folded_name).count() > 1
    return found


def _communes(condition):
    communes = Commune.objects.filter(condition).select_related("intercommunality")
    return list(_with_department(communes).order_by("folded_name", "insee_code"))


def _with_department(communes):
    return communes.select_related("department").defer("department__outline")
