"""
What a visitor means by a name or a code: their commune, their EPCI, their department.

Names are few (two thousand), and what people type has many forms: all are read at each query
and ranked here, so that there is nothing to keep up to date, and both databases rank alike.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from django.db.models import Q, Value
from rapidfuzz import process
from rapidfuzz.distance import OSA

from cress.base.text.folding import fold
from territories.models import Commune, FormerCommune, Intercommunality, Territory

LONGEST_QUERY, SHORTEST_QUERY = 100, 2  # in characters
MOST_PLACES = 40  # more than the communes of any postcode

TOO_LONG = f"Écrivez au plus {LONGEST_QUERY} caractères : le nom de votre commune suffit."
TOO_SHORT = "Écrivez au moins deux lettres."
UNREADABLE = "Écrivez un nom avec des lettres, ou un code postal avec des chiffres."
NOT_FOUND = "Aucune commune ni intercommunalité de la région ne répond à ce nom ou à ce code."
NEARLY = "Aucun nom ne s’écrit tout à fait ainsi. Voici les plus proches."
ONE = "Une seule réponse : est-ce bien elle ?"
SEVERAL = "Plusieurs réponses : choisissez la vôtre."
TOO_MANY = "Beaucoup de réponses, dont voici les premières. La suite du nom les départagera."

_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "s": "sur"}
# Before the name itself, in what people type and in official names: « la Septaine » is what
# there is to compare in « CC la Septaine », and « Perche » in « CC du Perche ».
_BEFORE_NAME = re.compile(
    r"(?:(?:c[acu]|communaute|communes?|agglo(?:meration)?|urbaine|metropole|ville|mairie"
    r"|de|du|des|d|le|la|les|l) )*"
)
# Between nothing in common (0) and the same letters (1): about one letter wrong in four.
_NEAR_ENOUGH = 0.72
_START_ONLY = 0.95  # the start of a name counts a little less than the whole
_WITHIN = 0.8  # and a name among other words, less than one letter wrong


class Kind(IntEnum):
    """What is found, and in which order among equals."""

    TERRITORY = 0
    COMMUNE = 1
    GROUPING = 2
    FORMER = 3


class Match(IntEnum):
    """How a name answers what was typed."""

    EXACT = 0
    PART = 1  # the name holds what was typed
    WITHIN = 2  # what was typed holds the name, among other words: « crèche Vierzon »
    NEAR = 3  # letters differ


class Entry(NamedTuple):
    """One name that can be found, and what it stands for."""

    kind: Kind
    pk: int  # of the territory, the commune (of today) or the EPCI
    territory: int  # the key of the department it lies in
    folded_name: str
    name: str
    population: int


@dataclass(frozen=True)
class Place:
    """A territory, or a commune or an EPCI in one of its departments."""

    territory: Territory
    commune: Commune | None = None
    intercommunality: Intercommunality | None = None
    former_name: str = ""  # what the commune is found by, if not by its own name
    match: Match = Match.EXACT

    @property
    def name(self):
        named = (self.commune or self.intercommunality or self.territory).name
        return f"{self.former_name}, aujourd’hui {named}" if self.former_name else named

    @property
    def label(self):
        """What to type to find this one and no other."""
        return self.commune.label if self.commune else self.name

    @property
    def detail(self):
        """What it is and where: « Cher, CA Bourges Plus », « intercommunalité, Cher »."""
        if self.commune:
            grouping = self.commune.intercommunality
            return ", ".join([self.territory.name, *([grouping.name] if grouping else [])])
        if self.intercommunality:
            return f"intercommunalité, {self.territory.name}"
        return self.territory.get_kind_display()

    @property
    def address(self):
        """The page where one is at home there."""
        if self.commune:
            return self.commune.get_absolute_url()
        if self.intercommunality:
            return self.intercommunality.address_in(self.territory)
        return self.territory.get_absolute_url()


@dataclass(frozen=True)
class Answer:
    """The places that answer a query, best first, and what to say of them, in French."""

    places: list[Place]
    message: str = ""
    is_certain: bool = False  # there is one place, that nothing else could be taken for


def find(query, *, communes_only=False, most=MOST_PLACES):
    """Return the Answer to what someone typed, however badly, with `most` places at most."""
    query = query.strip()
    folded = fold(query[:LONGEST_QUERY])
    if not query:
        return Answer([])
    if len(query) > LONGEST_QUERY:
        return Answer([], TOO_LONG)
    if len(folded) < SHORTEST_QUERY:
        return Answer([], TOO_SHORT if folded else UNREADABLE)

    territories = {t.pk: t for t in Territory.objects.with_page().defer("outline")}
    words = [_ABBREVIATIONS.get(word, word) for word in folded.split()]
    within = near = []
    if (code := "".join(words)).isdecimal():
        exact, others = _by_code(code, territories, communes_only)
    else:
        entries = _all_entries(territories, communes_only)
        exact, others = _by_name_and_department(words, entries, territories)
        if not exact and not others:
            within = _within(" ".join(words), entries)
            near = _nearly(" ".join(words), entries, within)

    found = _once([*exact, *others, *near])
    if not found:
        return Answer([], NOT_FOUND)
    matches = (
        dict.fromkeys(near, Match.NEAR)
        | dict.fromkeys(within, Match.WITHIN)
        | dict.fromkeys(others, Match.PART)
        | dict.fromkeys(exact, Match.EXACT)
    )
    places = _places(found[:most], territories, matches)
    if len(_once(exact)) == 1:
        return Answer(places, is_certain=True)
    if near:
        return Answer(places, NEARLY)
    if len(found) > most:
        return Answer(places, TOO_MANY)
    return Answer(places, SEVERAL if len(found) > 1 else ONE)


def readable(query):
    """Return a query as it can be shown again: on one line, not too long, without hidden signs."""
    line = " ".join(query[:LONGEST_QUERY].split())
    return "".join(sign for sign in line if sign.isprintable())


# What there is to find


def _communes(*condition):
    rows = Commune.objects.filter(*condition).order_by()
    return rows.values_list(
        Value(Kind.COMMUNE), "pk", "department_id", "folded_name", "name", "population"
    )


def _groupings(*condition):
    """An EPCI lies wherever it has communes: it comes once a department."""
    grouping = "intercommunality__"
    communes = Commune.objects.filter(*condition, intercommunality__isnull=False).order_by()
    rows = communes.values_list(
        Value(Kind.GROUPING),
        f"{grouping}pk",
        "department_id",
        f"{grouping}folded_name",
        f"{grouping}name",
        f"{grouping}population",
    )
    return rows.distinct()


def _former_communes(*condition):
    rows = FormerCommune.objects.filter(*condition).order_by()
    return rows.values_list(
        Value(Kind.FORMER),
        "commune_id",
        "commune__department_id",
        "folded_name",
        "name",
        "commune__population",
    )


def _entries(first, *others):
    """Read the entries of several kinds at once."""
    return [Entry(*row) for row in first.union(*others, all=True)]


def _territory(territory):
    return Entry(
        Kind.TERRITORY, territory.pk, territory.pk, fold(territory.name), territory.name, 0
    )


def _all_entries(territories, communes_only):
    if communes_only:
        return _entries(_communes(), _former_communes())
    entries = _entries(_communes(), _former_communes(), _groupings())
    return entries + [_territory(territory) for territory in territories.values()]


# How it is found: each of these returns (exact, others), entries in the order of their merit


def _by_name_and_department(words, entries, territories):
    """
    Find a name, alone or with its department: « Vineuil 41 », « 41350 Vineuil », « Vineuil, Cher ».

    What is of another department than the one named is offered, and never certain.
    """
    name = " ".join(words)
    exact, others = _by_name(name, entries)
    if exact or others:
        return exact, others
    for alone, there in _without_department(words, territories):
        exact, others = _by_name(alone, entries)
        exact_there = [entry for entry in exact if entry.territory == there]
        others_there = [entry for entry in others if entry.territory == there]
        if exact_there or (others_there and not exact):
            return exact_there, others_there
        if exact or others:
            return [], exact + others
    return [], []


def _without_department(words, territories):
    """Yield (the name alone, the key of a department) for each way to read one of them there."""
    for n, word in enumerate(words):
        alone = " ".join(words[:n] + words[n + 1 :])
        for territory in territories.values():
            if alone and (_is_department(territory, word) or _is_postcode_of(territory, word)):
                yield alone, territory.pk
    name = " ".join(words)
    for territory in territories.values():
        alone = name.removesuffix(f" {fold(territory.name)}")
        if alone != name:
            yield alone, territory.pk


def _by_name(name, entries):
    bare = _bare(name)
    matching = [entry for entry in entries if f" {bare}" in f" {entry.folded_name}"]
    spelled = [entry for entry in matching if entry.folded_name == name]
    exact = spelled
    if not spelled or name == bare:  # no article was typed, or another one
        exact = [entry for entry in matching if _bare(entry.folded_name) == bare]
    matching.sort(
        key=lambda entry: (
            entry not in spelled,
            entry not in exact,
            not _bare(entry.folded_name).startswith(bare),
            *_merit(entry),
        )
    )
    return matching[: len(exact)], matching[len(exact) :]


def _by_code(code, territories, communes_only):
    """Find a department's code, a postcode, a code of Insee, a SIREN or a SIRET."""
    departments = [_territory(t) for t in territories.values() if _is_department(t, code)]
    if departments and not communes_only:
        return departments, []
    match len(code):
        case 3 | 4:
            return [], sorted(_entries(_communes(_postcode_starts(code))), key=_merit)
        case 5:
            return _by_five_digits(code, territories, communes_only)
        case 9 | 14:
            siren = code[:9]
            groupings = [] if communes_only else [_groupings(Q(intercommunality__siren=siren))]
            return _entries(_communes(Q(siren=siren)), *groupings), []
    return [], []


