"""
What makes a message look like spam.

A reason for doubt puts the message in a folder of its own, where the staff find it with
that reason: nothing is dropped, and no one is asked to solve a puzzle.
"""

import re
import unicodedata

MOST_LINKS = 2
LEAST_LATIN_SHARE = 0.5  # of the letters

_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_CODE = re.compile(
    r"<\s*(?:script|iframe|a\s|img|style)|\[(?:url|link)\b|javascript:", re.IGNORECASE
)


def of_words(text):
    """Return the reasons, in French, that the words themselves give."""
    reasons = []
    links = len(_LINK.findall(text))
    if links > MOST_LINKS:
        reasons.append(f"{links} liens dans le message")
    if _CODE.search(text):
        reasons.append("du code dans le message")
    if _latin_share(text) < LEAST_LATIN_SHARE:
        reasons.append("un alphabet qui n’est pas le nôtre")
    return reasons


def _latin_share(text):
    letters = [sign for sign in text if sign.isalpha()]
    latin = sum(unicodedata.name(sign, "").startswith("LATIN") for sign in letters)
    return latin / len(letters) if letters else 1
