"""What a search finds, and how it is shown: results, their types, tabs and excerpts."""

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

MOST_ENTERPRISES = MOST_MATCHES  # that are counted, and can be turned through
EXCERPT_LENGTH = 220  # signs
WORD = re.compile(r"\w+")


class Type(TextChoices):
    """What a search can be narrowed to, in the order in which equals are shown."""

    PLACE = "territoire", "Territoires"
    LEVER = "levier", "Leviers"
    ACTION = "action", "Actions"
    ENTERPRISE = "entreprise", "Entreprises"
    TERM = "mot", "Glossaire"
    RESOURCE = "ressource", "Ressources"
    PAGE = "page", "Pages"


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
        found = next((word for word in WORD.finditer(self.text) if holds(word[0], words)), None)
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


def holds(word, words):
    """Whether a word of a text is, starts with or holds one of the folded words."""
    folded = fold(word)
    return any(is_in(asked, folded) for asked in words)


def is_in(word, text):
    """Whether a text has a word that starts so, or holds it: « commerce » holds no « mer »."""
    return f" {word}" in f" {text}" or (len(word) > SHORTEST_WORD and word in text)


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
