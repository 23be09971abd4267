"""
The search of the whole site: one list of results, the closest to the query first.

The parts of the site are hundreds: those that have a word of the query are ranked here. The finder
finds places. There may be a hundred thousand enterprises: the database finds them with its index of
their words, and counts them up to a limit.
"""

from collections.abc import Callable
from dataclasses import replace
from enum import IntEnum
from operator import itemgetter
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from cress.base.search.parts import PartList, Type, read_parts
from cress.base.search.queries import Closeness, Query, words_in
from cress.base.text.folding import fold
from cress.base.text.typography import french
from cress.base.text.words import SHORTEST_START, stem, words_of, words_that_count
from cress.search.enterprises import (
    find_enterprises,
    read_examples,
    read_listed,
    result_of_enterprise,
)
from cress.search.results import MOST_ENTERPRISES, Result, SearchAnswer, Shortcut
from cress.search.spelling import corrected, likely_place
from enterprises.models import Enterprise
from policies.synonyms import query_of
from territories.finder import LONGEST_QUERY, Match, find
from territories.models import Territory

MOST_PLACES, MOST_PARTIAL = 5, 10
SHORTEST_WORD = 2  # letters of a word that is looked for
# What the directory lists: beside the name of a commune, these words ask for the directory.
_DIRECTORY_WORDS = frozenset(
    [
        "entreprise",
        "entreprises",
        "exemple",
        "exemples",
        "association",
        "associations",
        "structure",
        "structures",
        "cooperative",
        "cooperatives",
        "annuaire",
        "acteur",
        "acteurs",
    ]
)


class Order(NamedTuple):
    """What puts the results in order, the least first."""

    rank: int
    missing: int = 0  # terms that the title lacks
    closeness: int = Closeness.WHOLE
    is_part: bool = False  # of a page; a whole page comes before


class Scope(NamedTuple):
    """What a search may find: the parts of the site, drafts of some models (see `search`)."""

    parts: PartList
    shows_drafts: Callable[[str], bool] | None

    def may_see_drafts_of(self, model):
        return bool(self.shows_drafts and self.shows_drafts(model))

    def parts_with(self, query):
        """Return the parts that have a word of a Query, and that may be shown."""
        found = self.parts.having_some(query)
        return [part for part in found if part.is_published or self.may_see_drafts_of(part.model)]


class Rank(IntEnum):
    """Where a result has the query, the best first."""

    EXACT = 0  # the title is the query
    TITLE = 1  # the title has all the terms
    HEADING = 2  # the title has them with the heading of what it belongs to
    TEXT = 3  # the text has them, with these and with what it is: « action vélo »
    LISTED = 4  # a listed enterprise: there are many
    REST = 5  # it has the terms that name no place


def search(typed, *, as_typed=False, shows_drafts=None):
    """
    Return the SearchAnswer to what a visitor typed.

    What finds nothing is corrected where one word of the site is certain, unless `as_typed`.
    For staff, `shows_drafts(model)` says of which models, by their labels, rows that are not
    published are shown too. They see each row, where visitors see each text once.
    """
    typed = typed[:LONGEST_QUERY]
    query = query_of(typed)
    places = find(typed).places
    if not any(len(word) >= SHORTEST_WORD for word in query.words):
        exact = [place for place in places if place.match == Match.EXACT][:MOST_PLACES]
        return SearchAnswer(query, list(map(result_of_place, exact)), is_too_short=not exact)

    scope = Scope(read_parts(), shows_drafts)
    answer = _answer(typed, query, places, scope)
    if answer.results:
        return answer
    spellings, is_certain = corrected(query, scope.parts)
    if not as_typed:
        likely = likely_place(typed, places)
        if is_certain or likely:
            better = spellings[0] if is_certain else likely.name
            answer_to_better = _answer(better, query_of(better), find(better).places, scope)
            if answer_to_better.results:
                return replace(answer_to_better, corrected=better)
    some = _with_most_terms(query, scope)
    return replace(
        answer,
        results=some,
        is_partial=bool(some),
        near_places=places[:MOST_PLACES],
        spellings=spellings,
    )


def _answer(typed, query, places, scope):
    named = [place for place in places if place.match == Match.WITHIN]
    is_exact = any(place.match == Match.EXACT for place in places)
    rest = query.without({word for place in named for word in words_of(place.name)})
    text = fold(typed)
    found = [
        (order, result_of_part(part))
        for part in scope.parts_with(query)
        if (order := _order(part, query, rest, text))
    ]
    closeness = min(
        (order.closeness for order, _ in found if order.rank <= Rank.TEXT),
        default=Closeness.ABSENT,
    )
    shown = [
        place
        for place in places
        if place.match in {Match.EXACT, Match.WITHIN}
        or _stems(place.name) == _stems(typed)
        or place.match == Match.PART
        and (not is_exact or query.closeness(words_in(place.name)) == Closeness.WHOLE)
    ][:MOST_PLACES]
    found += [(_order_of_place(place, typed, closeness), result_of_place(place)) for place in shown]
    regions = [place for place in named if place.territory.kind == Territory.Kind.REGION]
    # All the enterprises are in the region, and do not have its name among their words.
    around = query.without({word for place in regions for word in words_of(place.name)}) or query
    drafts = scope.may_see_drafts_of(Enterprise._meta.label_lower)
    examples = read_examples(around, drafts=drafts)
    listed = read_listed(around, text, drafts=drafts)
    found += [(_order_of_example(row, around, text), result_of_enterprise(row)) for row in examples]
    most = max(MOST_ENTERPRISES - len(examples), 0)
    found += [
        (Order(Rank.EXACT if row.folded_name == text else Rank.LISTED), result_of_enterprise(row))
        for row in listed[:most]
    ]
    return SearchAnswer(
        query,
        _closest_first(found, once=not scope.shows_drafts),
        has_more_places=len(shown) == MOST_PLACES < len(places),
        has_more_enterprises=len(listed) > most,
        shortcut=_shortcut(named, rest),
    )


