"""How a message is received: stored with its mails, in one transaction, once."""

import json

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from cress.accounts.leaving import still_active
from cress.contact import limits
from cress.contact.models import Mail, Message, Route
from cress.contact.models.messages import new_reference

FINGERPRINTED_FIELDS = [
    "name",
    "email",
    "telephone",
    "profile",
    "organisation",
    "territory_id",
    "commune_id",
    "typed_commune",
    "subject_id",
    "about",
    "text",
]


def receive(message, *, day, client, suspicions):
    """
    Store a message and return it, or return the same one if it is already stored.

    `day` is the day on which the page was opened. The same words of the same person from pages of
    one day, after a double click or a reload, are one message. `client` is the network address,
    which is not stored. Raises limits.LimitReachedError.
    """
    message.fingerprint = _fingerprint(message, day)
    message.suspicions = "\n".join(suspicions)
    try:
        return _stored(message) or _store(message, client)
    except (IntegrityError, limits.LimitReachedError):
        # A second click may have been stored, and counted, since we looked.
        if stored := _stored(message):
            return stored
        if not Message.objects.filter(reference=message.reference).exists():
            raise
    message.reference = new_reference()
    return _store(message, client)


def _stored(message):
    return Message.objects.filter(fingerprint=message.fingerprint).first()


@transaction.atomic
def _store(message, client):
    limits.spend(limits.senders(client, message.email))
    if message.suspicions:
        message.state = Message.State.SUSPECT
        message.save()
    else:
        direct(message)
    return message


def direct(message):
    """Save a message for the person in charge, with a mail to them and a receipt to the visitor."""
    person = Route.objects.person_for(message.territory, message.subject)
    message.person = person
    message.assigned_to = message.assigned_to or (person and still_active(person.account))
    message.save()
    mails = [Mail(message=message, kind=Mail.Kind.RECEIPT, recipient=message.email)]
    if person:
        mails.append(Mail(message=message, kind=Mail.Kind.NOTIFICATION, recipient=person.email))
    Mail.objects.bulk_create(mails)


def _fingerprint(message, day):
    words = json.dumps([str(getattr(message, name)) for name in FINGERPRINTED_FIELDS] + [str(day)])
    return salted_hmac("cress.contact.intake", words, algorithm="sha256").hexdigest()
