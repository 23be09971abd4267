"""Which encoding the bytes of French text are in."""

import re

from cress.base.files.tables.errors import TableError

# As tried: the first wins when two read as well. Excel writes cp1252, « CSV (Macintosh) » is
# mac_roman and « CSV (MS-DOS) » is cp850.
_CANDIDATES = ["cp1252", "iso8859-15", "mac_roman", "cp850"]

# The mark, accented letters and signs of UTF-8. Read as cp1252 they make no French word.
_UTF8 = re.compile(rb"\xef\xbb\xbf|\xc3[\x80-\xbf]|\xe2\x80[\x90-\xbf]")
_LOWER, _UPPER = set("éèêëàâçîïôùûÿœæ"), set("ÉÈÊËÀÂÇÎÏÔÙÛŸŒÆ")
_NEUTRAL = set("üÜ")  # too rare in French to prove an encoding
_NEVER_FIRST = set("ëïùûÿËÏÙÛŸ")  # no French word starts with them
_APOSTROPHE = "’"
# Signs that French text has around words, and never between two letters.
_AROUND_WORDS = set("«»“”‘–—…•€°™\u00a0")


class EncodingVotes:
    """The lines of a file that are not ASCII, and how well each encoding reads them."""

    def __init__(self):
        self._first_not_utf8 = 0
        self._has_utf8 = False
        self._scores = dict.fromkeys(_CANDIDATES, 0.0)

    def add(self, number, line):
        """Count the line of that number, as bytes."""
        self._has_utf8 = self._has_utf8 or bool(_UTF8.search(line))
        if not self._first_not_utf8 and _decoded(line, "utf-8") is None:
            self._first_not_utf8 = number
        for encoding in list(self._scores):
            text = _decoded(line, encoding)
            if text is None:
                del self._scores[encoding]
            else:
                self._scores[encoding] += french_score(text)

    def winner(self):
        """Return the encoding of the file, or raise TableError if none is certain."""
        if not self._first_not_utf8:
            return "utf-8-sig"
        best = max(self._scores, key=self._scores.get, default=None)
        is_certain = best == _CANDIDATES[0] or (best and self._scores[best] > 0)
        if self._has_utf8 or not is_certain:
            why = (
                " comme le reste du fichier"
                if self._has_utf8
                else ", et ses accents ne se lisent pas de façon certaine"
            )
            raise TableError(
                f"La ligne {self._first_not_utf8} n’est pas en UTF-8{why}. Enregistrez-le au "
                "format « CSV UTF-8 »."
            )
        return best


def french_score(text):
    """
    Return how much the signs of a text that are not ASCII look like French.

    A French letter whose case goes with its neighbours counts for one; any other letter or
    sign inside a word counts against; usual signs around words count a little.
    """
    padded = f" {text} "
    return sum(
        _sign_score(padded[place - 1], sign, padded[place + 1])
        for place, sign in enumerate(padded)
        if not sign.isascii()
    )


def _sign_score(before, sign, after):
    if sign in _NEUTRAL or (sign in _NEVER_FIRST and not before.isalpha()):
        return 0
    if sign in _LOWER:
        return -1 if after.isupper() else 1
    if sign in _UPPER:
        if before.isalpha():
            return 1 if before.isupper() and not after.islower() else -1
        return 1 if after.isalpha() else -1
    if sign.isalpha() or not sign.isprintable() and not sign.isspace():
        return -1
    is_inside = before.isalpha() and after.isalpha()
    if is_inside:
        return 1 if sign == _APOSTROPHE else -1
    return 0.5 if sign in _AROUND_WORDS else 0


def _decoded(line, encoding):
    try:
        return line.decode(encoding)
    except UnicodeDecodeError:
        return None
