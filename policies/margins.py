"""
Which terms and which rules of law stand beside the action that they explain.

A term or a rule goes beside the action that shares the most words with it, if that is clear; the
others are read together, after the actions. Nothing is left out.
"""

import re
from dataclasses import dataclass, field

from cress.base.text.folding import fold
from policies.models import Action, Term
from policies.practice import Rule

_ACRONYM = re.compile(r"\b[A-Z]{3,}\b")
_SHORTEST = 5  # letters: « pour » and « dans » say nothing of a subject
_IN_TITLE = 3  # a word of the title counts as three of the text
_LEAD = 1.5  # how much better than the next action the best one is


@dataclass(frozen=True)
class AnnotatedAction:
    """An action of a lever, with what explains it."""

    action: Action
    terms: list[Term] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)


@dataclass(frozen=True)
class Annotated:
    """The actions of a lever, and the terms and the rules that explain none of them alone."""

    actions: list[AnnotatedAction]
    terms: list[Term]
    rules: list[Rule]


def annotate(actions, terms, rules):
    """Return the actions Annotated with these terms and rules, each in one place."""
    annotated = [AnnotatedAction(action) for action in actions]
    subjects = [_words(" ".join([a.text, a.instrument, *(s for _, s in a.steps)])) for a in actions]
    other_terms, other_rules = [], []
    for term in terms:
        place = _closest(term.name, term.definition, subjects)
        (other_terms if place is None else annotated[place].terms).append(term)
    for rule in rules:
        place = _closest(rule.title, rule.text, subjects)
        (other_rules if place is None else annotated[place].rules).append(rule)
    return Annotated(annotated, other_terms, other_rules)


def _closest(title, text, subjects):
    """Return the place of the set of words that a title and its text share most, or None."""
    titled, said = _words(title), _words(text)
    scores = [_IN_TITLE * len(titled & words) + len(said & words) for words in subjects]
    best, *others = sorted(scores, reverse=True) or [0]
    if best < _IN_TITLE or (others and best <= _LEAD * others[0]):
        return None
    return scores.index(best)


def _words(text):
    """Return the words of a text that name a subject, folded, in the singular."""
    acronyms = {fold(acronym) for acronym in _ACRONYM.findall(text)}
    long = {word.rstrip("sx") for word in fold(text).split() if len(word) >= _SHORTEST}
    return acronyms | long
