"""
The site's search: all that it says, in one list, the closest to what was asked first.

What the chamber writes is tens of rows: all are read at each search and ranked here. Places are
found by their own finder. Enterprises may be a hundred thousand: the database finds them, by the
folded column that it has an index on, and counts them up to a limit.
"""

import re
from enum import IntEnum
from operator import itemgetter
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cress.base.text.folding import fold
from cress.search.content import read_content, read_enterprises, result_of_place, without_names
from cress.search.results import MOST_ENTERPRISES, WORD, Answer, Type, is_in
from enterprises.filters import SHORTEST_WORD
from territories.finder import LONGEST_QUERY, Match, find

MOST_PLACES = 5
MOST_SPELLINGS = 3
_NEAR_ENOUGH = 0.75  # one letter wrong in four
# Said among words that are looked for, and everywhere else.
_LITTLE_WORD = re.compile(
    r"a|aux?|avec|ces?|comment|d|dans|des?|du|en|est|et|l[aes]?|ou|par|pour|qu|qu[ei]|quel(?:le)?s?"
    r"|s|sur|une?"
)


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


class Asked(NamedTuple):
    """What was asked, folded: whole, its words, and those that name no place."""

    text: str
    words: list[str]
    elsewhere: list[str]


def search(query):
    """Return the Answer to what someone typed."""
    text = fold(query[:LONGEST_QUERY])
    words = _words(text)
    places = find(query[:LONGEST_QUERY]).places
    if not any(len(word) >= SHORTEST_WORD for word in words):
        exact = [place for place in places if place.match == Match.EXACT][:MOST_PLACES]
        return Answer(words, [result_of_place(place) for place in exact], is_too_short=not exact)

    named = [place for place in places if place.match == Match.WITHIN]
    asked = Asked(text, words, without_names(words, named))
    answering = _answering(asked, places)
    content = sorted(read_content(), key=lambda row: row.folded_title)
    enterprises = read_enterprises(asked, named)
    results = _closest_first(
        [
            *(
                (_rank_of_place(asked, place), result_of_place(place))
                for place in answering[:MOST_PLACES]
            ),
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


def _words(text):
    """Return the words of a folded text, each once, without the little ones among others."""
    words = list(dict.fromkeys(text.split()))
    return [word for word in words if not _LITTLE_WORD.fullmatch(word)] or words


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
    if all(is_in(word, text) for word in asked.words):
        return Rank.TEXT
    if all(is_in(word, text) for word in asked.elsewhere):
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
        for word in WORD.findall(f"{row.title} {row.text}".lower()):
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
