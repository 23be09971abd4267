"""
The stamp of a contact page: when it was opened, signed, so that no one else can make one.

It takes the place of a CSRF token. The form belongs to no session: a visitor gets no cookie,
and there is no power of theirs that another site could borrow.
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
    """Return a stamp as old as that, in seconds."""
    return _signer.sign(str(int(time.time()) - age))


def renewed_stamp():
    """Return a stamp for a page that someone has already read: it may be sent at once."""
    return new_stamp(age=settings.CONTACT_FORM_LEAST_AGE)


def opened_at(stamp):
    """Return when the page was opened, in seconds since the epoch, or None if none can tell."""
    try:
        return int(_signer.unsign(stamp))
    except (BadSignature, ValueError):
        return None


def freshness(stamp):
    """Say what the age of a page that comes back tells."""
    opened = opened_at(stamp)
    age = None if opened is None else int(time.time()) - opened
    if age is None or not 0 <= age <= settings.CONTACT_FORM_GREATEST_AGE:
        return Freshness.UNKNOWN
    return Freshness.TOO_FAST if age < settings.CONTACT_FORM_LEAST_AGE else Freshness.GOOD
