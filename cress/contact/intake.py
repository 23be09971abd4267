"""How a message enters: stored with the mail it causes, in one transaction, once."""

import json

from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac

from cress.contact import limits
from cress.contact.models import Mail, Message, Route

WORDS = [
    "name",
    "email",
    "telephone",
    "profile",
    "organisation",
    "territory_id",
    "commune_id",
    "subject_id",
    "about",
    "text",
]


def receive(message, *, day, client, suspicions):
    """
    Store a message and return it, or the same one if it is there already.

    `day` is the day on which the page was opened: what one person says twice in the same words
    from pages of one day, by a double click or a reload, is one message. `client` is the
    network address, which is not kept. Raises limits.LimitReachedError.
    """
    message.fingerprint = _fingerprint(message, day)
    try:
        with transaction.atomic():
            if known := Message.objects.filter(fingerprint=message.fingerprint).first():
                return known
            limits.spend(limits.senders(client, message.email))
            message.suspicions = "\n".join(suspicions)
            if suspicions:
                message.state = Message.State.SUSPECT
                message.save()
            else:
                direct(message)
    except IntegrityError:  # the second click was stored between our look and our save
        return Message.objects.get(fingerprint=message.fingerprint)
    return message


def direct(message):
    """Save a message for the person in charge, tell them, and send the visitor a receipt."""
    person = Route.objects.person_for(message.territory, message.subject)
    message.person = person
    message.assigned_to = message.assigned_to or (person and person.account)
    message.save()
    mails = [Mail(message=message, kind=Mail.Kind.RECEIPT, recipient=message.email)]
    if person:
        mails.append(Mail(message=message, kind=Mail.Kind.NOTIFICATION, recipient=person.email))
    Mail.objects.bulk_create(mails)


def _fingerprint(message, day):
    words = json.dumps([str(getattr(message, name)) for name in WORDS] + [str(day)])
    return salted_hmac("cress.contact.intake", words, algorithm="sha256").hexdigest()
