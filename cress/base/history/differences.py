"""
What changed between two texts, word by word, and what two people made of one text.

Lines are compared first, then the words of the lines that differ. A long part is compared by lines
only: comparing its words could take minutes.
"""

import re
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

MOST_WORDS = 5000  # of the two sides of a part that is compared word by word
SAME, ADDED, REMOVED = "same", "added", "removed"

# A word, or a sign, with the spaces before it; the spaces that end the text.
_WORD = re.compile(r"\s*(?:[\w’'-]+|[^\w\s])|\s+")


class Edit(NamedTuple):
    """The text that replaces old[start:end]."""

    start: int
    end: int
    text: str


class Union(NamedTuple):
    """What two people made of one text."""

    text: str
    is_clean: bool  # no word of one touches a word of the other


def word_differences(old, new):
    """
    Return [(kind, text)] that leads from one text to the other, in reading order.

    A kind is "same", "removed" or "added". The texts that are same or added make the new one; same
    or removed, the old one. None goes past the end of a line. Line ends are read as "\\n".
    """
    old, new = unix(old), unix(new)
    parts, at = [], 0
    for edit in _edits(old, new):
        parts += [(SAME, old[at : edit.start]), (REMOVED, old[edit.start : edit.end])]
        parts.append((ADDED, edit.text))
        at = edit.end
    parts.append((SAME, old[at:]))
    return [(kind, line) for kind, text in parts for line in text.splitlines(keepends=True)]


def union(was, mine, theirs):
    """
    Return the Union of two texts that were made of the text `was`.

    Where their words touch, both are there: mine, then theirs.
    """
    was = unix(was)
    sides = [_edits(was, unix(text)) for text in (mine, theirs)]
    text, at, is_clean = "", 0, True
    for start, end in _touched(sorted([*sides[0], *sides[1]])):
        within = [
            [edit for edit in side if start <= edit.start and edit.end <= end] for side in sides
        ]
        texts = dict.fromkeys(_applied(was, start, end, edits) for edits in within if edits)
        is_clean = is_clean and len(texts) == 1
        text += was[at:start] + _side_by_side(texts)
        at = end
    return Union(text + was[at:], is_clean)


def _side_by_side(texts):
    """Return texts that follow one another, with a space between their words."""
    joined = ""
    for text in texts:
        touches = joined and text and not (joined[-1].isspace() or text[0].isspace())
        joined += f" {text}" if touches else text
    return joined


def _touched(edits):
    """Return the (start, end) of the parts that sorted edits replace; those that touch are one."""
    parts = []
    for edit in edits:
        if parts and edit.start <= parts[-1][1]:
            parts[-1] = (parts[-1][0], max(parts[-1][1], edit.end))
        else:
            parts.append((edit.start, edit.end))
    return parts


def _applied(text, start, end, edits):
    """Return a part of a text with the edits of that part."""
    made, at = "", start
    for edit in edits:
        made += text[at : edit.start] + edit.text
        at = edit.end
    return made + text[at:end]


def _edits(old, new):
    """Return the Edits that lead from one text to the other, in order."""
    edits = []
    for part in _compared(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        removed = old[part.start : part.end]
        words, new_words = _WORD.findall(removed), _WORD.findall(part.text)
        if removed and part.text and len(words) + len(new_words) <= MOST_WORDS:
            for start, end, text in _compared(words, new_words):
                edit = Edit(part.start + start, part.start + end, text)
                edits.append(_without_last_word(edit, old[edit.start : edit.end]))
        else:
            edits.append(part)
    return edits


def _without_last_word(edit, removed):
    """Return an Edit without the word that both sides end with: it lost its place at the start."""
    if _ends_with(edit.text, removed):
        return Edit(edit.start, edit.start, edit.text.removesuffix(removed))
    if _ends_with(removed, edit.text):
        return Edit(edit.start, edit.end - len(edit.text), "")
    return edit


def _ends_with(text, word):
    return word and text.endswith(word) and text.removesuffix(word)[-1:].isspace()


def _compared(old, new):
    """Return the Edits between two lists of pieces of text, which join into the whole texts."""
    offsets = [0, *accumulate(map(len, old))]
    return [
        Edit(offsets[start], offsets[end], "".join(new[new_start:new_end]))
        for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes()
        if kind != "equal"
    ]


def unix(text):
    """Return a text whose lines end as they are stored; a browser sends others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
