"""
The site's search: all that it says, in one list, the closest to what was asked first.

What the chamber writes is tens of rows: all are read at each search and ranked here. Places are
found by their own finder. Enterprises may be a hundred thousand: the database finds them, by the
folded column that it has an index on, and counts them up to a limit.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Case, TextChoices, Value, When
from django.utils.functional import cached_property
from django.utils.text import Truncator
from rapidfuzz import process
from rapidfuzz.distance import OSA

from cress.folding import fold
from cress.markdown import plain_text
from cress.pages.models import Page
from enterprises.directory import MOST_MATCHES
from enterprises.filters import SHORTEST_WORD
from enterprises.models import Enterprise
from policies.models import Action, Lever, Resource, Term
from territories.finder import LONGEST_QUERY, Match, Place, find

MOST_ENTERPRISES = MOST_MATCHES  # that are counted, and can be turned through
MOST_PLACES = 5
MOST_SPELLINGS = 3
EXCERPT_LENGTH = 220  # signs
_NEAR_ENOUGH = 0.75  # one letter wrong in four
_WORD = re.compile(r"\w+")
# Said among words that are looked for, and everywhere else.
_LITTLE_WORD = re.compile(
    r"a|aux?|avec|ces?|comment|d|dans|des?|du|en|est|et|l[aes]?|ou|par|pour|qu|qu[ei]|quel(?:le)?s?"
    r"|s|sur|une?"
)


class Type(TextChoices):
    """What a search can be narrowed to, in the order in which equals are shown."""

    PLACE = "territoire", "Territoires"
    LEVER = "levier", "Leviers"
    ACTION = "action", "Actions"
    ENTERPRISE = "entreprise", "Entreprises"
    TERM = "mot", "Glossaire"
    RESOURCE = "ressource", "Ressources"
    PAGE = "page", "Pages"


class Rank(IntEnum):
    """How close a result is to what was asked, the closest first."""

    EXACT = 1  # its title is what was asked
    NAMED = 2  # a place or a word named among others, a lever with these words in its title
    START = 3  # its title starts so
    WORDS = 4  # its title has all the words
    TITLE = 5  # or words that start like them
    TEXT = 6  # its text holds them
    LISTED = 7  # a listed enterprise: they are many
    REST = 8  # or but a part of them: without the place that was named


@dataclass(frozen=True)
class Result:
    """Something found: what it is, its title and address, and the text it was found in."""

    type: Type
    kind: str
    title: str
    text: str
    address: Callable[[], str] = field(repr=False)

    @property
    def url(self):
        return self.address()

    def excerpt(self, words):
        """Return a piece of the text around the first of the folded words that it holds."""
        if len(self.text) <= EXCERPT_LENGTH:
            return self.text
        found = next((word for word in _WORD.finditer(self.text) if holds(word[0], words)), None)
        start = max(found.start() - EXCERPT_LENGTH // 3, 0) if found else 0
        start = self.text.rfind(" ", 0, start) + 1
        piece = Truncator(self.text[start:]).chars(EXCERPT_LENGTH, truncate=" …")
        piece = piece.replace("  …", " …")  # it was cut between two words
        return f"… {piece}" if start else piece


@dataclass(frozen=True)
class Answer:
    """What a search found; when it found nothing, what may have been meant."""

    words: list[str]  # folded, to be marked
    results: list[Result]
    is_too_short: bool = False
    has_more_places: bool = False
    has_more_enterprises: bool = False
    near_places: list[Place] = field(default_factory=list)
    spellings: list[str] = field(default_factory=list)  # that find something

    def narrowed(self, kind=None):
        """Return the results of a type, or all of them."""
        return [result for result in self.results if kind in {None, result.type}]

    def is_more(self, kind=None):
        """Whether there are more results, of a type or in all, than are counted."""
        return self.has_more_enterprises and kind in {None, Type.ENTERPRISE}

    def count(self, kind=None):
        """Return how many results there are; where there are more, a round number of them."""
        return MOST_ENTERPRISES if self.is_more(kind) else len(self.narrowed(kind))

    @property
    def types(self):
        """The types that some results have."""
        found = {result.type for result in self.results}
        return [kind for kind in Type if kind in found]


class Tab(NamedTuple):
    """One part of a list (templates/_tabs.html)."""

    label: str
    count: int
    is_more: bool  # than the count
    query: str
    is_current: bool


class Asked(NamedTuple):
    """What was asked, folded: whole, its words, and those that name no place."""

    text: str
    words: list[str]
    elsewhere: list[str]


def holds(word, words):
    """Whether a word of a text is, starts with or holds one of the folded words."""
    folded = fold(word)
    return any(_is_in(asked, folded) for asked in words)


def _is_in(word, text):
    """Whether a text has a word that starts so, or holds it: « commerce » holds no « mer »."""
    return f" {word}" in f" {text}" or (len(word) > SHORTEST_WORD and word in text)


def search(query):
    """Return the Answer to what someone typed."""
    text = fold(query[:LONGEST_QUERY])
    words = _words(text)
    places = find(query[:LONGEST_QUERY]).places
    if not any(len(word) >= SHORTEST_WORD for word in words):
        exact = [place for place in places if place.match == Match.EXACT][:MOST_PLACES]
        return Answer(words, [_place(place) for place in exact], is_too_short=not exact)

    named = [place for place in places if place.match == Match.WITHIN]
    asked = Asked(text, words, _without(words, named))
    answering = _answering(asked, places)
    content = sorted(_content(), key=lambda row: row.folded_title)
    enterprises = _enterprises(asked, named)
    results = _closest_first(
        [
            *((_rank_of_place(asked, place), _place(place)) for place in answering[:MOST_PLACES]),
            *((_rank_of_content(asked, row), row.result) for row in content),
            *(
                (_rank_of_enterprise(asked, row), row.result)
                for row in enterprises[:MOST_ENTERPRISES]
            ),
        ]
    )
    return Answer(
        words,
        results,
        has_more_places=len(answering) > MOST_PLACES,
        has_more_enterprises=len(enterprises) > MOST_ENTERPRISES,
        near_places=[] if results else places[:MOST_PLACES],
        spellings=[] if results else _spellings(words, content),
    )


def tabs(answer, chosen, query):
    """Return a Tab for all that was found, and one for each type of it; `query` is the address."""
    return [
        Tab(
            kind.label if kind else "Tout",
            answer.count(kind),
            answer.is_more(kind),
            f"{query}&type={kind}" if kind else query,
            kind == chosen,
        )
        for kind in [None, *answer.types]
    ]


def _words(text):
    """Return the words of a folded text, each once, without the little ones among others."""
    words = list(dict.fromkeys(text.split()))
    return [word for word in words if not _LITTLE_WORD.fullmatch(word)] or words


def _without(words, places):
    """Return the words that name none of the places: all of them when none would be left."""
    names = {word for place in places for word in fold(place.name).split()}
    return [word for word in words if word not in names] or words


# How close it is


def _closest_first(found):
    """Put (rank, result) pairs in order and return the results, without those of no rank."""
    order = list(Type)
    ranked = [(rank, order.index(result.type), result) for rank, result in found if rank]
    return [result for *_, result in sorted(ranked, key=itemgetter(0, 1))]


def _rank(asked, kind, title, text):
    """Return the Rank of a folded title and text, or None for what does not answer."""
    if title == asked.text:
        return Rank.EXACT
    if _is_named(asked, kind, title):
        return Rank.NAMED
    if f"{title} ".startswith(f"{asked.text} "):
        return Rank.START
    if _has_words(title, asked.words):
        return Rank.WORDS
    if _has_starts(title, asked.words):
        return Rank.TITLE
    if all(_is_in(word, text) for word in asked.words):
        return Rank.TEXT
    if all(_is_in(word, text) for word in asked.elsewhere):
        return Rank.REST
    return None


def _is_named(asked, kind, title):
    is_within = f" {title} " in f" {asked.text} "
    return kind == Type.LEVER and (is_within or _has_starts(title, asked.elsewhere))


def _has_words(title, words):
    return all(f" {word} " in f" {title} " for word in words)


def _has_starts(title, words):
    return all(f" {word}" in f" {title}" for word in words)


def _answering(asked, places):
    """Leave out the places whose name is only near, or longer where another's is exact."""
    worst = Rank.WORDS if any(place.match == Match.EXACT for place in places) else Rank.TITLE
    return [
        place
        for place in places
        if place.match != Match.NEAR and _rank_of_place(asked, place) <= worst
    ]


