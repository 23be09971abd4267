"""The small part of Markdown that staff may write."""

from collections import Counter
from functools import lru_cache
from html import unescape
from itertools import pairwise
from typing import NamedTuple

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

from cress.base.text.folding import fold
from cress.base.text.ordinals import raise_ordinals

# Subtitles, emphasis, lists, quotations, links and tables. Raw HTML is escaped.
PARSER = MarkdownIt("zero", {"html": False}).enable(
    [
        "heading",
        "emphasis",
        "list",
        "blockquote",
        "link",
        "autolink",
        "newline",
        "escape",
        "table",
    ]
)

_ALLOWED_TAGS = {"h2", "h3", "p", "br", "em", "strong", "ul", "ol", "li", "a", "blockquote"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


class Heading(NamedTuple):
    """A subtitle of a text, and the name of its place in the page: `#sur-cookies`."""

    anchor: str
    title: str


def render_markdown(text):
    """Return the HTML of a text in Markdown, sanitised: it holds only text and links."""
    return _sanitised(PARSER.render(text))


def render_long_text(text):
    """Return the HTML of a text in Markdown, its subtitles with the anchors of `headings`."""
    tokens = PARSER.parse(text)
    for (opening, _), heading in zip(_subtitles(tokens), headings(text), strict=True):
        opening.attrSet("id", heading.anchor)
    return _sanitised(PARSER.renderer.render(tokens, PARSER.options, {}))


def headings(text):
    """
    Return the subtitles of a text in Markdown, in order, each with an anchor of its own.

    The prefix keeps an anchor apart from the ids that a page already has, such as `menu`.
    """
    seen = Counter()
    found = []
    for _, title in _subtitles(PARSER.parse(text)):
        anchor = f"sur-{fold(title).replace(' ', '-')}"
        seen[anchor] += 1
        found.append(Heading(f"{anchor}-{seen[anchor]}" if seen[anchor] > 1 else anchor, title))
    return found


@lru_cache(500)
def split_long_text(text):
    """Return what comes before the first subtitle of a text in Markdown, and (Heading, text)s."""
    lines = text.splitlines(keepends=True)
    starts = [token.map[0] for token, _ in _subtitles(PARSER.parse(text))]
    pieces = ["".join(lines[i:j]) for i, j in pairwise([0, *starts, len(lines)])]
    return pieces[0], list(zip(headings(text), pieces[1:], strict=True))


def _subtitles(tokens):
    return [
        (token, plain_text(following.content))
        for token, following in pairwise(tokens)
        if token.type == "heading_open" and token.tag == "h2"
    ]


def _sanitised(html):
    html = nh3.clean(
        html,
        tags=_ALLOWED_TAGS,
        attributes={"a": {"href"}, "h2": {"id"}},
        url_schemes={"https", "http", "mailto", "tel"},
    )
    return mark_safe(raise_ordinals(html))  # noqa: S308  sanitised above


def plain_text(text):
    """Return the words of a text in Markdown, without its markup, on one line."""
    return unescape(strip_tags(PARSER.render(text))).replace("\n", " ").strip()
