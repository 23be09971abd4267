"""The enterprises that a search finds, among thousands."""

from typing import NamedTuple

from django.db.models import Case, Q, Value, When

from cress.base.search.parts import Type
from cress.search.results import MOST_ENTERPRISES, Result
from enterprises.models import Enterprise

_COLUMNS = ["pk", "slug", "name", "folded_name", "words", "summary"]
_COLUMNS += ["is_example", "is_published"]
_PLACE = ["commune__name", "department__name", "sector__name"]


class Listed(NamedTuple):
    """The columns of an enterprise that a result shows."""

    pk: int
    slug: str
    name: str
    folded_name: str
    words: str
    summary: str
    is_example: bool
    is_published: bool
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
            "",
            text,
            lambda: Enterprise(slug=self.slug).get_absolute_url(),
            Enterprise._meta.label_lower,
            self.pk,
            self.is_published,
        )


def find_enterprises(query, *, drafts=False):
    """
    Return the keys of enterprises that have the terms, MOST_ENTERPRISES + 1 at most.

    PostgreSQL uses its index for so many: asked for one, it may rather read the whole table.
    """
    matching = _shown(drafts).matching(query).order_by()
    return list(matching.values_list("pk", flat=True)[: MOST_ENTERPRISES + 1])


def _shown(drafts):
    return Enterprise.objects.all() if drafts else Enterprise.objects.published()


def read_enterprises(query, text, *, drafts=False):
    """
    Return the enterprises that have the terms of a Query, up to MOST_ENTERPRISES + 1.

    Those whose folded name is the folded text come first, then those that it begins, then the
    examples. Where there are too many to put in order, the first two kinds are looked for apart.
    """
    found = find_enterprises(query, drafts=drafts)
    first = Q(folded_name__startswith=text) | Q(is_example=True)
    if len(found) > MOST_ENTERPRISES:
        best = _shown(drafts).matching(query).filter(first).order_by()
        best = best.values_list("pk", flat=True)[:MOST_ENTERPRISES]
        found = list(dict.fromkeys([*best, *found]))[: MOST_ENTERPRISES + 1]
    closeness = Case(
        When(folded_name=text, then=Value(0)),
        When(folded_name__startswith=text, then=Value(1)),
        default=Value(2),
    )
    rows = Enterprise.objects.filter(pk__in=found)
    ordered = rows.order_by(closeness, "-is_example", "folded_name", "pk")
    return [Listed(*row) for row in ordered.values_list(*_COLUMNS, *_PLACE)]
