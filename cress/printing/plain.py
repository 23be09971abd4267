"""
Text for Typst: data, never markup, and only characters that its fonts can draw.

An edition is printed whatever an editor types. Characters that cannot be drawn are left out.
"""

import unicodedata

from cress.base.text.markdown import PARSER

# The characters that all fonts of the `fonts` folder have; a test compares them with the fonts.
DRAWABLE = frozenset(
    [*range(0x20, 0x7F), *range(0xA0, 0x100), 0x131, 0x152, 0x153]
    + [0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E]
    + [0x2022, 0x2026, 0x202F, 0x2039, 0x203A, 0x20AC, 0x2122, 0x2212]
) - {0xAD}
_DRAWABLE_CHARACTERS = frozenset(map(chr, DRAWABLE))
_UNKNOWN_LETTER = "?"


def drawable(text):
    """
    Return the text without the characters that the fonts lack.

    A letter loses an accent that cannot be drawn, or becomes « ? ». An emoji, a direction mark or
    a control character is removed. Line breaks become spaces. A text that is not empty never
    becomes empty: a title always has a character.
    """
    if _DRAWABLE_CHARACTERS.issuperset(text):
        return text
    drawn = "".join(_drawn(character) for character in unicodedata.normalize("NFC", text))
    return drawn if drawn.strip() or not text.strip() else _UNKNOWN_LETTER


def _drawn(character):
    if ord(character) in DRAWABLE:
        return character
    if character.isspace():
        return " "
    decomposed = unicodedata.normalize("NFKD", character)
    drawable_parts = "".join(part for part in decomposed if ord(part) in DRAWABLE)
    if drawable_parts:
        return drawable_parts
    return _UNKNOWN_LETTER if unicodedata.category(character)[0] in "LN" else ""


def blocks(markdown):
    """
    Return a text in Markdown as a list of blocks: {"kind", "runs"}.

    A kind is paragraph, item or title; a run is {"text", "is_strong"}. Links keep their words.
    """
    found, kind, kinds = [], "paragraph", []
    for token in PARSER.parse(markdown):
        if token.type in {"list_item_open", "heading_open"}:
            kinds.append(kind)
            kind = "item" if token.type == "list_item_open" else "title"
        elif token.type in {"list_item_close", "heading_close"}:
            kind = kinds.pop()
        elif token.type == "inline":
            found.append({"kind": kind, "runs": _runs(token.children)})
    return found


def _runs(tokens):
    runs, is_strong = [], False
    for token in tokens:
        if token.type in {"strong_open", "strong_close"}:
            is_strong = token.type == "strong_open"
        elif token.type in {"softbreak", "hardbreak"}:
            runs.append({"text": " ", "is_strong": is_strong})
        elif token.content:
            runs.append({"text": drawable(token.content), "is_strong": is_strong})
    return runs
