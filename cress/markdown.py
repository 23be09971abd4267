"""The little Markdown that staff may write."""

from html import unescape

from django.utils.html import strip_tags
from markdown_it import MarkdownIt

# Subtitles, emphasis, lists, links and tables. Raw HTML is shown, not obeyed.
PARSER = MarkdownIt("zero", {"html": False}).enable(
    ["heading", "emphasis", "list", "link", "autolink", "newline", "escape", "table"]
)


def plain_text(text):
    """Return the words of a text in Markdown, without their form, on one line."""
    return unescape(strip_tags(PARSER.render(text))).replace("\n", " ").strip()
