"""A check, at each start and migration: the fields that the owner of the site must fill."""

from django.core import checks
from django.db import DatabaseError


@checks.register(checks.Tags.database)
def identity_is_complete(app_configs, databases, **kwargs):
    """Return a warning for each empty field of the site's identity."""
    from cress.chamber.models import SiteIdentity

    if not databases:
        return []
    try:
        identity = SiteIdentity.objects.current()
    except DatabaseError:  # not migrated yet
        return []
    return [
        checks.Warning(
            f"Identité du site : « {field} » est vide.",
            hint="À remplir dans la gestion du site, La chambre et ses pages, Identité du site.",
            id="chamber.W001",
        )
        for field in identity.missing_fields()
    ]
