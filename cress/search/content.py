"""What the search reads: places, the chamber's own content, enterprises."""

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
        kind, text = "Intercommunalité", territory.name
    else:
        kind = territory.get_kind_display().capitalize()
        text = f"L’économie sociale et solidaire {territory.inside}"
    return Result(Type.PLACE, kind, place.name, text, lambda: place.address)


def without_names(words, places):
    """Return the words that name none of the places: all of them when none would be left."""
    names = {word for place in places for word in fold(place.name).split()}
    return [word for word in words if word not in names] or words


@dataclass(frozen=True)
class Content:
    """What the chamber writes, whatever its model."""

    type: str
    pk: int
    slug: str
    title: str
    first: str
    second: str
    markdown: str

    @cached_property
    def text(self):
        """What it says under its title."""
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
        kind, address = _SHOWN[self.type]
        return Result(Type(self.type), kind, self.title, self.text, lambda: address(self))


# What each type is called on a result, and its address.
_SHOWN = {
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
    """Read in one query all that the chamber writes."""
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
    """What a result shows of an enterprise."""

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


def read_enterprises(asked, named):
    """Read the closest enterprises, the examples first: one more than are counted, if there is."""
    published = Enterprise.objects.published()
    enterprises = published.matching(asked.words)
    # What they are searched by says their commune, not their department or region.
    around = [place for place in named if not place.commune and not place.intercommunality]
    words = without_names(asked.words, around)
    if words != asked.words:
        departments = [place.territory for place in around if place.territory.is_department]
        inside = published.filter(department__in=departments) if departments else published
        enterprises |= inside.matching(words)
    closeness = Case(
        When(folded_name=asked.text, then=0),
        When(folded_name__startswith=asked.text, then=1),
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
