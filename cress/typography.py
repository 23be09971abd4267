"""French typography: what a careful printer does between words, signs and digits."""

import re
from decimal import Decimal

NARROW_SPACE = "\u202f"  # narrow no-break space

_SPACES = "[ \u00a0\u2009\u202f]"
# What the keyboard gives for what a printer would set; addresses of pages are passed over.
_TYPED = re.compile(r"https?://[^\s)>]*|(?<=\w)'(?=[\w«*\[(])|\.\.\.")
_PRINTED = {"'": "’", "...": "…"}
_BEFORE_SIGN = re.compile(rf"(?<=\S){_SPACES}+(?=[;:!?»%€]|Md?€)")
_AFTER_OPENING_QUOTE = re.compile(rf"«{_SPACES}*")
_BEFORE_CLOSING_QUOTE = re.compile(rf"(?<=\S){_SPACES}*»")
_THOUSANDS = re.compile(rf"(?<![\d,.])\d{{1,3}}(?:{_SPACES}\d{{3}})+(?!\d)")
_NUMBER = re.compile(r"[0-9][0-9\s]*(,[0-9]+)?\Z")


def french(text):
    """
    Return the text with typographic apostrophes and narrow no-break spaces.

    Line breaks, and addresses of pages, come out as they went in. Applying it
    twice changes nothing more.
    """
    text = _TYPED.sub(lambda typed: _PRINTED.get(typed[0], typed[0]), text)
    text = _BEFORE_SIGN.sub(NARROW_SPACE, text)
    text = _AFTER_OPENING_QUOTE.sub("«" + NARROW_SPACE, text)
    text = _BEFORE_CLOSING_QUOTE.sub(NARROW_SPACE + "»", text)
    return _THOUSANDS.sub(lambda number: re.sub(_SPACES, NARROW_SPACE, number[0]), text)


def parse_number(text):
    """Return the number that a French text writes (« 9 000 », « 2,15 »), or None."""
    if not _NUMBER.match(text):
        return None
    digits = "".join(text.split()).replace(",", ".")
    return Decimal(digits) if "." in digits else int(digits)


def format_number(number):
    """
    Return a number as French readers write it: « 9 000 », « 10,79 », « 2,6 millions ».

    Decimals are shown as the Decimal holds them: Decimal("10.50") gives « 10,50 ».
    Whole hundreds of thousands from a million up are said in millions, which loses
    no digit and claims no false precision.
    """
    if isinstance(number, int) and number >= 1_000_000 and number % 100_000 == 0:
        millions = Decimal(number) / 1_000_000
        unit = "million" if millions < 2 else "millions"
        return f"{format_number(millions)}{NARROW_SPACE}{unit}"
    return f"{number:,}".replace(",", NARROW_SPACE).replace(".", ",")
