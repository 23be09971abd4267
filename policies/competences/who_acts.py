"""
Who exercises the competences behind the levers, for a commune and its EPCI, or for an EPCI alone.

What the EPCI declares in Banatic replaces the law's default. What it does not declare proves
nothing: the default stays. `exercise_of` and `lists_of` are pure; `who_acts` reads the database.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from itertools import groupby

from policies.competences import words
from policies.competences.models import Competence, DeclaredCompetence
from territories.models import Commune, Intercommunality

Holder, Rule = Competence.Holder, Competence.Rule

_COMMUNE = {Holder.COMMUNE, Holder.COMMUNE_UNLESS_TRANSFERRED}
_SHARED = {Holder.SHARED, Holder.BUYER, Holder.EACH}


class Side(Enum):
    """The list in which a competence stands, in the order of the page."""

    COMMUNE = "commune"
    BOTH = "both"
    EPCI = "epci"
    STATUTES = "statutes"
    OTHER = "other"
    MOOT = "moot"


@dataclass(frozen=True)
class Declaration:
    """What an EPCI declares in Banatic: codes by nomenclature, and the date of the file."""

    as_of: date
    codes: dict[int, set[str]]

    def covers(self, competence):
        """Return whether the competence is declared, and whether all its codes are."""
        shared = {year: codes & self.codes.get(year, set()) for year, codes in _coded(competence)}
        is_whole = any(shared[year] == codes for year, codes in _coded(competence))
        return any(shared.values()), is_whole


def _coded(competence):
    return [(year, codes) for year, codes in competence.codes.items() if codes]


@dataclass(frozen=True)
class Situation:
    """A commune and its EPCI, a commune without EPCI, or an EPCI alone."""

    intercommunality: Intercommunality | None
    commune: Commune | None = None
    largest_population: int | None = None  # of the known communes of the EPCI
    declaration: Declaration | None = None

    def declared(self, competence):
        """Return « d’après Banatic, état au … » if the EPCI declares it, or an empty text."""
        if not self.declaration:
            return ""
        is_declared, is_whole = self.declaration.covers(competence)
        return words.in_banatic(self.declaration.as_of, is_whole) if is_declared else ""


@dataclass(frozen=True)
class Exercise:
    """One competence: its list, and the words beside it."""

    competence: Competence
    side: Side
    words: str


def exercise_of(competence, situation):
    """Return the Exercise of a competence in a situation."""
    return Exercise(competence, *_side_and_words(competence, situation))


def _side_and_words(competence, situation):
    grouping, declared = situation.intercommunality, situation.declared(competence)
    if _is_moot(competence, situation):
        return Side.MOOT, words.moot_words(competence, situation.commune)
    if competence.holder in _SHARED:
        return Side.BOTH, words.shared_words(competence, grouping, declared)
    if declared:
        return Side.EPCI, declared
    if competence.holder == Holder.OTHER:
        return Side.OTHER, words.other_words(competence)
    if grouping and _is_given_by_law(competence, situation):
        return Side.EPCI, words.law_words(competence, grouping)
    if competence.holder in _COMMUNE:
        return Side.COMMUNE, words.commune_words(competence, grouping)
    if grouping:
        return Side.STATUTES, words.statutes_words(competence, grouping)
    return Side.EPCI, words.no_grouping_words()


def _is_moot(competence, situation):
    """Whether the place is too small to have what the competence needs."""
    if competence.moot_below is None:
        return False
    if situation.commune:
        population = situation.commune.population
    elif situation.declared(competence):
        return False
    else:
        population = situation.largest_population
    return population is not None and population < competence.moot_below


def _is_given_by_law(competence, situation):
    """Whether the law gives the competence to this EPCI, unless its communes opposed it."""
    grouping = situation.intercommunality
    rule = competence.rule_for(grouping.kind)
    if rule == Rule.ABOVE:
        return _is_above(grouping.population, competence.threshold) and _is_above(
            situation.largest_population, competence.town_threshold
        )
    return rule == Rule.LAW or competence.holder == Holder.EPCI_UNLESS_OPPOSED


def _is_above(population, threshold):
    return threshold is None or (population is not None and population > threshold)


@dataclass(frozen=True)
class CompetenceList:
    """The competences of one side, by lever."""

    side: Side
    heading: str
    levers: list[tuple]  # (Lever, [Exercise])


def lists_of(competences, situation):
    """Return the CompetenceLists that are not empty; the competences come in order of lever."""
    exercises = [exercise_of(competence, situation) for competence in competences]
    headings = headings_of(situation)
    return [
        CompetenceList(side, headings[side], _by_lever(found))
        for side in Side
        if (found := [exercise for exercise in exercises if exercise.side is side])
    ]


def headings_of(situation):
    """Return {Side: its heading} for a Situation."""
    grouping, commune = situation.intercommunality, situation.commune
    if not grouping:
        both = "Votre commune et d’autres acteurs"
    else:
        both = "L’une et l’autre" if commune else "Les communes et l’intercommunalité"
    return {
        Side.COMMUNE: "Votre commune" if commune else "Les communes",
        Side.BOTH: both,
        Side.EPCI: "Votre intercommunalité" if grouping else "Une intercommunalité",
        Side.STATUTES: "Selon les statuts de votre intercommunalité",
        Side.OTHER: "Un autre acteur",
        Side.MOOT: "Sans objet, sauf exception",
    }


def _by_lever(exercises):
    groups = groupby(exercises, key=lambda exercise: exercise.competence.lever)
    return [(lever, list(members)) for lever, members in groups]


@dataclass(frozen=True)
class WhoActs:
    """What a page shows of a place: its lists, for one lever or for all."""

    situation: Situation
    lists: list[CompetenceList] = field(default_factory=list)
    lever: object = None  # the only Lever, or None for all


def situation_of(home):
    """Return the Situation of a Home (territories.homes)."""
    populations = [commune.population for commune in home.communes if commune.population]
    return Situation(
        home.intercommunality,
        home.commune,
        max(populations, default=None),
        _declaration_of(home.intercommunality),
    )


def _declaration_of(intercommunality):
    if intercommunality is None:
        return None
    rows = DeclaredCompetence.objects.filter(intercommunality=intercommunality)
    codes, dates = {}, []
    for year, code, as_of in rows.values_list("nomenclature", "code", "as_of"):
        codes.setdefault(year, set()).add(code)
        dates.append(as_of)
    return Declaration(min(dates), codes) if dates else None


def who_acts(home, lever=None):
    """
    Return the WhoActs of a Home, for one lever or for all that are published.

    None without a home, or where the lever has no competence.
    """
    competences = Competence.objects.of_published_levers()
    if lever:
        competences = competences.filter(lever=lever)
    if home is None or not competences:
        return None
    situation = situation_of(home)
    return WhoActs(situation, lists_of(competences, situation), lever)
