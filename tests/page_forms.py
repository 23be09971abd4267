"""The main form of a page of the admin, as a browser sends it."""

from html.parser import HTMLParser


class Form(HTMLParser):
    """What a browser would send of the main form of a page of the admin."""

    def __init__(self, page):
        super().__init__()
        self.fields, self._select, self._textarea = [], "", ""
        self.feed(page.partition('<div id="content-main">')[2])

    def handle_starttag(self, tag, attributes):
        field = dict(attributes)
        name, kind = field.get("name", ""), field.get("type", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in field:
            self.fields.append((self._select, field.get("value", "")))
        elif tag == "textarea":
            self._textarea = name
            self.fields.append((name, ""))
        elif tag == "input" and name and self._is_sent(kind, field):
            self.fields.append((name, field.get("value", "on" if kind == "checkbox" else "")))

    @staticmethod
    def _is_sent(kind, field):
        return kind not in {"submit", "file"} and (
            kind not in {"checkbox", "radio"} or "checked" in field
        )

    def handle_data(self, data):
        if self._textarea:
            self.fields[-1] = (self._textarea, self.fields[-1][1] + data)

    def handle_endtag(self, tag):
        if tag == "textarea":
            name, text = self.fields[-1]
            self.fields[-1] = (name, text.removeprefix("\n"))  # a browser drops it
            self._textarea = ""
