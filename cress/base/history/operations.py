"""
Operations: what a person or a program wrote in one go.

Whatever writes content does it inside `operation(...)`: the versions of the rows written there
carry its number. What is written outside of one makes an operation of its own, of a program.
"""

from collections import Counter
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

LONGEST_TITLE = 200
LONGEST_KEY = 64
COUNTED_AS = {"+": "added", "~": "changed", "-": "deleted"}  # the types of versions


class Operation(models.Model):
    """
    A save with its rows, a deletion, a new order, an import, an action on several rows.

    The name of the person stays when the account goes.
    """

    class Kind(models.TextChoices):
        ADD = "add", "ajout"
        CHANGE = "change", "changement"
        DELETE = "delete", "suppression"
        ORDER = "order", "ordre"
        BULK = "bulk", "action sur plusieurs lignes"
        IMPORT = "import", "import"
        UNDO = "undo", "annulation"
        FIRST = "first", "premier relevé"
        PROGRAM = "program", "programme"

    kind = models.CharField("ce qui a été fait", max_length=10, choices=Kind.choices)
    title = models.CharField("à propos de", max_length=LONGEST_TITLE, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="compte",
    )
    person_name = models.CharField("par", max_length=150, blank=True)
    started_at = models.DateTimeField("le", default=timezone.now, db_index=True)
    added = models.PositiveIntegerField("lignes ajoutées", default=0)
    changed = models.PositiveIntegerField("lignes changées", default=0)
    deleted = models.PositiveIntegerField("lignes supprimées", default=0)
    # The form that was sent, and what it held (cress.base.history.once).
    key = models.CharField("envoi", max_length=LONGEST_KEY, unique=True, null=True, blank=True)

    class Meta:
        verbose_name = "opération"
        ordering = ["-pk"]

    def __str__(self):
        return ", ".join(filter(None, [self.get_kind_display(), self.title, self.person_name]))


class CurrentOperation:
    """The operation that is going on: its row is stored with the first version that it writes."""

    def __init__(self, kind, person, title, key=None):
        self._values = {"kind": kind, "key": key}
        self.name(title)
        if person and person.is_authenticated:
            self._values |= {"person": person, "person_name": person.get_full_name() or str(person)}
        self._row = None
        self._written = Counter()

    @property
    def row(self):
        """The stored Operation."""
        if self._row is None:
            self._row = Operation.objects.create(**self._values)
        return self._row

    def count(self, history_type, times):
        """Count versions of a type."""
        self._written[history_type] += times

    def name(self, title):
        """Say what it is about."""
        self._values["title"] = title[:LONGEST_TITLE]

    def finish(self):
        """Store what it is about and how many rows it wrote."""
        if self._row:
            counts = {name: self._written[sign] for sign, name in COUNTED_AS.items()}
            values = counts | {"title": self._values["title"]}
            Operation.objects.filter(pk=self._row.pk).update(**values)


_current = ContextVar("operation", default=None)


@contextmanager
def operation(kind, *, person=None, title="", key=None):
    """
    Make one operation of all that is written inside, all of it or nothing.

    Inside another one it adds nothing: the first says what is done. `key` is that of a form that
    was sent.
    """
    if _current.get():
        with transaction.atomic():
            yield _current.get()
        return
    current = CurrentOperation(kind, person, title, key)
    token = _current.set(current)
    try:
        with transaction.atomic():
            yield current
            current.finish()
    finally:
        _current.reset(token)


@contextmanager
def long_operation(kind, *, person=None, title=""):
    """Make one operation of several transactions: its row is stored at once, its counts at last."""
    current = CurrentOperation(kind, person, title)
    current.row  # noqa: B018  stored before the first transaction, which may be undone
    token = _current.set(current)
    try:
        yield current
    finally:
        _current.reset(token)
        current.finish()


def name_operation(title):
    """Say what the operation that is going on is about."""
    if current := _current.get():
        current.name(title)


def number_of_operation(history_type, times=1):
    """
    Return the number of the operation that is going on, which writes that many versions.

    Outside of one, make an operation of a program.
    """
    if current := _current.get():
        current.count(history_type, times)
        return current.row.pk
    counts = {COUNTED_AS[history_type]: times}
    return Operation.objects.create(kind=Operation.Kind.PROGRAM, **counts).pk
