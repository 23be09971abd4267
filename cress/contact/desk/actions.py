"""
The actions of the staff on messages.

Each function locks the message and those merged with it, changes one thing, and dates the activity.
Two people who work on the same message at the same time never undo each other's change.

Rows are locked in the order of their keys, here and in cress.contact.privacy: two locks never wait
for each other.
"""

from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cress.accounts.leaving import still_active
from cress.accounts.models import User
from cress.contact import intake
from cress.contact.models import Entry, Mail, Message, Reading


class ActionRefusedError(Exception):
    """The message does not allow this action, or no longer does; the text says why, in French."""


@contextmanager
def _locked(message):
    """
    Yield the message as it is now, locked. Save it at the end, and date the activity.

    The messages merged with it get the same date: they expire together.
    """
    with transaction.atomic():
        known = Message.objects.get(pk=message.pk)
        group = Message.objects.group_of(known).order_by("pk").select_for_update()
        locked = {row.pk: row for row in group}
        current = locked[message.pk]
        yield current
        current.last_activity_at = timezone.now()
        current.save()
        Message.objects.filter(pk__in=locked).update(last_activity_at=current.last_activity_at)


def staff(holder=None):
    """Return the accounts that a message may be assigned to, and its present holder."""
    readers = User.objects.with_perm(
        "contact.view_message", backend="django.contrib.auth.backends.ModelBackend"
    )
    may_have_it = Q(pk__in=readers.filter(is_staff=True)) | Q(pk=holder and holder.pk)
    return User.objects.filter(may_have_it).order_by("first_name", "last_name", "username")


def name_of(user):
    return user.known_as


def assign(message, user, by):
    """
    Assign a message to a member of the staff, or to nobody. Write a mail to the new holder.

    Raise ActionRefusedError if their account has just been closed.
    """
    with _locked(message) as current:
        if current.assigned_to == user:
            return
        if user and not still_active(user):
            raise ActionRefusedError(
                f"Le compte de {name_of(user)} est désactivé : attribuez le message à quelqu’un "
                "d’autre."
            )
        current.assigned_to = user
        _announce(current, user, by)


def _announce(message, user, by):
    if user and user != by and user.email:
        Mail.objects.create(message=message, kind=Mail.Kind.ASSIGNMENT, recipient=user.email)


def set_state(message, state):
    """
    Move a message to another state.

    A suspected message that turns out to be a true one is received as if it had just arrived: its
    first mails are sent.
    """
    with _locked(message) as current:
        was_suspected = current.state == Message.State.SUSPECT or current.suspicions
        current.state = state
        if current.is_open:
            current.assigned_to = still_active(current.assigned_to)
        had_no_receipt = not current.mails.filter(kind=Mail.Kind.RECEIPT).exists()
        if was_suspected and current.is_open and had_no_receipt and not current.anonymised_at:
            intake.direct(current)


def add_note(message, text, by):
    """Add a note that only the staff read. Raise ActionRefusedError on an anonymised message."""
    with _locked(message) as current:
        _write(current, Entry.Kind.NOTE, text, by)


def answer(message, text, by, *, closes, answers_seen):
    """
    Send an answer to the visitor and keep it with the message.

    `answers_seen` is the number of answers that the page showed. Raise ActionRefusedError, and send
    nothing, if there are more by now (a colleague's, or the same after a second click), if the
    message was merged into another, or if it was anonymised.
    """
    with _locked(message) as current:
        if current.merged_into:
            raise ActionRefusedError(
                f"Ce message est joint à {current.merged_into.reference} : répondez sur la page de "
                "celui-ci. Votre texte est toujours là, copiez-le."
            )
        if answers_to(current).count() != answers_seen:
            raise ActionRefusedError(
                "Quelqu’un a répondu depuis que vous avez ouvert cette page. Relisez l’échange "
                "ci-dessus ; votre texte est toujours là si vous voulez l’envoyer aussi."
            )
        entry = _write(current, Entry.Kind.ANSWER, text, by)
        Mail.objects.create(
            message=current, entry=entry, kind=Mail.Kind.ANSWER, recipient=current.email
        )
        current.state = Message.State.DONE if closes else Message.State.OPEN
        current.assigned_to = current.assigned_to or still_active(by)


