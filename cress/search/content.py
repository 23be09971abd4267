"""The rows that a search reads: places, the chamber's content, enterprises."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, Value, When
from django.utils.functional import cached_property

from cress.base.text.folding import fold
from cress.base.text.markdown import plain_text
from cress.chamber.models import Page
from cress.search.results import MOST_ENTERPRISES, Result, Type
from enterprises.models import Enterprise
from policies.models import Action, Lever, Resource, Term


def result_of_place(place):
    territory = place.territory
    if place.commune:
        kind, text = "Commune", place.detail
    elif place.intercommunality:
        kind, text = "Intercommunalité", ", ".join(place.departments)
    else:
        kind = territory.get_kind_display().capitalize()
        text = f"L’économie sociale et solidaire {territory.inside}"
    return Result(Type.PLACE, kind, place.name, text, lambda: place.address)


def without_names(words, places):
    """Return the words that are in no name of the places; all the words when none is left."""
    names = {word for place in places for word in fold(place.name).split()}
    return [word for word in words if word not in names] or words


@dataclass(frozen=True)
class Content:
    """A row of the chamber's content, of any model."""

    type: str
    pk: int
    slug: str
    title: str
    first: str
    second: str
    markdown: str

    @cached_property
    def text(self):
        """The text under the title."""
        body = plain_text(self.markdown) if self.markdown else ""
        return " ".join(filter(None, [self.first, body, self.second]))

    @cached_property
    def folded_title(self):
        return fold(self.title)

    @cached_property
    def folded(self):
        return fold(f"{self.title} {self.text}")

    @property
    def result(self):
        kind, address = _KINDS[self.type]
        return Result(Type(self.type), kind, self.title, self.text, lambda: address(self))


# {type: (its French name on a result, the function that returns its address)}
_KINDS = {
    Type.LEVER: ("Levier", lambda row: Lever(slug=row.slug).get_absolute_url()),
    Type.ACTION: (
        "Action d’un levier",
        lambda row: Action(pk=row.pk, lever=Lever(slug=row.slug)).address,
    ),
    Type.TERM: ("Mot du glossaire", lambda row: Term(slug=row.slug).get_absolute_url()),
    Type.RESOURCE: ("Ressource", lambda row: row.slug),
    Type.PAGE: ("Page", lambda row: Page(slug=row.slug).get_absolute_url()),
}


def read_content():
    """Return all the chamber's content, read in one query."""
    nothing = Value("")
    levers = Lever.objects.published()
    actions = Action.objects.filter(lever__in=levers)
    rows = [
        levers.values_list(Value(Type.LEVER), "pk", "slug", "title", "summary", nothing, "text"),
        actions.values_list(
            Value(Type.ACTION), "pk", "lever__slug", "text", "lever__title", nothing, nothing
        ),
        Term.objects.values_list(
            Value(Type.TERM), "pk", "slug", "name", "definition", nothing, nothing
        ),
        Resource.objects.values_list(
            Value(Type.RESOURCE), "pk", "url", "title", "publisher", "description", nothing
        ),
        Page.objects.published().values_list(
            Value(Type.PAGE), "pk", "slug", "title", "lead", "description", "body"
        ),
    ]
    first, *others = [queryset.order_by() for queryset in rows]
    return [Content(*row) for row in first.union(*others, all=True)]


class Listed(NamedTuple):
    """The columns of an enterprise that a result shows."""

    slug: str
    name: str
    folded_name: str
    searched: str
    summary: str
    is_example: bool
    commune: str | None
    department: str
    sector: str

    @property
    def result(self):
        place = f"{self.commune}, {self.department}." if self.commune else f"{self.department}."
        text = " ".join(filter(None, [self.summary, place, f"{self.sector}."]))
        kind = "Exemple" if self.is_example else "Entreprise"
        return Result(
            Type.ENTERPRISE,
            kind,
            self.name,
            text,
            lambda: Enterprise(slug=self.slug).get_absolute_url(),
        )


def read_enterprises(query, named):
    """Return the closest enterprises, the examples first, up to MOST_ENTERPRISES + 1."""
    published = Enterprise.objects.published()
    enterprises = published.matching(query.words)
    # The searched text has the commune, but not the department or the region.
    areas = [place for place in named if not place.commune and not place.intercommunality]
    words = without_names(query.words, areas)
    if words != query.words:
        departments = [place.territory for place in areas if place.territory.is_department]
        inside = published.filter(department__in=departments) if departments else published
        enterprises |= inside.matching(words)
    closeness = Case(
        When(folded_name=query.text, then=0),
        When(folded_name__startswith=query.text, then=1),
        default=2,
    )
    rows = enterprises.order_by(closeness, "-is_example", "folded_name", "pk").values_list(
        "slug",
        "name",
        "folded_name",
        "searched",
        "summary",
        "is_example",
        "commune__name",
        "department__name",
        "sector__name",
    )
    return [Listed(*row) for row in rows[: MOST_ENTERPRISES + 1]]
