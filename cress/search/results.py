"""The answer of a search: results, their types, tabs and excerpts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from cress.base.search.parts import WORD, Type
from cress.base.search.queries import Query, words_in
from enterprises.directory import MOST_MATCHES
from territories.finder import Place

MOST_ENTERPRISES = MOST_MATCHES  # enterprises that are counted and listed
EXCERPT_LENGTH = 220  # characters


@dataclass(frozen=True)
class Result:
    """
    One result: its type, its title, what it belongs to, its address, the text to excerpt.

    A result of a row has the label of its model and its key, as a Part.
    """

    type: Type
    kind: str
    title: str
    heading: str
    text: str
    address: Callable[[], str] = field(repr=False)
    model: str = ""
    key: int | None = None
    is_published: bool = True

    @property
    def url(self):
        return self.address()

    @property
    def is_elsewhere(self):
        """Whether its address is that of another site."""
        return not self.url.startswith("/")

    def excerpt(self, query):
        """Return the part of the text around the first word that the query looks for."""
        if len(self.text) <= EXCERPT_LENGTH:
            return self.text
        found = next(
            (word for word in WORD.finditer(self.text) if query.looks_for(words_in(word[0]))), None
        )
        start = max(found.start() - EXCERPT_LENGTH // 3, 0) if found else 0
        start = self.text.rfind(" ", 0, start) + 1
        piece = self.text[start:]
        if len(piece) > EXCERPT_LENGTH:
            end = piece.rfind(" ", EXCERPT_LENGTH // 2, EXCERPT_LENGTH)  # between two words
            piece = f"{piece[: EXCERPT_LENGTH if end < 0 else end].rstrip()} …"
        return f"… {piece}" if start else piece


class Shortcut(NamedTuple):
    """What a query means beyond its words: « entreprise à Tours » is the directory near Tours."""

    label: str
    url: str


@dataclass(frozen=True)
class SearchAnswer:
    """The results of a search; when there are none, suggestions."""

    query: Query  # what the results have, to mark its words
    results: list[Result]
    is_too_short: bool = False
    is_partial: bool = False  # the results lack some of the terms
    corrected: str = ""  # the query that was answered, where it is not the typed one
    has_more_places: bool = False
    has_more_enterprises: bool = False
    shortcut: Shortcut | None = None
    near_places: list[Place] = field(default_factory=list)
    spellings: list[str] = field(default_factory=list)  # queries that find something

    def results_of(self, kind=None):
        """Return the results of a type, or all of them."""
        return [result for result in self.results if kind in {None, result.type}]

    def is_more(self, kind=None):
        """Whether there are more results, of a type or in all, than the counted ones."""
        if self.has_more_enterprises and kind in {None, Type.ENTERPRISE}:
            return True
        return len(self.results_of(kind)) > MOST_ENTERPRISES

    def count(self, kind=None):
        """Return the number of results, at most MOST_ENTERPRISES where not all are counted."""
        return MOST_ENTERPRISES if self.is_more(kind) else len(self.results_of(kind))

    @property
    def types(self):
        """The types of the results."""
        found = {result.type for result in self.results}
        return [kind for kind in Type if kind in found]


class Tab(NamedTuple):
    """A link to one part of a list (templates/_tabs.html)."""

    label: str
    count: int
    is_more: bool  # whether there are more than the count
    query: str
    is_current: bool


def tabs(answer, chosen, query):
    """Return a Tab for all the results, then one for each type; `query` is that of the address."""
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
