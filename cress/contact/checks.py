"""Warn, at each check and migration, about messages that would reach nobody."""

from django.core import checks
from django.db import DatabaseError

NO_DEFAULT = (
    "Aucune règle par défaut ne dit à qui vont les messages des visiteurs : ils attendent dans "
    "« À traiter », et personne n’en est averti par courriel."
)


@checks.register(checks.Tags.database)
def messages_have_a_recipient(app_configs, databases, **kwargs):
    """Warn if there is no default rule for the messages that no other rule covers."""
    from cress.contact.models import Route

    if not databases:
        return []
    try:
        if Route.objects.fallback().exists():
            return []
    except DatabaseError:  # not migrated yet
        return []
    return [
        checks.Warning(
            NO_DEFAULT,
            hint="À remplir dans la gestion du site, Messages et contacts, Règles de destination.",
            id="contact.W001",
        )
    ]
