"""
What the staff do with a message.

Each function locks the message, does one thing, and dates the activity, so that two people at
work on one message never undo what the other did.
"""

from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cress.accounts.models import User
from cress.contact import intake
from cress.contact.models import Entry, Mail, Message, Reading


class RefusedError(Exception):
    """What is asked cannot be done any more; it says why, in French."""


@contextmanager
def _at_work_on(message):
    """Yield the message as it is now, locked; save it at the end, and date the activity."""
    with transaction.atomic():
        current = Message.objects.select_for_update().get(pk=message.pk)
        yield current
        current.last_activity_at = timezone.now()
        current.save()
        joined = Q(merged_into=current) | Q(pk=current.merged_into_id)
        Message.objects.filter(joined).update(last_activity_at=current.last_activity_at)


def staff(holder=None):
    """Return the accounts that may be given a message, and who has it even if no longer so."""
    readers = User.objects.with_perm(
        "contact.view_message", backend="django.contrib.auth.backends.ModelBackend"
    )
    may_have_it = Q(pk__in=readers.filter(is_staff=True)) | Q(pk=holder and holder.pk)
    return User.objects.filter(may_have_it).order_by("first_name", "last_name", "username")


def name_of(user):
    return user.get_full_name() or user.get_username()


def assign(message, user, by):
    """Give a message to someone of the staff, or to no one, and tell them by mail."""
    with _at_work_on(message) as current:
        if current.assigned_to == user:
            return
        current.assigned_to = user
        if user and user != by and user.email:
            Mail.objects.create(message=current, kind=Mail.Kind.ASSIGNMENT, recipient=user.email)


def set_state(message, state):
    """
    Move a message to another state.

    One that was suspected and is to be treated after all enters as if it had just arrived: its
    first mails go out.
    """
    with _at_work_on(message) as current:
        was_suspected = current.state == Message.State.SUSPECT or current.suspicions
        current.state = state
        had_no_receipt = not current.mails.filter(kind=Mail.Kind.RECEIPT).exists()
        if was_suspected and current.is_open and had_no_receipt and not current.anonymised_at:
            intake.direct(current)


def add_note(message, text, by):
    with _at_work_on(message) as current:
        _write(current, Entry.Kind.NOTE, text, by)


def answer(message, text, by, *, closes, answers_seen):
    """
    Send an answer from the site and keep it.

    `answers_seen` is how many answers stood on the page: if there are more by now, or if there
    is no one to answer any more, nothing is sent and RefusedError is raised. A second click
    raises it too.
    """
    with _at_work_on(message) as current:
        if answers_to(current).count() != answers_seen:
            raise RefusedError(
                "Quelqu’un a répondu depuis que vous avez ouvert cette page. Relisez l’échange "
                "ci-dessus ; votre texte est toujours là si vous voulez l’envoyer aussi."
            )
        entry = _write(current, Entry.Kind.ANSWER, text, by)
        Mail.objects.create(
            message=current, entry=entry, kind=Mail.Kind.ANSWER, recipient=current.email
        )
        current.state = Message.State.DONE if closes else Message.State.OPEN
        current.assigned_to = current.assigned_to or by


def answers_to(message):
    return message.entries.filter(kind=Entry.Kind.ANSWER)


def _write(message, kind, text, by):
    if message.anonymised_at:
        raise RefusedError("Ce message est anonymisé : on n’y écrit plus.")
    return Entry.objects.create(
        message=message, kind=kind, text=text, author=by, author_name=name_of(by)
    )


@transaction.atomic
def merge(messages):
    """
    Join messages to the oldest of them, which is returned: it is the one to answer.

    The others keep their words and are read on its page; `split` takes one out again.
    """
    oldest, *others = (
        Message.objects.select_for_update().filter(pk__in=messages).order_by("received_at", "pk")
    )
    keys = [message.pk for message in others]
    oldest.last_activity_at = timezone.now()
    if not oldest.is_open and (waiting := [message for message in others if message.is_open]):
        oldest.state = Message.State.OPEN
        oldest.person = oldest.person or waiting[0].person
        oldest.assigned_to = oldest.assigned_to or waiting[0].assigned_to
    oldest.save()
    Message.objects.filter(Q(pk__in=keys) | Q(merged_into__in=keys)).update(
        merged_into=oldest, last_activity_at=oldest.last_activity_at
    )
    return oldest


def split(message):
    """Make a joined message stand for itself again."""
    with _at_work_on(message) as current:
        current.merged_into = None


def read_now(message, user):
    """Note that someone has the message on screen; return the names of the others who do."""
    now = timezone.now()
    Reading.objects.update_or_create(message=message, user=user, defaults={"seen_at": now})
    return readers(message, user)


def readers(message, user):
    """Return the names of those, but for that one, who have the message on screen."""
    current = message.readings.filter(seen_at__gte=timezone.now() - Reading.LASTS)
    return [name_of(reading.user) for reading in current.exclude(user=user).select_related("user")]
