"""Numbers as French readers write and read them."""

import re
from dataclasses import dataclass
from decimal import Decimal

from cress.base.text.typography import NARROW_SPACE

_NUMBER = re.compile(r"[0-9][0-9\s]*(,[0-9]+)?\Z")
_LONGEST = 40  # characters of a typed number
_SPACE = "[ \u00a0\u2009\u202f]"
_TYPED = re.compile(
    rf"([-−]?)([0-9]{{1,3}}(?:{_SPACE}[0-9]{{3}})+|[0-9]{{1,15}})(?:[.,]([0-9]{{1,15}}))?"
    rf"{_SPACE}*(%?)\Z"
)


@dataclass(frozen=True)
class ReadNumber:
    """A number that somebody typed: its decimals are those typed, and « % » may follow it."""

    value: Decimal
    is_percentage: bool


def read_number(text):
    """
    Return the ReadNumber of a text that somebody typed, or None if it is not surely a number.

    « 1 234,5 », « 10,79 % » and « 9.8 » are numbers. Spaces only stand between thousands: « 9 8 »
    may be 9,8 or 98.
    """
    text = text.strip()
    found = _TYPED.match(text) if len(text) <= _LONGEST else None
    if not found:
        return None
    sign, whole, decimals, percent = found.groups()
    digits = re.sub(_SPACE, "", whole) + (f".{decimals}" if decimals else "")
    return ReadNumber(-Decimal(digits) if sign else Decimal(digits), bool(percent))


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
