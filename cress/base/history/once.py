"""
A form that is sent twice is carried out once: a double click, the back button, a page loaded again.

The seal of a form (cress.base.unsaved.seals) has a key of its own. The operation that the form made
keeps this key, with a digest of what the form held.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db import connection
from django.utils import timezone

from cress.base.history.operations import Operation
from cress.base.unsaved.models import UnsavedForm
from cress.base.unsaved.seals import own_seal_of

JUST_NOW = timedelta(hours=1)
_LOCK = 0x6F6E6365  # any number; PostgreSQL keeps locks of two numbers apart from those of one


@dataclass(frozen=True)
class SentForm:
    """A form that was sent, and what it held."""

    form: str  # the key of its seal
    digest: str
    account: int

    @classmethod
    def of(cls, request):
        """Return the SentForm of a request, or None for one without a seal of its person."""
        seal = request.method == "POST" and own_seal_of(request)
        return cls(seal.key, _digest(request), seal.account) if seal else None

    @property
    def key(self):
        """The key of the operation that it makes."""
        return f"{self.form}.{self.digest}"

    def lock(self):
        """
        Wait until the same form, sent at the same time, is carried out.

        SQLite needs no lock of ours: one transaction writes at a time (see cress.base.ranks).
        """
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, self.form])

    @cached_property
    def operations(self):
        """The operations that this form has made, whatever it held, the last first."""
        return list(Operation.objects.filter(key__startswith=f"{self.form}."))

    @property
    def done(self):
        """The operation that this form has made as it is, or None."""
        return next((each for each in self.operations if each.key == self.key), None)

    def twin(self):
        """
        Return the operation by which this person has just added the same, or None.

        A browser may fill in what was typed on a page that it asks for again, with a new key. A
        form that came back filled in asks for a second row: it is no repetition.
        """
        if UnsavedForm.objects.filter(key=self.form).exists():
            return None
        return Operation.objects.filter(
            kind=Operation.Kind.ADD,
            person=self.account,
            started_at__gt=timezone.now() - JUST_NOW,
            key__endswith=f".{self.digest}",
        ).first()


def _digest(request):
    """Return a digest of what was typed; the button and the hidden fields of the page are left."""
    typed = {
        name: values
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and not name.startswith("_")
    }
    files = [
        (name, upload.name, upload.size)
        for name, uploads in request.FILES.lists()
        for upload in uploads
    ]
    held = json.dumps([typed, files], sort_keys=True)
    return hashlib.sha256(held.encode(errors="replace")).hexdigest()[:32]
