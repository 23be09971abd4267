"""The messages as a table for a spreadsheet."""

from django.utils import timezone

from cress.base.files.spreadsheets import french_csv

COLUMNS = [
    "Référence",
    "Reçu le",
    "État",
    "Objet",
    "Territoire",
    "Commune",
    "À propos de",
    "Nom",
    "Adresse électronique",
    "Téléphone",
    "Vous êtes",
    "Organisation",
    "Message",
    "Attribué à",
    "Réponses",
    "Dernière activité",
]


def message_table(messages):
    """Return messages, fetched with for_desk(), as the bytes of a CSV file."""
    return french_csv(COLUMNS, map(_row, messages.iterator(chunk_size=500)))


def _row(message):
    return [
        message.reference,
        _date(message.received_at),
        message.get_state_display(),
        message.title,
        message.territory.name if message.territory else "",
        message.commune_name,
        message.about,
        message.name,
        message.email,
        message.telephone,
        message.get_profile_display(),
        message.organisation,
        message.text,
        str(message.assigned_to or ""),
        message.answer_count,
        _date(message.last_activity_at),
    ]


def _date(moment):
    return timezone.localtime(moment).strftime("%d/%m/%Y %H:%M")
