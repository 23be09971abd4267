"""The little Markdown that staff may write."""

from markdown_it import MarkdownIt

# Subtitles, emphasis, lists, links and tables. Raw HTML is shown, not obeyed.
PARSER = MarkdownIt("zero", {"html": False}).enable(
    ["heading", "emphasis", "list", "link", "autolink", "newline", "escape", "table"]
)