def _by_five_digits(code, territories, communes_only):
    """A postcode counts more than the same digits as a code of Insee."""
    departments = [] if communes_only else map(_territory, territories.values())
    communes = sorted(_entries(_communes(_postcode_starts(code))), key=_merit)
    if len(communes) > 1:
        return communes, [entry for entry in departments if entry.pk == communes[0].territory]
    of_code = Q(insee_code=code)
    if communes := communes or _entries(_communes(of_code), _former_communes(of_code)):
        return communes, []
    there = {pk for pk, territory in territories.items() if _is_postcode_of(territory, code)}
    return [], [entry for entry in departments if entry.pk in there]


def _within(name, entries):
    """Return the entries whose whole name stands among other words, and in no longer one."""
    found = [entry for entry in entries if f" {_bare(entry.folded_name)} " in f" {name} "]
    names = {_bare(entry.folded_name) for entry in found}
    parts = {
        part for part in names for whole in names if part != whole and f" {part} " in f" {whole} "
    }
    return [entry for entry in found if _bare(entry.folded_name) not in parts]


def _nearly(name, entries, within):
    """Return the entries whose name is a few letters away, with those within."""
    glued = _bare(name).replace(" ", "")
    names = [_bare(entry.folded_name).replace(" ", "") for entry in entries]
    starts = [other[: len(glued)] for other in names]
    scores = dict.fromkeys(within, _WITHIN)
    for choices, weight in [(names, 1), (starts, _START_ONLY)]:
        for _, score, n in process.extract(
            glued,
            choices,
            scorer=OSA.normalized_similarity,
            score_cutoff=_NEAR_ENOUGH,
            limit=MOST_PLACES,
        ):
            scores[entries[n]] = max(scores.get(entries[n], 0), score * weight)
    return sorted(scores, key=lambda entry: (-scores[entry], *_merit(entry)))


