"""Words: what a text is searched by, the same on every database."""

import re
import threading
from functools import lru_cache

import snowballstemmer

from cress.base.text.folding import fold

# « S.C.O.P. » is one word.
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")
# « co-construction » is also « coconstruction »; « Indre-et-Loire » is no word.
_JOINED = re.compile(r"(?<![\w-])([^\W\d_]+)[-\u2010\u2011]([^\W\d_]+)(?![\w-])")
# « 02 38 68 18 90 » and « 732 829 320 00074 » are one number each.
_TELEPHONE = re.compile(r"(?<![\d+])(?:\+33\s?|0)([1-9](?:[\s.-]?\d\d){4})(?!\d)")
_SIRET = re.compile(r"(?<!\d)\d{3}\s?\d{3}\s?\d{3}(?:\s?\d{5})?(?!\d)")
_FRENCH, _one_at_a_time = snowballstemmer.stemmer("french"), threading.Lock()
STEM = "0"  # starts a stem among words: no French word starts with a digit
LONGEST_WORD, MOST_WORDS = 60, 20_000  # letters, words of a text: PostgreSQL refuses too many
SHORTEST_START = 3  # letters of a word that may be the start of a longer one
# Frequent words that say nothing alone.
STOP_WORDS = frozenset(
    """
    a ai as au aux avec c ce ces cet cette chez ci combien comme comment d dans de des dont du elle
    en entre est et etre eux faire fait il ils j je l la le les leur leurs lui m ma mais me mes moi
    mon n ne nos notre nous on ont ou par pas peut plus pour pourquoi puis qu quand que quel quelle
    quelles quels qui quoi s sa se ses si son sont sous sur t ta te tes toi ton tu un une va vers
    vos votre vous y
    """.split()  # noqa: SIM905  one reads them better so
)


def words_of(text):
    """Return the folded words of a text, in order, the long ones cut."""
    text = _DOTTED.sub(lambda dotted: dotted[0].replace(".", ""), text)
    text = _TELEPHONE.sub(lambda number: f"0{_digits(number[1])}", text)
    folded = fold(_SIRET.sub(lambda number: _digits(number[0]), text))
    return [word[:LONGEST_WORD] for word in folded.split()]


def _digits(text):
    return "".join(filter(str.isdecimal, text))


def words_that_count(text):
    """Return the words of a text, each once, without those that say nothing unless all are such."""
    words = list(dict.fromkeys(words_of(text)))
    return [word for word in words if word not in STOP_WORDS] or words


def hyphenated(text):
    """Return (its two folded halves, the folded word) for each word with a hyphen of a text."""
    compounds = [tuple(map(fold, halves)) for halves in _JOINED.findall(text)]
    return [
        (tuple(half[:LONGEST_WORD] for half in halves), "".join(halves)[:LONGEST_WORD])
        for halves in compounds
        if all(halves)
    ]


@lru_cache(100_000)
def stem(word):
    """
    Return the stem of a folded word: one for its plural, its feminine and its common forms.

    Snowball's French rules expect accents, which a folded word has lost: « elus » and « salariee »
    are made singular and masculine first.
    """
    if word.isdecimal() or len(word) < 4:
        return word
    if word[-1] in "sx" and not word.endswith(("aux", "ss")):
        word = word[:-1]
    if word.endswith("ee"):
        word = word[:-1]
    with _one_at_a_time:  # it keeps the word that it works on
        return _FRENCH.stemWord(word)


def stored_stem(word):
    """Return the stem of a folded word as it is stored; none for a number: « 02 » is not « 2 »."""
    return "" if word[0].isdecimal() else STEM + stem(word)


def searched(text):
    """
    Return what is stored of a text for searches: its words and its stems, each once, sorted.

    A word with a hyphen is there in two, and in one: « co-construction », « coconstruction ».

    The one function that every writer calls: the database looks up queries in what it returns. They
    are sorted as PostgreSQL keeps them.
    """
    joined = [word for _, word in hyphenated(text)]
    words = [*words_of(text), *joined][:MOST_WORDS]
    return " ".join(sorted({*words, *map(stored_stem, words)} - {""}))
