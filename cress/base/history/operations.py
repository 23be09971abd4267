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
        RESTORE = "restore", "restauration"
        FIRST = "first", "premier relevé"
        PROGRAM = "program", "programme"
        LEAVING = "leaving", "départ"

    kind = models.CharField("ce qui a été fait", max_length=10, choices=Kind.choices)
    title = models.CharField("à propos de", max_length=LONGEST_TITLE, blank=True)
    # The row that it is about, where it is about one: « policies.lever » and its key.
    model = models.CharField("type de contenu", max_length=60, blank=True)
    row_key = models.CharField("ligne", max_length=20, blank=True)
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
    undoes = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="undoings",
        verbose_name="annule",
    )
    is_undone = models.BooleanField("annulée", default=False)
    is_emptied = models.BooleanField("supprimée pour de bon", default=False)
    is_waiting = models.BooleanField(
        "en attente", default=False, help_text="Le programme de fond la fait bientôt."
    )

    class Meta:
        verbose_name = "opération"
        ordering = ["-pk"]
        permissions = [("empty_bin", "supprimer pour de bon ce qui est dans la corbeille")]

    def __str__(self):
        return ", ".join(filter(None, [self.get_kind_display(), self.title, self.person_name]))

    @property
    def about(self):
        """The fields that say what it is about, for another operation about the same."""
        return {"title": self.title, "model": self.model, "row_key": self.row_key}


def done_by(person):
    """Return the fields of an Operation that name a person."""
    return {"person": person, "person_name": person.get_full_name() or str(person)}


class CurrentOperation:
    """The operation that is going on: its row is stored with the first version that it writes."""

    def __init__(self, kind, person, title, **values):
        self._values = {"kind": kind} | values
        self.name(title)
        if person and person.is_authenticated:
            self._values |= done_by(person)
        self._row = None
        self.written = Counter()  # versions, by type

    @classmethod
    def of(cls, row):
        """Return the operation of a stored row, which goes on."""
        current = cls(row.kind, None, row.title, model=row.model, row_key=row.row_key)
        current._row = row
        current.written.update({sign: getattr(row, name) for sign, name in COUNTED_AS.items()})
        return current

    @property
    def row(self):
        """The stored Operation."""
        if self._row is None:
            self._row = Operation.objects.create(**self._values)
        return self._row

    def count(self, history_type, times):
        """Count versions of a type."""
        self.written[history_type] += times

    def name(self, title, row=None):
        """Say what it is about."""
        self._values["title"] = title[:LONGEST_TITLE]
        if row is not None:
            self._values |= {"model": row._meta.label_lower, "row_key": str(row.pk or "")}

    def finish(self):
        """Store what it is about and how many rows it wrote."""
        if self._row:
            counts = {name: self.written[sign] for sign, name in COUNTED_AS.items()}
            about = {name: self._values.get(name, "") for name in ["title", "model", "row_key"]}
            values = counts | about
            Operation.objects.filter(pk=self._row.pk).update(**values)


_current = ContextVar("operation", default=None)


@contextmanager
def operation(kind, *, person=None, title="", **values):
    """
    Make one operation of all that is written inside, all of it or nothing.

    Inside another one it adds nothing: the first says what is done. `values` are those of other
    fields of Operation.
    """
    if _current.get():
        with transaction.atomic():
            yield _current.get()
        return
    current = CurrentOperation(kind, person, title, **values)
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
    with _going_on(current):
        yield current


@contextmanager
def part_of_long_operation():
    """Write a part of a long operation, all of it or nothing, with its counts: it may be killed."""
    current = _current.get()
    before = current.written.copy()
    try:
        with transaction.atomic():
            yield
            current.finish()
    except BaseException:
        current.written = before
        raise


@contextmanager
def resumed(row):
    """Go on with a stored operation that was asked for, or that stopped: counts are added to."""
    with _going_on(CurrentOperation.of(row)) as current:
        yield current


@contextmanager
def _going_on(current):
    token = _current.set(current)
    try:
        yield current
    finally:
        _current.reset(token)
        current.finish()


def name_operation(title, row=None):
    """Say what the operation that is going on is about."""
    if current := _current.get():
        current.name(title, row)


def number_going_on():
    """Return the number of the operation that is going on, if it has written something."""
    current = _current.get()
    return current and current._row and current._row.pk


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
