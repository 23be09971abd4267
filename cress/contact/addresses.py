"""Electronic addresses: show one in part, and guess what a mistyped one was meant to be."""

import unicodedata

from rapidfuzz.distance import OSA

# Where most private addresses of France are.
COMMON_DOMAINS = [
    "gmail.com",
    "orange.fr",
    "wanadoo.fr",
    "laposte.net",
    "free.fr",
    "sfr.fr",
    "hotmail.fr",
    "hotmail.com",
    "outlook.fr",
    "outlook.com",
    "yahoo.fr",
    "yahoo.com",
    "live.fr",
    "live.com",
    "icloud.com",
    "bbox.fr",
    "neuf.fr",
    "numericable.fr",
    "club-internet.fr",
    "protonmail.com",
    "proton.me",
    "gmx.fr",
    "gmx.com",
    "msn.com",
    "aol.com",
]
# Providers whose name is close to one of the above.
OTHER_DOMAINS = {"email.com", "mail.com", "orange.com", "rocketmail.com", "ymail.com"}
# Providers that have this one domain: « gmail.fr » is never right.
SINGLE_DOMAINS = {"gmail": "gmail.com"}

MASK = "•••"
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "’": "'", "‘": "'"})


def masked(email):
    """Return an address whose domain alone can be read: « •••@orange.fr »."""
    return f"{MASK}@{email.rpartition('@')[2]}" if email else ""


def without_accents(text):
    """Return a text with plain letters in the place of those with accents, case kept."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def likely_address(email):
    """Return the address that a mistyped one was probably meant to be, or an empty text."""
    local, _, domain = email.rpartition("@")
    likely = likely_domain(domain.lower())
    return f"{local}@{likely}" if likely else ""


def likely_domain(domain):
    """Return the common domain that this one is probably a typing error of, or an empty text."""
    if domain in COMMON_DOMAINS or domain in OTHER_DOMAINS:
        return ""
    name, _, ending = domain.rpartition(".")
    if name in SINGLE_DOMAINS:
        return SINGLE_DOMAINS[name]
    near = [(errors, common) for common in COMMON_DOMAINS if (errors := _errors(domain, common))]
    return min(near, key=lambda found: found[0])[1] if near else ""


def _errors(domain, common):
    """
    Count the errors (a letter added, missing, changed, or two swapped) that would explain it.

    Return None if a typing error is no likely explanation. The shorter the name, the more real
    domains are near it, and the fewer errors are allowed.
    """
    name, _, ending = domain.rpartition(".")
    common_name, _, common_ending = common.rpartition(".")
    in_name, in_ending = OSA.distance(name, common_name), OSA.distance(ending, common_ending)
    most = {3: 0, 4: 1}.get(len(common_name), 2)
    if in_name > most or in_ending > 1 or (in_name == 2 and in_ending):
        return None
    if name[:1] != common_name[:1] and (in_name > 1 or len(common_name) < 5):
        return None
    return in_name + in_ending