def _bare(name):
    """Return a folded name without what comes before it: an article, the nature of an EPCI."""
    return name[_BEFORE_NAME.match(name).end() :]


def _merit(entry):
    return entry.kind, -(entry.population or 0), entry.folded_name, entry.pk


def _is_department(territory, code):
    return territory.is_department and fold(territory.code) == code


def _is_postcode_of(territory, code):
    """Whether five digits start like the department's postcodes and codes of Insee."""
    return (
        len(code) == 5
        and code.isdecimal()
        and _is_department(territory, code[: len(territory.code)])
    )


def _postcode_starts(digits):
    return Q(postcodes__startswith=digits) | Q(postcodes__contains=f" {digits}")


# What it stands for


def _once(entries):
    """Keep the first entry of each place: a former name may be that of today."""
    first = {}
    for entry in entries:
        is_commune = entry.kind in {Kind.COMMUNE, Kind.FORMER}
        first.setdefault((is_commune or entry.kind, entry.pk, entry.territory), entry)
    return list(first.values())


def _places(entries, territories, matches):
    communes = Commune.objects.select_related("intercommunality").in_bulk(
        [entry.pk for entry in entries if entry.kind in {Kind.COMMUNE, Kind.FORMER}]
    )
    groupings = Intercommunality.objects.in_bulk(
        [entry.pk for entry in entries if entry.kind == Kind.GROUPING]
    )
    for commune in communes.values():
        commune.department = territories[commune.department_id]
    return [
        Place(
            territory=territories[entry.territory],
            commune=communes.get(entry.pk) if entry.kind in {Kind.COMMUNE, Kind.FORMER} else None,
            intercommunality=groupings[entry.pk] if entry.kind == Kind.GROUPING else None,
            former_name=entry.name if entry.kind == Kind.FORMER else "",
            match=matches[entry],
        )
        for entry in entries
    ]
