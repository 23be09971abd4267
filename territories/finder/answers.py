"""The answer of the finder to a query: places, and a sentence in French."""

import re
from collections import defaultdict
from dataclasses import dataclass
from enum import IntEnum

from cress.base.text.folding import fold, fold_place_name
from territories.finder import codes, matching
from territories.finder.elsewhere import is_elsewhere
from territories.finder.names import Kind, all_names, first_of_each_place
from territories.models import Commune, Intercommunality, Territory

LONGEST_QUERY, SHORTEST_QUERY = 100, 2  # in characters
MOST_PLACES = 40  # more than the communes of any postcode

TOO_LONG = f"Écrivez au plus {LONGEST_QUERY} caractères : le nom de votre commune suffit."
TOO_SHORT = "Écrivez au moins deux lettres."
UNREADABLE = "Écrivez un nom avec des lettres, ou un code postal avec des chiffres."
NOT_FOUND = "Il n’y a rien de ce nom dans la région, ni sous ce code."
SIMILAR = "Aucun nom ne s’écrit tout à fait ainsi. Voici les plus proches."
ONE = "Une seule réponse : est-ce bien elle ?"
SEVERAL = "Plusieurs réponses : choisissez la vôtre."
TOO_MANY = "Beaucoup de réponses, dont voici les premières. La suite du nom les départagera."

_CEDEX = re.compile(r"(?<=[0-9a-z]) cedex(?: [0-9]{1,2})?\b")


class Match(IntEnum):
    """How a name matches the query."""

    EXACT = 0
    PART = 1  # the name holds the query
    WITHIN = 2  # the query holds the name, among other words: « crèche Vierzon »
    NEAR = 3  # some letters differ


@dataclass(frozen=True)
class Place:
    """A territory, a commune or an EPCI."""

    territory: Territory  # itself, or the department
    commune: Commune | None = None
    intercommunality: Intercommunality | None = None
    former_name: str = ""  # the name that was found, where it is not the commune's own
    match: Match = Match.EXACT
    departments: tuple[str, ...] = ()  # of an EPCI: the names of those where it was found

    @property
    def name(self):
        named = (self.commune or self.intercommunality or self.territory).name
        return f"{self.former_name}, aujourd’hui {named}" if self.former_name else named

    @property
    def label(self):
        """A query that finds this place and no other."""
        return self.commune.label if self.commune else self.name

    @property
    def detail(self):
        """Its kind and its department: « Cher, CA Bourges Plus », « intercommunalité, Cher »."""
        if self.commune:
            grouping = self.commune.intercommunality
            return ", ".join([self.territory.name, *([grouping.name] if grouping else [])])
        if self.intercommunality:
            return ", ".join(["intercommunalité", *self.departments])
        return self.territory.get_kind_display()

    @property
    def address(self):
        """The page of the place."""
        return (self.commune or self.intercommunality or self.territory).get_absolute_url()

    @property
    def query(self):
        """The parameter that carries the place from page to page."""
        if self.commune:
            return {"commune": self.commune.insee_code}
        if self.intercommunality:
            return {"epci": self.intercommunality.siren}
        return {"territoire": self.territory.code}


@dataclass(frozen=True)
class Answer:
    """The places that match a query, the best first, and a message in French."""

    places: list[Place]
    message: str = ""
    is_certain: bool = False  # the first place is the only one that the query can mean


def find(query, *, communes_only=False, most=MOST_PLACES):
    """Return the Answer to a query, with `most` places at most."""
    query = query.strip()
    folded = fold(query[:LONGEST_QUERY])
    if not query:
        return Answer([])
    if len(query) > LONGEST_QUERY:
        return Answer([], TOO_LONG)
    if len(folded) < SHORTEST_QUERY:
        return Answer([], TOO_SHORT if folded else UNREADABLE)

    territories = {t.pk: t for t in Territory.objects.with_page().defer("outline")}
    matches = _match(_CEDEX.sub("", folded), territories, communes_only)
    found = first_of_each_place(matches)
    if not found:
        return Answer([], NOT_FOUND)
    places = _places(found[:most], territories, matches)
    kinds = [matches[name] for name in found]
    if kinds.count(Match.EXACT) == 1:
        return Answer(places, is_certain=True)
    if not {Match.EXACT, Match.PART} & set(kinds):
        return Answer(places, SIMILAR)
    if len(found) > most:
        return Answer(places, TOO_MANY)
    return Answer(places, SEVERAL if len(found) > 1 else ONE)


def query_for_display(query):
    """Return a query as a page shows it again: one line, not too long, no invisible character."""
    line = " ".join(query[:LONGEST_QUERY].split())
    return "".join(character for character in line if character.isprintable())


def _match(folded, territories, communes_only):
    """Return {FinderName: its Match}, the best first."""
    words = folded.split()
    if code := codes.typed_insee_code(folded):
        return _exact_then_part(*codes.by_insee_code(code))
    if (code := "".join(words)).isdecimal():
        return _exact_then_part(*codes.by_code(code, territories, communes_only))
    if not communes_only and (named := matching.by_territory_kind(folded, territories)):
        return _exact_then_part(named, [])

    names = all_names(territories, communes_only)
    spelled = fold_place_name(folded).split()
    exact, others = matching.by_name_and_department(spelled, names, territories)
    if not exact:
        acronyms = matching.by_acronym(words, names)
        exact, others = ([], acronyms + others) if others else (acronyms, [])
    text = " ".join(spelled)
    if not exact and is_elsewhere(spelled):
        return _exact_then_part([], matching.with_whole_words(text, others))
    if exact or others:
        return _exact_then_part(exact, others)
    within = matching.within(text, names)
    similar = matching.similar(text, names, within)
    return dict.fromkeys(similar, Match.NEAR) | dict.fromkeys(within, Match.WITHIN)


def _exact_then_part(exact, others):
    return dict.fromkeys(exact, Match.EXACT) | dict.fromkeys(others, Match.PART)


def _places(names, territories, matches):
    """Return the Place of each FinderName, read in two queries."""
    communes = Commune.objects.select_related("intercommunality").in_bulk(
        [name.pk for name in names if name.is_commune]
    )
    groupings = Intercommunality.objects.in_bulk(
        [name.pk for name in names if name.kind == Kind.GROUPING]
    )
    for commune in communes.values():
        commune.department = territories[commune.department_id]
    departments = defaultdict(list)
    for name in matches:
        if name.kind == Kind.GROUPING:
            departments[name.pk].append(territories[name.territory].name)
    return [
        Place(
            territory=territories[name.territory],
            commune=communes[name.pk] if name.is_commune else None,
            intercommunality=groupings[name.pk] if name.kind == Kind.GROUPING else None,
            former_name=name.name if name.kind == Kind.FORMER else "",
            match=matches[name],
            departments=tuple(sorted(departments[name.pk])) if name.kind == Kind.GROUPING else (),
        )
        for name in names
    ]
