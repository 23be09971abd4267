"""Explain the words of the field where a page first says them."""

import re

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

register = template.Library()

_TAG_OR_TEXT = re.compile(r"<[^>]*>|[^<]+")
_TAG_NAME = re.compile(r"</?\s*([a-z0-9]+)", re.IGNORECASE)
# Where a button cannot or should not stand.
_LEFT_ALONE = {"a", "button", "dfn", "h1", "h2", "h3", "script", "summary", "svg", "title"}


def spellings(term):
    """
    Return the ways a text says a term: « Marché réservé », or « SCOP » and « Scop ».

    What stands between parentheses or after a slash is another way; the words of a term may
    stand in the plural.
    """
    parts = re.split(r"\s*[/()]\s*|,\s+", term.name)
    return [part for part in parts if len(part) > 2]


def _pattern(term):
    ways = []
    for way in spellings(term):
        words = [rf"{re.escape(word)}s?" for word in way.split()]
        written = r"\s+".join(words)
        # An acronym is only itself; other words may start a sentence or not.
        ways.append(written if way.isupper() else f"(?i:{written})")
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\w)") if ways else None


def explain(html, terms):
    """
    Return HTML in which the first mention of each term opens its definition.

    Titles, links and what is inside them are left as they are. The HTML must be well formed.
    """
    waiting = {term: pattern for term in terms if (pattern := _pattern(term))}
    depth, pieces = 0, []
    for token in _TAG_OR_TEXT.findall(html):
        if token.startswith("<"):
            name = _TAG_NAME.match(token)
            if name and name[1].lower() in _LEFT_ALONE and not token.endswith("/>"):
                depth += -1 if token.startswith("</") else 1
        elif not depth:
            token = _explain_text(token, waiting)
        pieces.append(token)
    return "".join(pieces)


def _explain_text(text, waiting):
    """Explain the first mentions in a piece of text, and take those terms off the list."""
    found = []
    for term, pattern in waiting.items():
        if mention := pattern.search(text):
            found.append((mention.start(), mention.end(), term))
    written, end = [], 0
    for start, stop, term in sorted(found, key=lambda place: (place[0], -place[1])):
        if start < end:  # within a longer term: it waits for its next mention
            continue
        definition = render_to_string(
            "policies/_definition.html",
            {"term": term, "said": mark_safe(text[start:stop])},  # noqa: S308  a piece of HTML
        )
        written += [text[end:start], definition.strip()]
        end = stop
        del waiting[term]
    return "".join([*written, text[end:]])


class ExplainNode(template.Node):
    def __init__(self, nodelist, terms):
        self.nodelist, self.terms = nodelist, terms

    def render(self, context):
        html = explain(self.nodelist.render(context), self.terms.resolve(context))
        return mark_safe(html)  # noqa: S308  what the nodes rendered, and a template of ours


@register.tag("explain")
def do_explain(parser, token):
    """Explain what stands up to endexplain: `{% explain terms %}…{% endexplain %}`."""
    _, terms = token.split_contents()
    nodelist = parser.parse(["endexplain"])
    parser.delete_first_token()
    return ExplainNode(nodelist, parser.compile_filter(terms))
