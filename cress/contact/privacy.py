"""The rights of those who wrote: their data on request, and its deletion after twelve months."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from cress.contact.models import Entry, Mail, Message, Reading


def retention_limit(now=None):
    """Return the instant twelve months ago: messages without activity since then are emptied."""
    now = timezone.localtime(now)
    if (now.month, now.day) == (2, 29):
        return now.replace(year=now.year - 1, day=28)
    return now.replace(year=now.year - 1)


def expired():
    """Return the messages that have had no activity for twelve months."""
    return Message.objects.filter(last_activity_at__lt=retention_limit(), anonymised_at=None)


@transaction.atomic
def anonymise(messages):
    """
    Delete all personal data from these messages, and return their number.

    Dates, subject, territory and state stay, for the statistics. The staff's notes and answers,
    the outbox and the admin's log are emptied too. A mail that still waits is no longer tried.
    The rows are locked in the order of their keys, as everywhere at the desk.
    """
    messages = list(messages.filter(anonymised_at=None).order_by("pk").select_for_update())
    keys = [message.pk for message in messages]
    Entry.objects.filter(message__in=keys).update(text="")
    Reading.objects.filter(message__in=keys).delete()
    mails = Mail.objects.filter(message__in=keys)
    mails.update(recipient="", last_error="", next_try_at=None)
    LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Message), object_id__in=map(str, keys)
    ).update(change_message="")
    for message in messages:
        message.name = message.email = message.telephone = message.organisation = ""
        message.about = message.text = message.suspicions = message.typed_commune = ""
        message.commune = None  # a commune may have a few dozen inhabitants
        message.profile = Message.Profile.OTHER
        message.fingerprint = f"anonymous {message.pk}"
        message.anonymised_at = timezone.now()
        if message.is_open:
            message.state = Message.State.DONE
        message.save()
    return len(keys)


def personal_data_of(email):
    """Return all that is stored about the person with that address, ready for JSON."""
    messages = Message.objects.of_person(email).select_related(
        "subject", "territory", "commune__department", "person"
    )
    return {
        "adresse": email,
        "messages": [
            {
                "référence": message.reference,
                "reçu le": message.received_at.isoformat(),
                "dernière activité": message.last_activity_at.isoformat(),
                "état": message.get_state_display(),
                "nom": message.name,
                "adresse électronique": message.email,
                "téléphone": message.telephone,
                "vous êtes": message.get_profile_display(),
                "organisation": message.organisation,
                "territoire": message.territory.name if message.territory else "",
                "commune": message.commune_name,
                "objet": message.title,
                "à propos de": message.about,
                "message": message.text,
                "raisons du doute": message.suspicions,
                "destinataire": message.person.name if message.person else "",
                "notes et réponses": [
                    {
                        "nature": entry.get_kind_display(),
                        "auteur": entry.author_name,
                        "écrit le": entry.created_at.isoformat(),
                        "texte": entry.text,
                    }
                    for entry in message.entries.all()
                ],
                "courriels": [
                    {
                        "nature": mail.get_kind_display(),
                        "destinataire": mail.recipient,
                        "parti le": mail.sent_at.isoformat() if mail.sent_at else "",
                    }
                    for mail in message.mails.all()
                ],
            }
            for message in messages.prefetch_related("entries", "mails")
        ],
    }
