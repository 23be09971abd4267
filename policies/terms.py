"""Words of the field: where a text uses them, and how a page explains them."""

import re
from typing import NamedTuple

from django.template.loader import render_to_string

from policies.models import Term

_TAG_OR_TEXT = re.compile(r"<[^>]*>|[^<]+")
_END_OF_WORD = re.compile(r"[^\s-]*\Z")
_START_OF_WORD = re.compile(r"[^\s-]*")
_TAG_NAME = re.compile(r"</?\s*([a-z0-9]+)", re.IGNORECASE)
# Where a button cannot or should not stand.
_LEFT_ALONE = {"a", "button", "dfn", "h1", "h2", "h3", "script", "summary", "svg", "title"}


class Mention(NamedTuple):
    """Where a piece of text says a term."""

    start: int
    end: int
    term: Term
    pattern: re.Pattern


def spellings(term):
    """
    Return the ways a text says a term: « Marché réservé », or « SCOP » and « Scop ».

    What stands after a slash or a comma is another way, and so is an acronym between
    parentheses. Two letters say too many things.
    """
    name, _, inside = term.name.rstrip(")").partition(" (")
    ways = [*re.split(r" / |, ", name), *([inside] if inside.isupper() else [])]
    return [way for way in ways if len(way) > 2]


def _pattern(term):
    ways = []
    for way in spellings(term):
        words = [rf"{re.escape(word)}s?" for word in way.split()]
        written = r"\s+".join(words)
        # An acronym is only itself; other words may start a sentence or not.
        ways.append(written if way.isupper() else f"(?i:{written})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)") if ways else None


def said_in(text, terms):
    """Return those of the terms that a plain text says."""
    return [term for term in terms if (pattern := _pattern(term)) and pattern.search(text)]


def explain(html, terms):
    """
    Return HTML in which the first mention of each term opens its definition.

    The definitions come last, so that no sentence is cut. Titles, links and what is inside
    them are left as they are. The HTML must be well formed.
    """
    waiting = [(term, pattern) for term in terms if (pattern := _pattern(term))]
    depth, pieces, said = 0, [], []
    for token in _TAG_OR_TEXT.findall(html):
        if token.startswith("<"):
            name = _TAG_NAME.match(token)
            if name and name[1].lower() in _LEFT_ALONE and not token.endswith("/>"):
                depth += -1 if token.startswith("</") else 1
            pieces.append(token)
        elif depth:
            pieces.append(token)
        else:
            mentions = _first_mentions(token, waiting)
            pieces.append(_with_buttons(token, mentions))
            for mention in mentions:
                said.append(mention.term)
                waiting.remove((mention.term, mention.pattern))
    definitions = [render_to_string("policies/_definition.html", {"term": term}) for term in said]
    return "".join(pieces + definitions)


def _first_mentions(text, waiting):
    """Return the mentions of the terms that a piece of text is the first to say, in order."""
    found = [
        Mention(*match.span(), term, pattern)
        for term, pattern in waiting
        if (match := pattern.search(text))
    ]
    kept = []
    for mention in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        # Within a longer term, a word waits for its next mention.
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _with_buttons(text, mentions):
    written, last = [], 0
    for start, end, term, _ in mentions:
        button = (
            f'<button type="button" class="definition" popovertarget="mot-{term.slug}">'
            f"{text[start:end]}</button>"
        )
        # A line may break beside a button: « ( » and « ’ » are to stay with their word.
        before = _END_OF_WORD.search(text, last, start)[0]
        after = _START_OF_WORD.match(text, end)[0]
        if before or after:
            button = f'<span class="nowrap">{before}{button}{after}</span>'
        written += [text[last : start - len(before)], button]
        last = end + len(after)
    return "".join([*written, text[last:]])
