"""The small part of Markdown that staff may write."""

from html import unescape

import nh3
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

from cress.base.text.ordinals import raise_ordinals

# Subtitles, emphasis, lists, links and tables. Raw HTML is escaped.
PARSER = MarkdownIt("zero", {"html": False}).enable(
    ["heading", "emphasis", "list", "link", "autolink", "newline", "escape", "table"]
)

_ALLOWED_TAGS = {"h2", "h3", "p", "br", "em", "strong", "ul", "ol", "li", "a"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


def render_markdown(text):
    """Return the HTML of a text in Markdown, sanitised: it holds only text and links."""
    html = nh3.clean(
        PARSER.render(text), tags=_ALLOWED_TAGS, url_schemes={"https", "http", "mailto", "tel"}
    )
    return mark_safe(raise_ordinals(html))  # noqa: S308  sanitised above


def plain_text(text):
    """Return the words of a text in Markdown, without its markup, on one line."""
    return unescape(strip_tags(PARSER.render(text))).replace("\n", " ").strip()
