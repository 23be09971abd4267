"""
The reasons to suspect that a message is spam.

A suspected message goes to a folder of its own, where the staff find it with the reasons. Nothing
is dropped, and no visitor has a puzzle to solve.
"""

import re
import unicodedata

MOST_SITES = 2  # named in one message, the sender's own left out
LEAST_LATIN_SHARE = 0.5  # of the letters

# « https://www.site.fr/page », « www.site.fr »: group 1 is the host.
_LINK = re.compile(r"(?:https?://|\b(?=www\.))([^\s/?#<>\"'«»()\[\],;|]*)", re.IGNORECASE)
_CODE = re.compile(
    r"<\s*(?:script|iframe|a\s|img|style)|\[(?:url|link)\b|javascript:", re.IGNORECASE
)


def in_words(text, own_host=""):
    """Return the reasons, in French, that the words give. The sender's own host is no reason."""
    reasons = []
    sites = linked_hosts(text) - {_bare(own_host)}
    if len(sites) > MOST_SITES:
        reasons.append(f"{len(sites)} liens dans le message")
    if _CODE.search(text):
        reasons.append("du code dans le message")
    if _latin_share(text) < LEAST_LATIN_SHARE:
        reasons.append("un alphabet qui n’est pas le nôtre")
    return reasons


def linked_hosts(text):
    """Return the hosts that a text links to, each once, without « www. »."""
    return {_bare(host) for host in _LINK.findall(text)} - {""}


def _bare(host):
    """Return « site.fr » for « user@WWW.Site.fr:443. »."""
    host = host.rpartition("@")[2].partition(":")[0].lower()
    return host.strip(".…*_").removeprefix("www.")


def _latin_share(text):
    letters = [sign for sign in text if sign.isalpha()]
    latin = sum(unicodedata.name(sign, "").startswith("LATIN") for sign in letters)
    return latin / len(letters) if letters else 1
