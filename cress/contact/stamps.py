"""
The stamp of a contact page: the time at which it was opened, signed so that nobody can forge it.

It replaces a CSRF token. The form belongs to no session: a visitor gets no cookie, so another site
has no right of theirs to use.
"""

import time
from enum import Enum

from django.conf import settings
from django.core.signing import BadSignature, Signer

_signer = Signer(salt="cress.contact.stamp")


class Freshness(Enum):
    GOOD = "good"
    TOO_FAST = "too fast"
    UNKNOWN = "too old, missing or forged"


def new_stamp(age=0):
    """Return a stamp of that age, in seconds."""
    return _signer.sign(str(int(time.time()) - age))


def renewed_stamp():
    """Return a stamp for a page that someone has already read: it may be sent at once."""
    return new_stamp(age=settings.CONTACT_FORM_LEAST_AGE)


def opened_at(stamp):
    """Return when the page was opened, in seconds since the epoch, or None if it is unknown."""
    try:
        return int(_signer.unsign(stamp))
    except (BadSignature, ValueError):
        return None


def freshness(stamp):
    """Return whether a page that is sent back has a plausible age."""
    opened = opened_at(stamp)
    age = None if opened is None else int(time.time()) - opened
    if age is None or not 0 <= age <= settings.CONTACT_FORM_GREATEST_AGE:
        return Freshness.UNKNOWN
    return Freshness.TOO_FAST if age < settings.CONTACT_FORM_LEAST_AGE else Freshness.GOOD
