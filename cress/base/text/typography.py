"""French typography: spaces, apostrophes and quotation marks."""

import re

NARROW_SPACE = "\u202f"  # narrow no-break space

_SPACES = "[ \u00a0\u2009\u202f]"
# Typed signs that have a typographic form; web addresses match first, and are left unchanged.
_TYPED = re.compile(r"https?://[^\s)>]*|(?<=\w)'(?=[\w«*\[(])|\.\.\.")
_PRINTED = {"'": "’", "...": "…"}
_BEFORE_SIGN = re.compile(rf"(?<=\S){_SPACES}+(?=[;:!?»%€]|Md?€)")
_AFTER_OPENING_QUOTE = re.compile(rf"«{_SPACES}*")
_BEFORE_CLOSING_QUOTE = re.compile(rf"(?<=\S){_SPACES}*»")
_THOUSANDS = re.compile(rf"(?<![\d,.])\d{{1,3}}(?:{_SPACES}\d{{3}})+(?!\d)")


def french(text):
    """
    Return the text with typographic apostrophes and narrow no-break spaces.

    Line breaks and web addresses are left unchanged. Applying it twice gives the same text.
    """
    text = _TYPED.sub(lambda typed: _PRINTED.get(typed[0], typed[0]), text)
    text = _BEFORE_SIGN.sub(NARROW_SPACE, text)
    text = _AFTER_OPENING_QUOTE.sub("«" + NARROW_SPACE, text)
    text = _BEFORE_CLOSING_QUOTE.sub(NARROW_SPACE + "»", text)
    return _THOUSANDS.sub(lambda number: re.sub(_SPACES, NARROW_SPACE, number[0]), text)
