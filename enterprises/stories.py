"""The text of an example in parts: a list of a few short items is set large, as it was written."""

import re
from typing import NamedTuple

MOST_ITEMS = 6
LONGEST_ITEM = 40  # signs, without what stands in brackets at its end

_LIST = re.compile(r"(?:^[-*] .+$\n?){2,}", re.MULTILINE)
_ITEM = re.compile(r"[-*] (?P<words>.+?)(?:\s*\((?P<aside>[^()]+)\))?\s*[;.,]?\s*")
_MARKUP = re.compile(r"[*_\[\]`<>\\]")


class Item(NamedTuple):
    """An item of the list, and the remark in brackets at its end, or nothing."""

    words: str
    aside: str


class Story(NamedTuple):
    """A text in Markdown around its list; without such a list, all of it is `before`."""

    before: str
    items: list[Item]
    after: str


def story_of(text):
    """Return the Story of a text: with its first list, if its items are few, short and plain."""
    found = _LIST.search(text)
    lines = found[0].strip().splitlines() if found else []
    items = [
        Item(match["words"], match["aside"] or "") for match in map(_ITEM.fullmatch, lines) if match
    ]
    is_plain = not _MARKUP.search("".join(item.words + item.aside for item in items))
    is_short = all(len(item.words) <= LONGEST_ITEM for item in items)
    if not (1 < len(items) == len(lines) <= MOST_ITEMS and is_plain and is_short):
        return Story(text, [], "")
    return Story(text[: found.start()].strip(), items, text[found.end() :].strip())