def _rank_of_place(asked, place):
    match place.match:
        case Match.EXACT:
            return Rank.EXACT
        case Match.WITHIN:
            return Rank.NAMED
    return _rank(asked, Type.PLACE, fold(place.name), "") or Rank.TITLE


def _rank_of_content(asked, row):
    return _rank(asked, row.type, row.folded_title, row.folded)


def _rank_of_enterprise(asked, row):
    text = f"{row.searched} {fold(row.department)}"
    rank = _rank(asked, Type.ENTERPRISE, row.folded_name, text) or Rank.REST
    if row.is_example or rank == Rank.EXACT:
        return rank
    return max(rank, Rank.LISTED)


# What there is to find


def _place(place):
    territory = place.territory
    if place.commune:
        kind, text = "Commune", place.detail
    elif place.intercommunality:
        kind, text = "Intercommunalité", territory.name
    else:
        kind = territory.get_kind_display().capitalize()
        text = f"L’économie sociale et solidaire {territory.inside}"
    return Result(Type.PLACE, kind, place.name, text, lambda: place.address)


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


def _content():
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


def _enterprises(asked, named):
    """Read the closest enterprises, the examples first: one more than are counted, if there is."""
    published = Enterprise.objects.published()
    enterprises = published.matching(asked.words)
    # What they are searched by says their commune, not their department or region.
    around = [place for place in named if not place.commune and not place.intercommunality]
    words = _without(asked.words, around)
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


# What may have been meant


def _spellings(words, content):
    """Return queries that find something: the words as they are spelled here, then each alone."""
    known = _vocabulary(content)
    texts = [row.folded for row in content]
    meant = [_nearest(word, known) for word in words if len(word) > SHORTEST_WORD]
    meant = [word for word in dict.fromkeys(meant) if word]
    if meant and any(all(word in text for word in meant) for text in texts):
        return [" ".join(known[word] for word in meant)]
    rarest = sorted(meant, key=lambda word: sum(word in text for text in texts))
    return [known[word] for word in rarest[:MOST_SPELLINGS]]


def _vocabulary(content):
    """Return {folded: as written} for the words of all texts."""
    written = {}
    for row in content:
        for word in _WORD.findall(f"{row.title} {row.text}".lower()):
            if len(word) > SHORTEST_WORD:
                written.setdefault(fold(word), word)
    return written


def _nearest(word, known):
    if word in known:
        return word
    nearest = process.extractOne(
        word, known.keys(), scorer=OSA.normalized_similarity, score_cutoff=_NEAR_ENOUGH
    )
    return nearest and nearest[0]