def entries_of(message):
    """Return the notes and answers of a message and of those merged into it."""
    return Entry.objects.filter(Q(message=message) | Q(message__merged_into=message))


def answers_to(message):
    return entries_of(message).filter(kind=Entry.Kind.ANSWER)


def _write(message, kind, text, by):
    if message.anonymised_at:
        raise ActionRefusedError("Ce message est anonymisé : on n’y écrit plus.")
    return Entry.objects.create(
        message=message, kind=kind, text=text, author=by, author_name=name_of(by)
    )


def unfinished(holder):
    """Return the messages that a member of the staff has still to treat, the doubtful ones too."""
    return Message.objects.filter(assigned_to=holder).exclude(state=Message.State.DONE)


@transaction.atomic
def hand_over(holder, to, by):
    """Assign the unfinished messages of a member of the staff to another; return them."""
    keys = {key for pair in unfinished(holder).values_list("pk", "merged_into") for key in pair}
    groups = Message.objects.filter(Q(pk__in=keys - {None}) | Q(merged_into__in=keys - {None}))
    list(groups.order_by("pk").select_for_update())
    moved = list(unfinished(holder).filter(pk__in=keys - {None}).order_by("pk"))
    for message in moved:
        message.assigned_to = to
        message.save(update_fields=["assigned_to"])
        if message.is_open and not message.merged_into_id:
            _announce(message, to, by)
    groups.update(last_activity_at=timezone.now())
    return moved


@transaction.atomic
def merge(keys):
    """
    Merge the messages with these keys into the oldest of them, which is returned.

    The oldest is the one to answer. The others keep their words, which its page shows, and `split`
    takes one out again. Raise ActionRefusedError if an answer to the oldest would not answer all.
    """
    locked = Message.objects.filter(Q(pk__in=keys) | Q(merged_into__in=keys))
    locked = list(locked.order_by("pk").select_for_update())
    chosen = [message for message in locked if message.pk in keys]
    if refusal := why_not_merged(chosen):
        raise ActionRefusedError(refusal)
    oldest, *others = sorted(chosen, key=lambda message: (message.received_at, message.pk))
    oldest.last_activity_at = timezone.now()
    if not oldest.is_open and (waiting := [message for message in others if message.is_open]):
        oldest.state = Message.State.OPEN
        oldest.person = oldest.person or waiting[0].person
        oldest.assigned_to = oldest.assigned_to or waiting[0].assigned_to
    oldest.save()
    moved = [message.pk for message in locked if message != oldest]
    Message.objects.filter(pk__in=moved).update(
        merged_into=oldest, last_activity_at=oldest.last_activity_at
    )
    return oldest


def why_not_merged(messages):
    """Return why these messages cannot be merged, in French, or an empty text if they can."""
    if len(messages) < 2:
        return "Choisissez au moins deux messages à réunir."
    if anonymised := [message.reference for message in messages if message.anonymised_at]:
        return (
            "Rien n’est réuni. Un message anonymisé ne se réunit à aucun autre, qui ne pourrait "
            f"plus recevoir de réponse : {', '.join(anonymised)}."
        )
    if merged := [message.reference for message in messages if message.merged_into_id]:
        return f"Rien n’est réuni. Déjà joint à un autre message : {', '.join(merged)}."
    if len({message.email.strip().lower() for message in messages}) > 1:
        return (
            "Rien n’est réuni. Ces messages viennent d’adresses différentes : la réponse ne "
            "partirait qu’à une seule. Répondez à chacun, ou réunissez ceux d’une même adresse."
        )
    return ""


def split(message, head):
    """Take a message out of the one that it was merged into, `head`."""
    with _locked(message) as current:
        if current.merged_into_id != head.pk:
            raise ActionRefusedError(
                f"Le message {current.reference} n’est plus joint à celui-ci : un collègue l’a "
                "déplacé depuis que vous avez ouvert cette page."
            )
        current.merged_into = None


def record_reading(message, user):
    """Record that a user has the message on screen; return the names of the other readers."""
    now = timezone.now()
    Reading.objects.update_or_create(message=message, user=user, defaults={"seen_at": now})
    others = message.readings.filter(seen_at__gte=now - Reading.LASTS).exclude(user=user)
    return [name_of(reading.user) for reading in others.select_related("user")]
