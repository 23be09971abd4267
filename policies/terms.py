"""The terms of the glossary in a text: where they are used, and their definitions on a page."""

import re
from typing import NamedTuple

from django.template.loader import render_to_string

from policies.models import Term

_TAG_OR_TEXT = re.compile(r"<[^>]*>|[^<]+")
_END_OF_WORD = re.compile(r"[^\s-]*\Z")
_START_OF_WORD = re.compile(r"[^\s-]*")
_TAG_NAME = re.compile(r"</?\s*([a-z0-9]+)", re.IGNORECASE)
# The elements in which no term is explained.
_UNCHANGED = {"a", "button", "dfn", "figure", "h1", "h2", "h3", "script", "summary", "svg", "title"}


class Mention(NamedTuple):
    """The position of a term in a piece of text."""

    start: int
    end: int
    term: Term
    pattern: re.Pattern


def spellings(term):
    """
    Return the spellings of a term: « Marché réservé », or « SCOP » and « Scop ».

    A slash or a comma separates spellings; an acronym in parentheses is one too. A spelling of
    two letters is left out: it has too many meanings.
    """
    name, _, inside = term.name.rstrip(")").partition(" (")
    found = [*re.split(r" / |, ", name), *([inside] if inside.isupper() else [])]
    return [spelling for spelling in found if len(spelling) > 2]


def _pattern(term):
    patterns = []
    for spelling in spellings(term):
        words = r"\s+".join(rf"{re.escape(word)}s?" for word in spelling.split())
        # An acronym keeps its capitals; the first letter of other terms may be a capital or not.
        patterns.append(words if spelling.isupper() else f"(?i:{words})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)") if patterns else None


def terms_in(text, terms):
    """Return the terms that a plain text uses."""
    return [term for term in terms if (pattern := _pattern(term)) and pattern.search(text)]


def explain(html, terms):
    """
    Return HTML in which the first mention of each term is a button that opens its definition.

    The definitions come last, so that they interrupt no sentence. Titles, links
    and figures are left unchanged. The HTML must be well formed.
    """
    unused = [(term, pattern) for term in terms if (pattern := _pattern(term))]
    depth, pieces, explained = 0, [], []
    for token in _TAG_OR_TEXT.findall(html):
        if token.startswith("<"):
            name = _TAG_NAME.match(token)
            if name and name[1].lower() in _UNCHANGED and not token.endswith("/>"):
                depth += -1 if token.startswith("</") else 1
            pieces.append(token)
        elif depth:
            pieces.append(token)
        else:
            mentions = _first_mentions(token, unused)
            pieces.append(_with_buttons(token, mentions))
            for mention in mentions:
                explained.append(mention.term)
                unused.remove((mention.term, mention.pattern))
    definitions = [
        render_to_string("policies/_definition.html", {"term": term}) for term in explained
    ]
    return "".join(pieces + definitions)


def _first_mentions(text, unused):
    """Return the mentions of the unused terms in a piece of text, in order."""
    found = [
        Mention(*match.span(), term, pattern)
        for term, pattern in unused
        if (match := pattern.search(text))
    ]
    kept = []
    for mention in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        # A term inside a longer one is left for its next mention.
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _with_buttons(text, mentions):
    pieces, last = [], 0
    for start, end, term, _ in mentions:
        button = (
            f'<button type="button" class="definition" popovertarget="mot-{term.slug}">'
            f"{text[start:end]}</button>"
        )
        # A line may break before or after a button: « ( » and « ’ » must stay with their word.
        before = _END_OF_WORD.search(text, last, start)[0]
        after = _START_OF_WORD.match(text, end)[0]
        if before or after:
            button = f'<span class="nowrap">{before}{button}{after}</span>'
        pieces += [text[last : start - len(before)], button]
        last = end + len(after)
    return "".join([*pieces, text[last:]])
