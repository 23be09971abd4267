"""Folding: one form for all the ways people type the same French words."""

import re
import unicodedata

_ACCENTS = re.compile("[\u0300-\u036f]+")  # once they are apart from their letters
_NOT_WORD = re.compile(r"[^0-9a-z]+")
# What people shorten in the names of places: « St Florent s/Cher », « Châteauneuf/Loire ».
_PLACE_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "s": "sur"}
_SLASH = re.compile(r"(?:\bs\s*)?/", re.IGNORECASE)


def fold(text):
    """
    Return the text in lower case, without accents, its words between single spaces.

    Apostrophes, hyphens and all other signs separate words: « L’Haÿ-les-Roses » gives
    « l hay les roses », « Vendœuvres » gives « vendoeuvres ».
    """
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).lower()
    return _NOT_WORD.sub(" ", bare.replace("œ", "oe").replace("æ", "ae")).strip()


def fold_place_name(text):
    """
    Return the name of a place folded, its usual abbreviations written in full.

    « ST AMAND » gives « saint amand », « Sully s/Loire » gives « sully sur loire ».
    """
    words = fold(_SLASH.sub(" sur ", text)).split()
    return " ".join(_PLACE_ABBREVIATIONS.get(word, word) for word in words)
