"""Numbers as French readers write and read them."""

import re
from decimal import Decimal

from cress.base.text.typography import NARROW_SPACE

_NUMBER = re.compile(r"[0-9][0-9\s]*(,[0-9]+)?\Z")


def parse_number(text):
    """Return the number that a French text writes (« 9 000 », « 2,15 »), or None."""
    if not _NUMBER.match(text):
        return None
    digits = "".join(text.split()).replace(",", ".")
    return Decimal(digits) if "." in digits else int(digits)


def format_number(number):
    """
    Return a number as French readers write it: « 9 000 », « 10,79 », « 2,6 millions ».

    The decimals are those that the Decimal holds: Decimal("10.50") gives « 10,50 ».
    A whole number of hundreds of thousands, from a million up, is written in millions.
    This loses no digit and adds no false precision.
    """
    if isinstance(number, int) and number >= 1_000_000 and number % 100_000 == 0:
        millions = Decimal(number) / 1_000_000
        unit = "million" if millions < 2 else "millions"
        return f"{format_number(millions)}{NARROW_SPACE}{unit}"
    return f"{number:,}".replace(",", NARROW_SPACE).replace(".", ",")


def format_figure(value, unit=""):
    """
    Return a figure with its unit: format_figure(share, "%") gives « 10,79 % ».

    A number keeps its decimals. A text that is a French number (« 9 000 », « 2,15 ») is
    formatted as a number. Any other text is left unchanged. No value gives an empty text.
    """
    if value is None or value == "":
        return ""
    number = parse_number(value) if isinstance(value, str) else value
    written = value if number is None else format_number(number)
    return f"{written}{NARROW_SPACE}{unit}" if unit else written
