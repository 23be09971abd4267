"""
The parts of the site that a search finds, without the enterprises and the places.

`settings.SEARCHED_PARTS` names the functions that return them. They are hundreds, and are kept in
memory with their words until one of the rows that they are made of is changed.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import takewhile

from django.conf import settings
from django.db.models import TextChoices
from django.utils.module_loading import import_string
from django.utils.text import capfirst

from cress.base.kept import Kept
from cress.base.search.queries import may_be_start, words_in
from cress.base.text.folding import fold
from cress.base.text.markdown import plain_text
from cress.base.text.words import stored_stem

WORD = re.compile(r"\w+")
_ENDS = (".", "!", "?", "…", ":", ";")


class Type(TextChoices):
    """The types of results; results of equal rank are listed in this order."""

    PLACE = "territoire", "Territoires"
    LEVER = "levier", "Leviers"
    ACTION = "action", "Actions"
    ENTERPRISE = "entreprise", "Entreprises"
    REASON = "raison", "Raisons d’agir"
    FIGURE = "chiffre", "Chiffres"
    RULE = "regle", "Règles"
    TERM = "mot", "Glossaire"
    RESOURCE = "ressource", "Ressources"
    PERSON = "personne", "Personnes"
    PAGE = "page", "Pages"
    FILE = "fichier", "Fichiers"


@dataclass(frozen=True)
class Part:
    """
    Something that has an address: a page, a file, or a part of a page.

    `kind` is what it is, in French; `heading` is what it belongs to. `address` is that of the page,
    or a function that returns it: few parts are shown. A part of a row has the label of its model
    and its key.
    """

    type: Type
    kind: str
    title: str
    address: str | Callable[[], str]
    anchor: str = ""
    heading: str = ""
    text: str = ""
    model: str = ""
    key: int | None = None
    is_published: bool = True

    @classmethod
    def of(cls, row, type_, kind, title, address, texts: Iterable[str] = (), **more):
        """Return a part of a row, with its texts in Markdown, each as a sentence."""
        known = [capfirst(plain(text)) for text in texts if text]
        text = " ".join(text if text.endswith(_ENDS) else f"{text}." for text in known)
        label = row._meta.label_lower
        return cls(type_, kind, title, address, text=text, model=label, key=row.pk, **more)

    @property
    def is_page(self):
        """Whether it is a whole page that a visitor may have looked for by its title."""
        return self.type in {Type.LEVER, Type.PAGE} and not self.anchor and not self.heading

    @property
    def url(self):
        address = self.address() if callable(self.address) else self.address
        return f"{address}#{self.anchor}" if self.anchor else address


@lru_cache(5000)
def plain(markdown):
    """Return a text in Markdown as plain text, kept by the text itself."""
    return plain_text(markdown)


class PartList:
    """Parts, and which of them has which word."""

    def __init__(self, parts):
        self._parts = list(parts)
        places = defaultdict(set)
        for place, part in enumerate(self._parts):
            for word in words_in(part.title) | words_in(part.heading) | words_in(part.text):
                places[word].add(place)
        self._places, self._words = dict(places), sorted(places)

    def __iter__(self):
        return iter(self._parts)

    def having_some(self, query):
        """Return the parts that have a word of a Query at least, in one of its ways."""
        words = {word for term in query.terms for way in term.ways for word in way}
        found = set().union(*(self._places[known] for word in words for known in self._like(word)))
        return [self._parts[place] for place in sorted(found)]

    def _like(self, word):
        """Return the words of the parts that a folded word stands for: `closeness_of_word`."""
        same = [known for known in (word, stored_stem(word)) if known in self._places]
        if not may_be_start(word):
            return same
        first = bisect_left(self._words, word)
        longer = (self._words[place] for place in range(first, len(self._words)))
        return [*same, *takewhile(lambda known: known.startswith(word), longer)]

    @cached_property
    def published_words(self):
        """The words of the published parts, as {folded word: the word}."""
        published = [part for part in self._parts if part.is_published]
        texts = [f"{part.title} {part.heading} {part.text}" for part in published]
        return words_as_written(" ".join(texts))


def words_as_written(text):
    """Return {folded word: the word} for a text, in lower case."""
    return {fold(word): word for word in WORD.findall(text.lower())}


def reads(*models):
    """Say of which models a function of SEARCHED_PARTS reads the rows."""

    def with_models(parts):
        parts.models = models
        return parts

    return with_models


def readers():
    """Return the functions of SEARCHED_PARTS, which return parts."""
    return [import_string(path) for path in settings.SEARCHED_PARTS]


# Returns the PartList of the site, with those that are not published.
read_parts = Kept(
    lambda: PartList(part for reader in readers() for part in reader()),
    lambda: {model for reader in readers() for model in reader.models},
)
