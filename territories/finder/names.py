"""
The names that the finder compares with a query.

There are about two thousand. All are kept in memory until a commune, an EPCI or a former commune
changes. They are compared here: SQLite and PostgreSQL give the same order.
"""

import re
from enum import IntEnum
from typing import NamedTuple

from django.db.models import Value

from cress.base.kept import Kept
from cress.base.text.folding import fold
from territories.models import Commune, FormerCommune, Intercommunality

# The words that stand before the name itself, in queries and in official names: « Septaine » is
# compared in « CC la Septaine », and « Perche » in « CC du Perche ».
_BEFORE_NAME = re.compile(
    r"(?:(?:c[acu]|communaute|communes?|agglo(?:meration)?|urbaine|metropole|ville|mairie"
    r"|de|du|des|d|le|la|les|l) )*"
)


class Kind(IntEnum):
    """The kind of place that a name stands for; equal names are listed in this order."""

    TERRITORY = 0
    COMMUNE = 1
    GROUPING = 2
    FORMER = 3


class FinderName(NamedTuple):
    """A name, and the place that it stands for."""

    kind: Kind
    pk: int  # of the territory, of today's commune or of the EPCI
    territory: int  # the primary key of its department
    folded_name: str
    name: str
    population: int | None

    @property
    def is_commune(self):
        """Whether the name leads to a commune: its own name, or a former one."""
        return self.kind in {Kind.COMMUNE, Kind.FORMER}


def core_name(name):
    """Return a folded name without the article or the kind of EPCI before it."""
    return name[_BEFORE_NAME.match(name).end() :]


def sort_key(name):
    """Return the sort key of a FinderName among equal matches: kind, then population."""
    return name.kind, -(name.population or 0), name.folded_name, name.pk


def first_of_each_place(names):
    """Keep the first name of each place: a former name may equal the name of today."""
    first = {}
    for name in names:
        first.setdefault((name.is_commune or name.kind, name.pk), name)
    return list(first.values())


def all_names(territories, communes_only):
    """Return the names of communes, former communes, EPCI and the given territories."""
    names = _read_names()
    if communes_only:
        return [name for name in names if name.is_commune]
    return names + [territory_name(territory) for territory in territories.values()]


def read(first, *others):
    """Return the FinderNames of several queries, read at once."""
    return [FinderName(*row) for row in first.union(*others, all=True)]


_read_names = Kept(
    lambda: read(commune_names(), former_names(), grouping_names()),
    lambda: [Commune, FormerCommune, Intercommunality],
)


def commune_names(*condition):
    """Return the query of the names of the communes that satisfy a condition."""
    rows = Commune.objects.filter(*condition).order_by()
    return rows.values_list(
        Value(Kind.COMMUNE), "pk", "department_id", "folded_name", "name", "population"
    )


def grouping_names(*condition):
    """
    Return the query of the names of the EPCI of the communes that satisfy a condition.

    An EPCI lies wherever it has communes: it has one row for each department.
    """
    grouping = "intercommunality__"
    communes = Commune.objects.filter(*condition, intercommunality__isnull=False).order_by()
    rows = communes.values_list(
        Value(Kind.GROUPING),
        f"{grouping}pk",
        "department_id",
        f"{grouping}folded_name",
        f"{grouping}name",
        f"{grouping}population",
    )
    return rows.distinct()


def former_names(*condition):
    """Return the query of the names of the former communes that satisfy a condition."""
    rows = FormerCommune.objects.filter(*condition).order_by()
    return rows.values_list(
        Value(Kind.FORMER),
        "commune_id",
        "commune__department_id",
        "folded_name",
        "name",
        "commune__population",
    )


def territory_name(territory):
    """Return the FinderName of a territory."""
    return FinderName(
        Kind.TERRITORY, territory.pk, territory.pk, fold(territory.name), territory.name, 0
    )
