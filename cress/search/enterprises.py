"""The enterprises that a search finds, among thousands."""

from dataclasses import replace
from typing import NamedTuple

from cress.base.search.parts import Type
from cress.search.results import MOST_ENTERPRISES, Result
from enterprises.models import Enterprise

_MODEL = Enterprise._meta.label_lower


class Listed(NamedTuple):
    """What puts an enterprise that is no example in order among the others."""

    folded_name: str
    pk: int


def find_enterprises(query, *, drafts=False):
    """
    Return the enterprises that have the terms as Listed, up to MOST_ENTERPRISES + 1, in any order.

    PostgreSQL uses its index for so many: asked for one, it may rather read the whole table.
    """
    return _read(_shown(drafts).matching(query))


def read_examples(query, *, drafts=False):
    """Return the examples that have the terms: they are few."""
    found = _shown(drafts).examples().matching(query).order_by()
    return list(found.only("pk", "name", "folded_name", "words"))


def read_listed(query, text, *, drafts=False):
    """
    Return the other enterprises that have the terms, up to MOST_ENTERPRISES + 1.

    Those whose folded name starts with the folded text come first. Where there are too many to put
    in order, these are looked for apart.
    """
    rows = _shown(drafts).matching(query).filter(is_example=False)
    found = _read(rows)
    if len(found) > MOST_ENTERPRISES:
        # The databases read a range in an index; folded names have no letter after « z ».
        start = rows.filter(folded_name__range=(text, f"{text}zzzz"), folded_name__startswith=text)
        found = list(dict.fromkeys([*_read(start), *found]))[: MOST_ENTERPRISES + 1]
    return sorted(found, key=lambda row: (not row.folded_name.startswith(text), row))


def result_of_enterprise(row):
    """Return the result of a Listed or of an example, without its texts (see `with_texts`)."""
    return Result(Type.ENTERPRISE, "", row.folded_name, "", "", str, _MODEL, row.pk)


def _shown(drafts):
    return Enterprise.objects.all() if drafts else Enterprise.objects.published()


def _read(rows):
    rows = rows.order_by().values_list("folded_name", "pk")
    return [Listed(*row) for row in rows[: MOST_ENTERPRISES + 1]]


def with_texts(results):
    """Return results with the texts of the enterprises among them: a page shows few of many."""
    keys = [result.key for result in results if result.model == _MODEL]
    related = ("commune", "department", "sector")
    rows = Enterprise.objects.select_related(*related).in_bulk(keys) if keys else {}
    return [
        _with_texts(result, rows[result.key]) if result.model == _MODEL else result
        for result in results
        if result.model != _MODEL or result.key in rows  # not deleted meanwhile
    ]


def _with_texts(result, row):
    place = ", ".join(place.name for place in (row.commune, row.department) if place)
    texts = [row.summary, f"{place}.", f"{row.sector.name}."]
    return replace(
        result,
        kind="Exemple" if row.is_example else "Entreprise",
        title=row.name,
        text=" ".join(filter(None, texts)),
        address=row.get_absolute_url,
        is_published=row.is_published,
    )
