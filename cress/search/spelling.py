"""Typing errors: the words of the site that are the closest to those that find nothing."""

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cress.base.search.parts import words_as_written
from cress.base.search.queries import Query
from cress.base.text.folding import fold
from cress.search.enterprises import find_enterprises
from enterprises.models import Enterprise
from territories.finder import Match, find

MOST_SPELLINGS = 3
SHORTEST, SHORTEST_WITH_TWO = 4, 9  # letters of a word that is corrected, for two errors


def corrected(query, parts):
    """
    Return queries that may be meant, and whether the first is certain; `parts` is a PartList.

    A word that the site does not have is replaced by the only one at the least number of errors:
    one, or two after the first letter of a word of nine. Where several are as near, nothing is
    certain, and each is offered. Where words cannot be found together, some are offered alone.
    """
    examples = Enterprise.objects.published().examples().order_by().values_list("name", flat=True)
    names = words_as_written(" ".join(examples))
    known = parts.published_words | names
    choices = []  # the spellings of each word; none where nothing is like it
    is_changed = False
    for word in query.words:
        looked_for = Query.of_words([word])
        published = any(part.is_published for part in parts.having_some(looked_for))
        if published or find_enterprises(looked_for):
            choices.append([known.get(word, word)])
        else:
            choices.append(_nearest(word, known) or _name_of_place(word))
            is_changed = True
    if is_changed and all(len(choice) == 1 for choice in choices):
        return [" ".join(choice[0] for choice in choices)], True
    if len(choices) == 1:
        return choices[0][:MOST_SPELLINGS], False
    return [choice[0] for choice in choices if choice][:MOST_SPELLINGS], False


def likely_place(typed, places):
    """Return the only place that a name with typing errors may mean, or None."""
    near = [place for place in places if place.match == Match.NEAR]
    if not near or not _nearest(fold(typed), {fold(near[0].name): near[0].name}):
        return None
    name = f" {fold(near[0].name)} "
    # « CC Vierzon-Sologne-Berry » is no other meaning than « Vierzon ».
    is_only = all(name in f" {fold(place.name)} " for place in near)
    return near[0] if is_only else None


def _name_of_place(word):
    place = likely_place(word, find(word).places)
    return [place.name] if place else []


def _nearest(word, known):
    """Return the words at the least number of typing errors; nothing beyond what is likely."""
    if len(word) < SHORTEST:
        return []
    most = 2 if len(word) >= SHORTEST_WITH_TWO else 1
    long_enough = [near for near in known if len(near) >= SHORTEST]
    found = process.extract(
        word, long_enough, scorer=OSA.distance, score_cutoff=most, limit=MOST_SPELLINGS + 1
    )
    found = [(near, errors) for near, errors, _ in found if errors == 1 or near[0] == word[0]]
    least = min((errors for _, errors in found), default=0)
    return [known[near] for near, errors in found if errors == least]
