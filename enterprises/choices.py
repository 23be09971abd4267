"""What narrows a list of enterprises, in the directory and in the open data: rows and ranges."""

from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import F, FloatField, Q, QuerySet, Value

from cress.base.text.folding import fold
from enterprises.models import Enterprise, Family, Sector
from policies.models import Lever
from policies.synonyms import query_of
from territories.homes import MOST_LARGER
from territories.models import Commune, Intercommunality, Territory


class Choice(NamedTuple):
    """
    A value of a filter: its key in addresses, its label, the primary key of its row.

    `words` are those of its option: its label, or « dans le Cher » in the sentence of the form.
    """

    key: str
    label: str
    pk: int
    words: str


class Band(NamedTuple):
    """A range of headcounts in employees; the last range has no upper bound."""

    key: str
    label: str
    least: int
    most: int | None

    def contains(self, headcount):
        """Whether a headcount, the lowest that the source gives, is in this range."""
        return (
            headcount is not None
            and self.least <= headcount
            and (self.most is None or headcount <= self.most)
        )

    @property
    def condition(self):
        upper = Q() if self.most is None else Q(headcount_min__lte=self.most)
        return Q(headcount_min__gte=self.least) & upper


BANDS = {
    band.key: band
    for band in [
        Band("0", "Aucun salarié", 0, 0),
        Band("1-9", "1 à 9 salariés", 1, 9),
        Band("10-49", "10 à 49 salariés", 10, 49),
        Band("50-249", "50 à 249 salariés", 50, 249),
        Band("250", "250 salariés et plus", 250, None),
    ]
}


class Relation(NamedTuple):
    """
    A filter whose values are rows of a model: the field of an enterprise, and the rows.

    `key`, `label`, `words` (as the label where it is None) and `rank` name columns of the rows.
    """

    path: str
    rows: QuerySet
    key: str
    label: str
    rank: str | None = None
    words: str | None = None
    is_many: bool = False  # whether an enterprise may have several of the rows

    def keep(self, enterprises, pks):
        """Keep the enterprises that have one of the rows, each once."""
        condition = {f"{self.path}__in": pks}
        if self.is_many:
            condition = {"pk__in": Enterprise.objects.filter(**condition).values("pk")}
        return enterprises.filter(**condition)


# {parameter of the address: its Relation}; open data uses the same parameters.
RELATIONS = {
    "departement": Relation(
        "department", Territory.objects.departments(), "code", "name", words="inside"
    ),
    "epci": Relation("commune__intercommunality", Intercommunality.objects.all(), "siren", "name"),
    "secteur": Relation("sector", Sector.objects.all(), "slug", "name"),
    "famille_ess": Relation("family", Family.objects.all(), "slug", "name", "order"),
    "levier": Relation("levers", Lever.objects.published(), "slug", "title", "order", is_many=True),
}


class Near(NamedTuple):
    """The commune that the enterprises are near, and the larger ones with a longer name."""

    insee_code: str
    label: str
    centre: tuple[float, float] | None  # (longitude, latitude) in degrees
    larger_communes: tuple[Choice, ...] = ()


def read_choices(insee_code):
    """
    Return ({parameter: {key: Choice}}, the Near of a code of Insee or None), read in one query.

    The query of the commune comes first in the union: its columns set the types of the others.
    """
    commune_rows = _choice_rows(
        "commune",
        Commune.objects.filter(insee_code=insee_code),
        "insee_code",
        Commune.LABEL,
        longitude=F("longitude"),
        latitude=F("latitude"),
    )
    larger_rows = _choice_rows(
        "larger",
        Commune.objects.larger_with_longer_name(insee_code),
        "insee_code",
        F("name"),
        rank=-F("population"),
    )
    relations = [
        _choice_rows(
            parameter,
            relation.rows,
            relation.key,
            F(relation.label),
            rank=relation.rank and F(relation.rank),
            words=relation.words and F(relation.words),
        )
        for parameter, relation in RELATIONS.items()
    ]
    rows = commune_rows.union(larger_rows, *relations, all=True)
    choices = {parameter: {} for parameter in RELATIONS}
    commune, larger = None, []
    for row in sorted(rows, key=lambda row: (row.rank, fold(row.label))):
        choice = Choice(row.key, row.label, row.pk, row.words)
        if row.parameter == "commune":
            commune = row
        elif row.parameter == "larger":
            larger.append(choice)
        else:
            choices[row.parameter][row.key] = choice
    if commune is None:
        return choices, None
    centre = None if commune.x is None else (commune.x, commune.y)
    return choices, Near(commune.key, commune.label, centre, tuple(larger[:MOST_LARGER]))


def _choice_rows(parameter, rows, key, label, rank=None, words=None, longitude=None, latitude=None):
    nothing = Value(None, output_field=FloatField())
    return (
        rows.order_by()
        .annotate(
            parameter=Value(parameter),
            rank=rank or Value(0),
            key=F(key),
            label=label,
            words=words or label,
            x=longitude or nothing,
            y=latitude or nothing,
        )
        .values_list("parameter", "rank", "key", "label", "pk", "words", "x", "y", named=True)
    )


def narrow(enterprises, choice, known):
    """
    Keep the enterprises that have, for each parameter, one of its values: {parameter: values}.

    `known` holds the Choices that read_choices() returned.
    """
    for parameter, values in choice.items():
        if parameter in RELATIONS:
            pks = [known[parameter][value].pk for value in values]
            enterprises = RELATIONS[parameter].keep(enterprises, pks)
        elif parameter == "effectif":
            bands = [BANDS[value].condition for value in values]
            enterprises = enterprises.filter(reduce(or_, bands))
        elif parameter == "exemples":
            enterprises = enterprises.examples()
        elif parameter == "q":
            for text in values:
                enterprises = enterprises.matching(query_of(text))
    return enterprises
