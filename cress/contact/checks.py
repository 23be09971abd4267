"""Warn, at each check and migration, about messages that would reach nobody."""

from django.core import checks
from django.db import DatabaseError


@checks.register(checks.Tags.database)
def messages_have_a_recipient(app_configs, databases, **kwargs):
    """Warn if there is no default rule for the messages that no other rule covers."""
    from cress.contact.models import Person, Route

    if not databases:
        return []
    try:
        if Route.objects.fallback().exists():
            return []
        person = Person.objects.first()
    except DatabaseError:  # not migrated yet
        return []
    return [
        checks.Warning(
            "Messages des visiteurs : aucune règle par défaut ne dit à qui ils vont ; "
            + (
                f"ils vont à {person}, première personne de la liste."
                if person
                else "ils sont gardés, et personne n’en est averti."
            ),
            hint="À remplir dans la gestion du site, Messages et contacts, Règles de destination.",
            id="contact.W001",
        )
    ]
