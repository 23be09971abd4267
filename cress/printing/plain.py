"""
Text as the typesetter takes it: data, never markup, and only signs that its fonts can draw.

An edition must come out whatever an editor types; what cannot be drawn is left out.
"""

import unicodedata

from cress.base.text.markdown import PARSER

# What every font of the `fonts` folder draws; a test reads them to compare.
DRAWABLE = frozenset(
    [*range(0x20, 0x7F), *range(0xA0, 0x100), 0x131, 0x152, 0x153]
    + [0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E]
    + [0x2022, 0x2026, 0x202F, 0x2039, 0x203A, 0x20AC, 0x2122, 0x2212]
) - {0xAD}
_DRAWABLE_SIGNS = frozenset(map(chr, DRAWABLE))
_UNKNOWN_LETTER = "?"


def drawable(text):
    """
    Return the text with no sign that the fonts lack.

    A letter loses the accents that cannot be drawn, or becomes « ? »; a picture, a mark of
    direction or a control sign is left out. Line breaks become spaces. What held something
    never becomes nothing: a title is never empty.
    """
    if _DRAWABLE_SIGNS.issuperset(text):
        return text
    drawn = "".join(_drawn(sign) for sign in unicodedata.normalize("NFC", text))
    return drawn if drawn.strip() or not text.strip() else _UNKNOWN_LETTER


def _drawn(sign):
    if ord(sign) in DRAWABLE:
        return sign
    if sign.isspace():
        return " "
    bare = unicodedata.normalize("NFKD", sign)
    kept = "".join(part for part in bare if ord(part) in DRAWABLE)
    if kept:
        return kept
    return _UNKNOWN_LETTER if unicodedata.category(sign)[0] in "LN" else ""


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
