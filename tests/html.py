"""Read a page as a visitor's browser does: its text, headings, links and attributes."""

from html.parser import HTMLParser

SILENT = {"script", "style"}
VOID = {"meta", "link", "img", "br", "wbr", "hr", "input", "path", "rect", "line", "circle"}
INLINE = {"a", "b", "button", "del", "em", "ins", "mark", "span", "strong", "sup", "wbr"}


class Document(HTMLParser):
    """A parsed page. `text` is what is read on screen, blocks set apart by line breaks."""

    def __init__(self, html):
        super().__init__()
        self.tags = []  # (name, attributes)
        self.headings = []  # (level, text)
        self.title = ""
        self._open = []
        self._text = []
        self.feed(html)
        self.text = "".join(self._text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self._open.append(tag)
        if tag not in INLINE:
            self._text.append("\n")
        if tag in {"h1", "h2", "h3", "h4"}:
            self.headings.append([int(tag[1]), ""])

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass
        if tag not in INLINE:
            self._text.append("\n")

    def handle_data(self, data):
        if SILENT & set(self._open):
            return
        if self._open and self._open[-1] == "title" and "svg" not in self._open:
            self.title += data
            return
        self._text.append(data)
        if self.headings and {"h1", "h2", "h3", "h4"} & set(self._open):
            self.headings[-1][1] += data

    def attributes(self, name):
        """Return every value of an attribute in the page."""
        return [attributes[name] for _, attributes in self.tags if name in attributes]

    def meta(self, name):
        return next(a.get("content") for tag, a in self.tags if a.get("name") == name)


def plain(text):
    """Fold spaces of all kinds and typographic apostrophes, to compare texts."""
    return " ".join(text.replace("’", "'").replace("–", "-").split())