def _with_most_terms(query, scope):
    """Return the results that have the most of several terms, a third at least: none has all."""
    long_words = {word for word in query.words if len(word) >= SHORTEST_START}
    telling = Query(tuple(term for term in query.terms if long_words & {*term.words}))
    if not telling:
        return []
    found = []
    for part in scope.parts_with(telling):
        title = words_in(part.title)
        missing = telling.missing(title | words_in(part.heading) | words_in(part.text))
        order = Order(Rank.TEXT, telling.missing(title), is_part=not part.is_page)
        found.append((missing + len(query.terms) - len(telling.terms), order, part))
    least = min(missing for missing, *_ in found) if found else len(query.terms)
    if (len(query.terms) - least) * 3 < len(query.terms) or least == len(query.terms):
        return []
    closest = [(order, result_of_part(part)) for missing, order, part in found if missing == least]
    return _closest_first(closest, once=True)[:MOST_PARTIAL]


def _closest_first(found, *, once):
    """Return the results of (Order, result) pairs in order, those that read the same `once`."""
    types = list(Type)
    ranked = [
        (*order, types.index(result.type), len(result.title.split()), result)
        for order, result in found
    ]
    ordered = [result for *_, result in sorted(ranked, key=itemgetter(slice(0, -1)))]
    if not once:
        return ordered
    kept = {}
    for result in ordered:
        kept.setdefault(_identity(result), result)
    return list(kept.values())


def _identity(result):
    """Return what two results that are the same to a visitor have in common."""
    # A page that has a name in the menu and a row of texts is one page.
    places = {Type.PAGE: result.url, Type.ENTERPRISE: result.key}
    return result.type, result.title, result.heading, places.get(result.type, result.text)


def _order(part, query, rest, text):
    """Return the Order of a Part, or None where it lacks a term."""
    title, heading = words_in(part.title), words_in(part.heading)
    around = heading | words_in(part.kind)  # « action vélo »
    if fold(part.title) == text:
        return Order(Rank.EXACT)
    if part.is_page and _is_named(part.title, query):
        return Order(Rank.TITLE, query.missing(title))
    own = title | words_in(part.text)
    for looked_for, ranks in [
        (query, (Rank.TITLE, Rank.HEADING, Rank.TEXT)),
        (rest, (Rank.REST,) * 3),
    ]:
        if not looked_for or not looked_for.has_some(own):
            return None
        for rank, words in zip(ranks, (title, title | heading, own | around), strict=True):
            closeness = looked_for.closeness(words)
            if closeness < Closeness.ABSENT:
                return Order(rank, looked_for.missing(title), closeness, not part.is_page)
    return None


def _is_named(title, query):
    """Whether a query has all the words of a title, two at least: « transports, voirie, vélo »."""
    words = words_that_count(title)
    return len(words) > 1 and {*words} <= {*query.words}


def _order_of_place(place, typed, closeness):
    """
    Return the Order of a place; `closeness` is the best of the parts that have all the terms.

    A query that is its name comes first, then one of several words that its name starts with:
    « tours métropole ». One that holds it, or a word of it, may be about something else: the parts
    come before, except those with a mere start of word where the name too starts so: « orlé ».
    """
    if place.match == Match.EXACT or _stems(place.name) == _stems(typed):
        return Order(Rank.EXACT)
    is_start = fold(place.name).startswith(fold(typed))
    unlikely = closeness == Closeness.ABSENT or closeness == Closeness.START and is_start
    if unlikely or is_start and len(words_of(typed)) > 1:
        return Order(Rank.TITLE)
    return Order(Rank.TEXT, closeness=Closeness.ABSENT)


def _stems(text):
    return [stem(word) for word in words_of(text)]


def _order_of_example(row, query, text):
    if row.folded_name == text:
        return Order(Rank.EXACT)
    name = words_in(row.name)
    closeness, missing = query.closeness(name), query.missing(name)
    if closeness < Closeness.ABSENT:
        return Order(Rank.TITLE, missing, closeness)
    return Order(Rank.TEXT, missing, query.closeness(set(row.words.split())))


def result_of_place(place):
    territory = place.territory
    if place.commune:
        kind, text = "Commune", place.detail
    elif place.intercommunality:
        kind, text = "Intercommunalité", ", ".join(place.departments)
    else:
        kind = territory.get_kind_display().capitalize()
        text = f"L’économie sociale et solidaire {territory.inside}"
    row = place.commune or place.intercommunality or territory
    where = {"model": row._meta.label_lower, "key": row.pk}
    return Result(Type.PLACE, kind, place.name, "", text, lambda: place.address, **where)


def result_of_part(part):
    return Result(
        part.type,
        part.kind,
        part.title,
        part.heading,
        part.text,
        lambda: part.url,
        part.model,
        part.key,
        part.is_published,
    )


def _shortcut(named, rest):
    """Return the directory near the only commune that a query names, for the other terms."""
    communes = [place.commune for place in named if place.commune]
    if len(communes) != 1 or not rest:
        return None
    others = " ".join(word for word in rest.words if word not in _DIRECTORY_WORDS)
    if others and not find_enterprises(query_of(others)):
        others = ""
    address = urlencode(({"q": others} if others else {}) | {"commune": communes[0].insee_code})
    about = f"« {others} »" if others else "Les entreprises"
    return Shortcut(
        french(f"{about} près de {communes[0].name}, dans l’annuaire"),
        f"{reverse('enterprises:enterprise_list')}?{address}",
    )
