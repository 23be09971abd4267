"""How the finder compares a folded query with the names of places."""

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from cress.base.text.folding import fold
from territories.finder.codes import is_department, is_postcode_of
from territories.finder.names import Kind, core_name, sort_key, territory_name

MOST_SIMILAR = 40

# The score of a name, from 0 (nothing in common) to 1 (the same letters).
_START_WEIGHT = 0.95  # the start of a name counts a little less than the whole name
_SCORE_WITHIN = 0.8  # a whole name among other words: less than one wrong letter
# Wrong letters are counted: a letter changed, added, left out, or two letters exchanged. Two words
# of eight letters or fewer that differ by two letters are two words (Poitiers, Pommiers).
_SHORT = 8  # letters
_WRONG_LETTERS_IN_SHORT = 1
_WRONG_LETTERS_IN_LONG = 0.28  # of the letters
_SHORTEST_START = 6  # letters: a shorter query is like the start of too many names

_TERRITORY_KIND = re.compile(
    r"(?:la |le )?(region|departement|dept?)(?: (?:de|du|des|d|le|la|les|l))*(?: (.*))?"
)
_SMALL_WORDS = {"de", "du", "des", "d", "le", "la", "les", "l", "et", "en", "entre", "sur"}
_KINDS_OF_EPCI = {"cc", "ca", "cu"}
_NOT_IN_INITIALS = re.compile(r"\(.*?\)|«.*?»")
_SHORTEST_ACRONYM = 3  # letters


def by_name_and_department(words, names, territories):
    """
    Return (exact, others) for a name, alone or with its department, the best first.

    Examples: « Vineuil 41 », « 41350 Vineuil », « Vineuil, Cher ». A place in another department
    than the one typed is in `others`.
    """
    exact, others = by_name(" ".join(words), names)
    if exact or others:
        return exact, others
    for name, department in _without_department(words, territories):
        exact, others = by_name(name, names)
        exact_there = [found for found in exact if found.territory == department]
        others_there = [found for found in others if found.territory == department]
        if exact_there or (others_there and not exact):
            return exact_there, others_there
        if exact or others:
            return [], exact + others
    return [], []


def _without_department(words, territories):
    """Yield (the rest of the words, the primary key of the department named by the others)."""
    for n, word in enumerate(words):
        rest = " ".join(words[:n] + words[n + 1 :])
        for territory in territories.values():
            if rest and (is_department(territory, word) or is_postcode_of(territory, word)):
                yield rest, territory.pk
    name = " ".join(words)
    for territory in territories.values():
        rest = name.removesuffix(f" {fold(territory.name)}")
        if rest != name:
            yield rest, territory.pk


def by_name(query, names):
    """Return (exact, others): the names equal to the query, then those with a word that starts so.

    An article counts only where two names differ by it: « La Perche » is not « CC du Perche ».
    """
    typed = core_name(query)
    matching = [name for name in names if f" {typed}" in f" {name.folded_name}"]
    spelled = [name for name in matching if name.folded_name == query]
    exact = spelled
    if not spelled or query == typed:
        exact = [name for name in matching if core_name(name.folded_name) == typed]
    matching.sort(
        key=lambda name: (
            name not in spelled,
            name not in exact,
            not core_name(name.folded_name).startswith(typed),
            *sort_key(name),
        )
    )
    return matching[: len(exact)], matching[len(exact) :]


def with_whole_words(query, names):
    """Keep the names that hold the query as whole words."""
    return [name for name in names if f" {core_name(query)} " in f" {name.folded_name} "]


def by_territory_kind(query, territories):
    """
    Return the territory that a query names after its kind, as a list of one or none.

    Examples: « région Centre », « département du Cher », « département 18 ». The region answers
    to the first words of its name.
    """
    found = _TERRITORY_KIND.fullmatch(query)
    if not found:
        return []
    kind, name = found[1], found[2] or ""
    if kind == "region":
        regions = [territory for territory in territories.values() if not territory.is_department]
        return [
            territory_name(region)
            for region in regions
            if not name or f"{fold(region.name)} ".startswith(f"{name} ")
        ]
    return [
        territory_name(department)
        for department in territories.values()
        if is_department(department, name)
        or (department.is_department and fold(department.name) == name)
    ]


def by_acronym(words, names):
    """Return the EPCI and the region whose initials were typed: « TMVL », « T.M.V.L. »."""
    letters = "".join(words)
    is_acronym = len(words) == 1 or len(letters) == len(words)
    if not is_acronym or len(letters) < _SHORTEST_ACRONYM:
        return []
    kinds = {Kind.GROUPING, Kind.TERRITORY}
    return [name for name in names if name.kind in kinds and letters in _acronyms(name.name)]


def _acronyms(name):
    """
    Return the ways to write the initials of a name, in lower case.

    « CC Chinon, Vienne et Loire » gives ccvl, cccvl and cvl, with or without the e of « et ».
    """
    words = fold(_NOT_IN_INITIALS.sub(" ", name)).split()
    kind = words.pop(0) if words[0] in _KINDS_OF_EPCI else ""
    initials = ["".join(word[0] for word in words)]
    initials.append("".join(word[0] for word in words if word not in _SMALL_WORDS))
    return {start + letters for start in [kind, kind[:1], ""] for letters in initials}


def within(query, names):
    """Return the names that stand whole among the words typed, but not inside a longer one."""
    found = [name for name in names if f" {core_name(name.folded_name)} " in f" {query} "]
    texts = {core_name(name.folded_name) for name in found}
    parts = {
        part for part in texts for whole in texts if part != whole and f" {part} " in f" {whole} "
    }
    return [name for name in found if core_name(name.folded_name) not in parts]


def similar(query, names, names_within):
    """Return the names that differ from the query by a few letters, with those within it."""
    typed = core_name(query).replace(" ", "")
    wholes = [core_name(name.folded_name).replace(" ", "") for name in names]
    scores = dict.fromkeys(names_within, _SCORE_WITHIN)
    compared = [(wholes, 1)]
    if len(typed) >= _SHORTEST_START:
        compared.append(([whole[: len(typed)] for whole in wholes], _START_WEIGHT))
    for choices, weight in compared:
        for choice, wrong, n in process.extract(
            typed,
            choices,
            scorer=OSA.distance,
            score_cutoff=_wrong_letters_allowed(len(typed)),
            limit=MOST_SIMILAR,
        ):
            score = 1 - wrong / max(len(typed), len(choice))
            scores[names[n]] = max(scores.get(names[n], 0), score * weight)
    return sorted(scores, key=lambda name: (-scores[name], *sort_key(name)))


def _wrong_letters_allowed(length):
    """Return how many wrong letters a query of this length may have."""
    return _WRONG_LETTERS_IN_SHORT if length <= _SHORT else int(length * _WRONG_LETTERS_IN_LONG)
