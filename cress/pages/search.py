"""The site's search: every page, by words, whatever their accents."""

import re
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import Truncator

from cress.folding import fold
from cress.pages.models import Page
from enterprises.models import Enterprise
from policies.models import Lever, Resource, Term
from territories.models import Territory

LONGEST_QUERY = 100  # signs
SHORTEST_QUERY = 2  # signs, once folded
EXCERPT_LENGTH = 220  # signs
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Result:
    """Something found: what it is, its title and address, and the text it was found in."""

    kind: str
    title: str
    url: str
    text: str

    def excerpt(self, words):
        """Return a piece of the text around the first of the folded words that it holds."""
        if len(self.text) <= EXCERPT_LENGTH:
            return self.text
        found = next((word for word in _WORD.finditer(self.text) if holds(word[0], words)), None)
        start = max(found.start() - EXCERPT_LENGTH // 3, 0) if found else 0
        start = self.text.rfind(" ", 0, start) + 1
        piece = Truncator(self.text[start:]).chars(EXCERPT_LENGTH, truncate=" …")
        return f"… {piece}" if start else piece


def holds(word, words):
    """Whether a word of a text is, or holds, one of the folded words."""
    folded = fold(word)
    return any(asked in folded for asked in words)


def _territories():
    for territory in Territory.objects.with_page():
        text = f"L’économie sociale et solidaire {territory.inside}"
        yield Result("Territoire", territory.name, territory.get_absolute_url(), text)


def _levers():
    for lever in Lever.objects.published().prefetch_related("actions"):
        text = " ".join([lever.summary, *(action.text for action in lever.actions.all())])
        yield Result("Levier", lever.title, lever.get_absolute_url(), text)


def _enterprises():
    examples = Enterprise.objects.published().examples()
    for enterprise in examples.select_related("commune", "department"):
        text = " ".join([enterprise.summary, f"{enterprise.place}, {enterprise.department.name}."])
        yield Result("Exemple", enterprise.name, enterprise.get_absolute_url(), text)


def _terms():
    for term in Term.objects.all():
        url = f"{reverse('policies:glossary')}#{term.slug}"
        yield Result("Mot du glossaire", term.name, url, term.definition)


def _resources():
    for resource in Resource.objects.all():
        text = " ".join(filter(None, [resource.publisher, resource.description]))
        yield Result("Ressource", resource.title, resource.url, text)


def _pages():
    for page in Page.objects.published():
        yield Result("Page", page.title, page.get_absolute_url(), page.lead or page.description)


# The order in which equals are shown.
COLLECTIONS = [_territories, _levers, _enterprises, _terms, _resources, _pages]


def words_of(query):
    """Return the folded words of a query: no accents, no capitals, no signs."""
    return fold(query[:LONGEST_QUERY]).split()


def search(words):
    """
    Return the results that hold all the words, the closest first.

    The words are folded ones. A title that is or starts with what is asked comes before one
    that holds it, and a title before a text.
    """
    asked = " ".join(words)

    def rank(result):
        title, text = fold(result.title), fold(f"{result.title} {result.text}")
        if not all(word in text for word in words):
            return None
        return (
            title != asked,
            not title.startswith(asked),
            not all(word in title for word in words),
        )

    ranked = [(rank(result), result) for collect in COLLECTIONS for result in collect()]
    found = [(key, result) for key, result in ranked if key]
    return [result for _, result in sorted(found, key=lambda pair: pair[0])]
