"""Say at each check and migration what the owner of the site has still to give."""

from django.core import checks
from django.db import DatabaseError


@checks.register(checks.Tags.database)
def identity_is_complete(app_configs, databases, **kwargs):
    """Warn for every field of the site's identity that is empty."""
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
