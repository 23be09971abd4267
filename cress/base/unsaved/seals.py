"""The seal of a form: whose it is and where, signed when the page is made."""

import secrets
from dataclasses import asdict, dataclass, field

from django.conf import settings
from django.core import signing

SEAL = "_seal"  # the name of its field
_SALT = "cress.base.unsaved"


@dataclass(frozen=True)
class Seal:
    account: int
    path: str
    key: str  # of this form; it stays the same while the text comes back
    left_out: list = field(default_factory=list)  # names of fields whose values are not kept


def new_key():
    return secrets.token_urlsafe(16)


def new_seal(request, key="", left_out=()):
    """Return the seal of a form on the page that is asked for; without a key, it gets a new one."""
    seal = Seal(request.user.pk, request.path, key or new_key(), list(left_out))
    return signing.dumps(asdict(seal), salt=_SALT)


def seal_of(request):
    """
    Return the Seal that came with a form, or None.

    It is refused when it was changed, when it is older than any session, and at another address.
    """
    try:
        values = signing.loads(
            request.POST.get(SEAL, ""), salt=_SALT, max_age=settings.SESSION_COOKIE_AGE
        )
        seal = Seal(**values)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return seal if seal.path == request.path else None


def own_seal_of(request):
    """Return the Seal that came with a form of the person who is signed in, or None."""
    seal = seal_of(request)
    return seal if seal and seal.account == request.user.pk else None
