"""French typography: spaces, apostrophes and quotation marks."""

import re

NARROW_SPACE = "\u202f"  # narrow no-break space

_SPACES = "[ \u00a0\u2009\u202f]"
_KEPT = "\ue000"  # a private character: it stands for a part of the text that is left unchanged
# The row of hyphens under the heading of a table in Markdown: « | :--- | ---: | ».
_TABLE_DELIMITERS = re.compile(
    rf"^{_SPACES}*\|?{_SPACES}*:?-+:?{_SPACES}*(?:\|{_SPACES}*:?-+:?{_SPACES}*)*\|?{_SPACES}*$",
    re.MULTILINE,
)
# Code, the address of a link in Markdown, the delimiters of a table, a web address.
_UNCHANGED = re.compile(
    rf"```.*?```|`[^`\n]+`|\]\([^)\n]*\)|{_TABLE_DELIMITERS.pattern}|https?://[^\s)>]*|{_KEPT}",
    re.MULTILINE | re.DOTALL,
)
_APOSTROPHE = re.compile(rf"(?<=\w)'(?=[\w«*\[({_KEPT}])")
_BEFORE_SIGN = re.compile(rf"(?<=[^\s|]){_SPACES}+(?=[;:!?»%€]|Md?€)")
_AFTER_OPENING_QUOTE = re.compile(rf"«{_SPACES}*")
_BEFORE_CLOSING_QUOTE = re.compile(rf"(?<=\S){_SPACES}*»")
_THOUSANDS = re.compile(rf"(?<![\d,.])\d{{1,3}}(?:{_SPACES}\d{{3}})+(?!\d)")


def french(text):
    """
    Return the text with typographic apostrophes and narrow no-break spaces.

    Line breaks, web addresses and the marks of Markdown are left unchanged. Applying it twice
    gives the same text.
    """
    text = _TABLE_DELIMITERS.sub(lambda row: re.sub(_SPACES, " ", row[0]), text)
    kept = iter(_UNCHANGED.findall(text))
    text = _french_words(_UNCHANGED.sub(_KEPT, text))
    return re.sub(_KEPT, lambda _: next(kept), text)


def _french_words(text):
    text = _APOSTROPHE.sub("’", text).replace("...", "…")
    text = _BEFORE_SIGN.sub(NARROW_SPACE, text)
    text = _AFTER_OPENING_QUOTE.sub("«" + NARROW_SPACE, text)
    text = _BEFORE_CLOSING_QUOTE.sub(NARROW_SPACE + "»", text)
    return _THOUSANDS.sub(lambda number: re.sub(_SPACES, NARROW_SPACE, number[0]), text)
