"""
The search of the whole site: one list of results, the closest to the query first.

The chamber's content is tens of rows: all are read at each search and ranked here. The finder
finds places. There may be a hundred thousand enterprises: the database finds them, with the index
of a folded column, and counts them up to a limit.
"""

import re
from enum import IntEnum
from operator import itemgetter
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cress.base.text.folding import fold
from cress.search.content import read_content, read_enterprises, result_of_place, without_names
from cress.search.results import MOST_ENTERPRISES, WORD, SearchAnswer, Type, is_in
from enterprises.filters import SHORTEST_WORD
from territories.finder import LONGEST_QUERY, Match, find

MOST_PLACES = 5
MOST_SPELLINGS = 3
_SIMILAR_ENOUGH = 0.75  # one wrong letter in four
# Frequent French words, which a search ignores.
_FREQUENT_WORD = re.compile(
    r"a|aux?|avec|ces?|comment|d|dans|des?|du|en|est|et|l[aes]?|ou|par|pour|qu|qu[ei]|quel(?:le)?s?"
    r"|s|sur|une?"
)


class MatchRank(IntEnum):
    """How close a result is to the query, the closest first."""

    EXACT = 1  # the title is the query
    NAMED = 2  # a place or a lever whose name is among the words of the query
    START = 3  # the title starts with the query
    WORDS = 4  # the title has all the words
    TITLE = 5  # the title has words that start with each of them
    TEXT = 6  # the text has them
    LISTED = 7  # a listed enterprise: there are many
    REST = 8  # the text has the words that name no place


class Query(NamedTuple):
    """A folded query: the whole text, its words, and the words that name no place."""

    text: str
    words: list[str]
    other_words: list[str]


def search(typed):
    """Return the SearchAnswer to what a visitor typed."""
    text = fold(typed[:LONGEST_QUERY])
    words = _words(text)
    places = find(typed[:LONGEST_QUERY]).places
    if not any(len(word) >= SHORTEST_WORD for word in words):
        exact = [place for place in places if place.match == Match.EXACT][:MOST_PLACES]
        return SearchAnswer(
            words, [result_of_place(place) for place in exact], is_too_short=not exact
        )

    named = [place for place in places if place.match == Match.WITHIN]
    query = Query(text, words, without_names(words, named))
    matching = _matching_places(query, places)
    content = sorted(read_content(), key=lambda row: row.folded_title)
    enterprises = read_enterprises(query, named)
    results = _closest_first(
        [
            *(
                (_rank_of_place(query, place), result_of_place(place))
                for place in matching[:MOST_PLACES]
            ),
            *((_rank_of_content(query, row), row.result) for row in content),
            *(
                (_rank_of_enterprise(query, row), row.result)
                for row in enterprises[:MOST_ENTERPRISES]
            ),
        ]
    )
    return SearchAnswer(
        words,
        results,
        has_more_places=len(matching) > MOST_PLACES,
        has_more_enterprises=len(enterprises) > MOST_ENTERPRISES,
        near_places=[] if results else places[:MOST_PLACES],
        spellings=[] if results else _spellings(words, content),
    )


def _words(text):
    """Return the words of a folded text, each once; frequent ones only when all are."""
    words = list(dict.fromkeys(text.split()))
    return [word for word in words if not _FREQUENT_WORD.fullmatch(word)] or words


def _closest_first(found):
    """Return the results of (rank, result) pairs in order, without those whose rank is None."""
    order = list(Type)
    ranked = [(rank, order.index(result.type), result) for rank, result in found if rank]
    return [result for *_, result in sorted(ranked, key=itemgetter(0, 1))]


def _rank(query, kind, title, text):
    """Return the MatchRank of a folded title and text, or None when they do not match."""
    if title == query.text:
        return MatchRank.EXACT
    if _is_named(query, kind, title):
        return MatchRank.NAMED
    if f"{title} ".startswith(f"{query.text} "):
        return MatchRank.START
    if _has_words(title, query.words):
        return MatchRank.WORDS
    if _has_starts(title, query.words):
        return MatchRank.TITLE
    if all(is_in(word, text) for word in query.words):
        return MatchRank.TEXT
    if all(is_in(word, text) for word in query.other_words):
        return MatchRank.REST
    return None


def _is_named(query, kind, title):
    is_within = f" {title} " in f" {query.text} "
    return kind == Type.LEVER and (is_within or _has_starts(title, query.other_words))


def _has_words(title, words):
    return all(f" {word} " in f" {title} " for word in words)


def _has_starts(title, words):
    return all(f" {word}" in f" {title}" for word in words)


def _matching_places(query, places):
    """Leave out similar names and, where a name is exact, the longer ones."""
    worst = (
        MatchRank.WORDS if any(place.match == Match.EXACT for place in places) else MatchRank.TITLE
    )
    return [
        place
        for place in places
        if place.match != Match.NEAR and _rank_of_place(query, place) <= worst
    ]


def _rank_of_place(query, place):
    match place.match:
        case Match.EXACT:
            return MatchRank.EXACT
        case Match.WITHIN:
            return MatchRank.NAMED
    return _rank(query, Type.PLACE, fold(place.name), "") or MatchRank.TITLE


def _rank_of_content(query, row):
    return _rank(query, row.type, row.folded_title, row.folded)


def _rank_of_enterprise(query, row):
    text = f"{row.searched} {fold(row.department)}"
    rank = _rank(query, Type.ENTERPRISE, row.folded_name, text) or MatchRank.REST
    if row.is_example or rank == MatchRank.EXACT:
        return rank
    return max(rank, MatchRank.LISTED)


def _spellings(words, content):
    """Return queries that find something: all the words respelled, or else some of them alone."""
    known = _vocabulary(content)
    texts = [row.folded for row in content]
    meant = [_nearest(word, known) for word in words if len(word) > SHORTEST_WORD]
    meant = [word for word in dict.fromkeys(meant) if word]
    if meant and any(all(word in text for word in meant) for text in texts):
        return [" ".join(known[word] for word in meant)]
    rarest = sorted(meant, key=lambda word: sum(word in text for text in texts))
    return [known[word] for word in rarest[:MOST_SPELLINGS]]


def _vocabulary(content):
    """Return {folded word: the word} for all the texts."""
    words = {}
    for row in content:
        for word in WORD.findall(f"{row.title} {row.text}".lower()):
            if len(word) > SHORTEST_WORD:
                words.setdefault(fold(word), word)
    return words


def _nearest(word, known):
    if word in known:
        return word
    nearest = process.extractOne(
        word, known.keys(), scorer=OSA.normalized_similarity, score_cutoff=_SIMILAR_ENOUGH
    )
    return nearest and nearest[0]
