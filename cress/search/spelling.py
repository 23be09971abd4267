"""Typing errors: the words of the site that are the closest to those that find nothing."""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cress.base.search.queries import Closeness, Query, words_in
from cress.base.text.folding import fold
from cress.search.results import WORD

MOST_SPELLINGS = 3
SHORTEST = 4  # letters of a word that is corrected


def corrected(query, parts):
    """
    Return queries that may be meant, and whether the first is certain.

    A word that the site does not have is replaced by the only one at the least number of errors:
    one, or two in a word of eight letters. With several such words nothing is certain, and each is
    offered.
    """
    known = _vocabulary(parts)
    every = frozenset().union(*(words_in(word) for word in known)) if known else frozenset()
    words, choices = [], []
    for word in query.words:
        if Query.of_words([word]).closeness(every) < Closeness.ABSENT:
            words.append(known.get(word, word))
            continue
        nearest = _nearest(word, known)
        if not nearest:
            return [], False
        words.append(None)
        choices.append(nearest)
    if not choices:
        return [], False
    if all(len(nearest) == 1 for nearest in choices):
        only = iter(choices)
        return [" ".join(word or next(only)[0] for word in words)], True
    first = next(nearest for nearest in choices if len(nearest) > 1)
    return first[:MOST_SPELLINGS], False


def _nearest(word, known):
    """Return the words at the least number of typing errors; nothing beyond what is likely."""
    if len(word) < SHORTEST:
        return []
    most = 2 if len(word) >= 8 else 1
    found = process.extract(
        word, known.keys(), scorer=OSA.distance, score_cutoff=most, limit=MOST_SPELLINGS + 1
    )
    least = min((errors for _, errors, _ in found), default=0)
    return [known[near] for near, errors, _ in found if errors == least]


def _vocabulary(parts):
    """Return {folded word: the word} for all the texts of the parts."""
    words = {}
    for part in parts:
        for word in WORD.findall(f"{part.title} {part.heading} {part.text}".lower()):
            if len(word) >= SHORTEST:
                words.setdefault(fold(word), word)
    return words
