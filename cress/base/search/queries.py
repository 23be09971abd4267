"""
What a search looks for.

A query is a list of terms, and a text must have all of them. A term is a word, in one of the ways
of writing it. A text has a word if it has it whole, if it has one of the same stem, or if it has a
longer one that starts with it; never if it has it in the middle of another.
"""

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property, lru_cache

from cress.base.text.words import (
    SHORTEST_START,
    hyphenated,
    searched,
    stem,
    stored_stem,
    words_that_count,
)


class Closeness(IntEnum):
    """How a text has a word, the closest first."""

    WHOLE = 0
    STEM = 1
    SYNONYM = 2
    START = 3
    ABSENT = 9


@dataclass(frozen=True)
class QueryTerm:
    """
    What was typed, as folded words, and the other ways of saying it.

    Each way is one or several words, which a text must all have.
    """

    words: tuple[str, ...]
    synonyms: tuple[tuple[str, ...], ...] = ()

    @property
    def ways(self):
        return [self.words, *self.synonyms]

    def closeness(self, words):
        """Return how a set of what `searched` stores has the term."""
        closest = max(
            (closeness_of_word(word, words) for word in self.words), default=Closeness.ABSENT
        )
        if closest > Closeness.SYNONYM and any(
            all(closeness_of_word(word, words) < Closeness.ABSENT for word in way)
            for way in self.synonyms
        ):
            return Closeness.SYNONYM
        return closest


def closeness_of_word(word, words):
    """Return how a set of what `searched` stores has one folded word."""
    if word in words:
        return Closeness.WHOLE
    if stored_stem(word) in words:
        return Closeness.STEM
    if may_be_start(word) and any(other.startswith(word) for other in words):
        return Closeness.START
    return Closeness.ABSENT


def may_be_start(word):
    """Whether a longer word that starts with this one counts: not for a number, nor « EA »."""
    return len(word) >= SHORTEST_START and not word.isdecimal()


@dataclass(frozen=True)
class Query:
    """The terms of a search, in the order in which they were typed."""

    terms: tuple[QueryTerm, ...]

    def __bool__(self):
        return bool(self.terms)

    @classmethod
    def of_words(cls, words):
        """Return the query of folded words, without synonyms."""
        return cls(tuple(QueryTerm((word,)) for word in words))

    @cached_property
    def words(self):
        """The folded words that were typed, without those that say nothing."""
        return [word for term in self.terms for word in term.words]

    def looks_for(self, words):
        """Whether a set of what `searched` stores has a word of one of the ways of a term."""
        return any(
            closeness_of_word(word, words) < Closeness.ABSENT
            for term in self.terms
            for way in term.ways
            for word in way
        )

    def closeness(self, words):
        """Return how a set of what `searched` stores has the worst of the terms."""
        return max((term.closeness(words) for term in self.terms), default=Closeness.ABSENT)

    def missing(self, words):
        """Return how many terms a set of what `searched` stores lacks."""
        return sum(term.closeness(words) == Closeness.ABSENT for term in self.terms)

    def has_some(self, words):
        """Whether a set of what `searched` stores has one of the terms at least."""
        return self.missing(words) < len(self.terms)

    def without(self, words):
        """Return the query without the terms that these folded words make."""
        return Query(tuple(term for term in self.terms if not set(term.words) <= set(words)))

    @cached_property
    def for_postgresql(self):
        """The query in the language of PostgreSQL, a tsquery."""
        return " & ".join(
            _joined([_joined(map(_lexemes, way), " & ") for way in term.ways], " | ")
            for term in self.terms
        )

    @cached_property
    def for_sqlite(self):
        """The query in the language of SQLite's FTS5."""
        return " AND ".join(
            _joined([_joined(map(_tokens, way), " AND ") for way in term.ways], " OR ")
            for term in self.terms
        )


def _lexemes(word):
    # A folded word has letters and digits only: there is nothing to escape.
    start = ":*" if may_be_start(word) else ""
    stems = filter(None, [stored_stem(word)])
    return _joined([*(f"'{each}'" for each in stems), f"'{word}'{start}"], " | ")


def _tokens(word):
    start = " *" if may_be_start(word) else ""
    stems = filter(None, [stored_stem(word)])
    return _joined([*(f'"{each}"' for each in stems), f'"{word}"{start}'], " OR ")


def _joined(parts, sign):
    return f"({sign.join(parts)})"


def read_query(typed, synonyms=()):
    """
    Return the Query of what somebody typed.

    `synonyms` are groups of ways of saying the same, each way a tuple of folded words. A word that
    says nothing alone is left out, unless all are.
    """
    words = words_that_count(typed)
    in_one = [[halves, (word,)] for halves, word in hyphenated(typed)]
    known = {
        tuple(map(stem, way)): tuple(other for other in group if other != way)
        for group in [*in_one, *synonyms]
        for way in group
    }
    longest = max(map(len, known), default=1)
    terms = []
    while words:
        for length in range(min(longest, len(words)), 0, -1):
            way = tuple(words[:length])
            others = known.get(tuple(map(stem, way)))
            if others or length == 1:
                terms.append(QueryTerm(way, others or ()))
                del words[:length]
                break
    return Query(tuple(terms))


@lru_cache(20_000)
def words_in(text):
    """Return the set of what `searched` stores of a text, kept by the text itself."""
    return frozenset(searched(text).split())
