"""The answer of a search: results, their types, tabs and excerpts."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.text import Truncator

from cress.base.text.folding import fold
from enterprises.directory import MOST_MATCHES
from enterprises.filters import SHORTEST_WORD
from territories.finder import Place

MOST_ENTERPRISES = MOST_MATCHES  # enterprises that are counted and listed
EXCERPT_LENGTH = 220  # characters
WORD = re.compile(r"\w+")


class Type(TextChoices):
    """The types of results; results of equal rank are listed in this order."""

    PLACE = "territoire", "Territoires"
    LEVER = "levier", "Leviers"
    ACTION = "action", "Actions"
    ENTERPRISE = "entreprise", "Entreprises"
    TERM = "mot", "Glossaire"
    RESOURCE = "ressource", "Ressources"
    PAGE = "page", "Pages"


@dataclass(frozen=True)
class Result:
    """One result: its type, its title, its address, and the text that was searched."""

    type: Type
    kind: str
    title: str
    text: str
    address: Callable[[], str] = field(repr=False)

    @property
    def url(self):
        return self.address()

    def excerpt(self, words):
        """Return the part of the text around the first of the folded words that is in it."""
        if len(self.text) <= EXCERPT_LENGTH:
            return self.text
        found = next((word for word in WORD.finditer(self.text) if matches(word[0], words)), None)
        start = max(found.start() - EXCERPT_LENGTH // 3, 0) if found else 0
        start = self.text.rfind(" ", 0, start) + 1
        piece = Truncator(self.text[start:]).chars(EXCERPT_LENGTH, truncate=" …")
        piece = piece.replace("  …", " …")  # the cut was between two words
        return f"… {piece}" if start else piece


@dataclass(frozen=True)
class SearchAnswer:
    """The results of a search; when there are none, suggestions."""

    words: list[str]  # folded, to highlight
    results: list[Result]
    is_too_short: bool = False
    has_more_places: bool = False
    has_more_enterprises: bool = False
    near_places: list[Place] = field(default_factory=list)
    spellings: list[str] = field(default_factory=list)  # queries that find something

    def results_of(self, kind=None):
        """Return the results of a type, or all of them."""
        return [result for result in self.results if kind in {None, result.type}]

    def is_more(self, kind=None):
        """Whether there are more results, of a type or in all, than the counted ones."""
        return self.has_more_enterprises and kind in {None, Type.ENTERPRISE}

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


def matches(word, words):
    """Whether a word of a text matches one of the folded words (see is_in)."""
    folded = fold(word)
    return any(is_in(folded_word, folded) for folded_word in words)


def is_in(word, text):
    """
    Whether a folded text has a word that starts with this one, or contains it if it is long.

    « commerce » does not match « mer ».
    """
    return f" {word}" in f" {text}" or (len(word) > SHORTEST_WORD and word in text)


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
