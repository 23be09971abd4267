"""Where the site uses each term of the glossary: levers, enterprises, pages."""

from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse

from cress.base.text.markdown import plain_text
from cress.chamber.models import Page
from enterprises.models import Enterprise
from policies.models import Argument, Lever
from policies.practice import Practice
from policies.terms import terms_in

MOST_USES = 3  # links for one term; the search finds the others


class Use(NamedTuple):
    """A page that uses a term."""

    title: str
    address: str


@dataclass(frozen=True)
class TermUses:
    """A term of the glossary, the first pages that use it, and how many more do."""

    term: object  # Term
    uses: list[Use]
    others: int


def uses_of(terms):
    """Return the TermUses of each term; a page of its own never counts for the glossary."""
    terms = list(terms)
    uses = {term: [] for term in terms}
    for use, text, named in [*_levers(), *_enterprises(), *_pages()]:
        used = {*terms_in(text, terms), *named}
        for term in used & uses.keys():
            uses[term].append(use)
    return [TermUses(t, found[:MOST_USES], len(found[MOST_USES:])) for t, found in uses.items()]


def _levers():
    """Return (Use, text, terms that staff have tied to it) for each published lever."""
    levers = Lever.objects.published().prefetch_related("actions", "rules", "terms")
    for lever in levers:
        texts = [lever.title, lever.summary, lever.text]
        texts += [getattr(lever, field.name) for field in Practice._meta.fields]
        for action in lever.actions.all():
            texts += [action.text, action.instrument, *(text for _, text in action.steps)]
        for rule in lever.rules.all():
            texts += [rule.title, rule.text]
        yield Use(lever.title, lever.get_absolute_url()), _joined(texts), lever.terms.all()


def _enterprises():
    for enterprise in Enterprise.objects.published().examples():
        texts = [enterprise.name, enterprise.summary, enterprise.text]
        yield Use(enterprise.name, enterprise.get_absolute_url()), _joined(texts), ()


def _pages():
    arguments = Argument.objects.values_list("title", "text")
    why = reverse("chamber:arguments")
    glossary = reverse("policies:glossary")
    for page in Page.objects.published():
        texts = [page.title, page.lead, page.body]
        if page.get_absolute_url() == why:
            texts += [text for argument in arguments for text in argument]
        if page.get_absolute_url() != glossary:
            yield Use(page.title, page.get_absolute_url()), _joined(texts), ()


def _joined(texts):
    return plain_text("\n\n".join(filter(None, texts)))
