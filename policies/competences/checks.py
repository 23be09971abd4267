"""The check that warns of old declared competences, at each check and migration."""

from datetime import timedelta

from django.core import checks
from django.db import DatabaseError
from django.db.models import Count, Min
from django.utils import timezone

from cress.base.text.typography import french

OLD = timedelta(days=365)


@checks.register(checks.Tags.database)
def declared_competences_are_recent(app_configs, databases, **kwargs):
    """Warn when the rows of an EPCI describe a state of more than a year ago."""
    from policies.competences.models import DeclaredCompetence
    from policies.competences.words import date_in_words

    if not databases:
        return []
    limit = timezone.localdate() - OLD
    try:
        old = DeclaredCompetence.objects.filter(as_of__lt=limit).aggregate(
            oldest=Min("as_of"), count=Count("intercommunality", distinct=True)
        )
    except DatabaseError:  # not migrated yet
        return []
    if not old["count"]:
        return []
    return [
        checks.Warning(
            french(
                f"Compétences déclarées dans Banatic : celles de {old['count']} intercommunalité"
                f"{'s' if old['count'] > 1 else ''} ont plus d’un an (la plus ancienne : état au "
                f"{date_in_words(old['oldest'])})."
            ),
            hint="Téléchargez le fichier du jour, puis manage.py import_competences FICHIER "
            "--as-of AAAA-MM-JJ.",
            id="policies.W001",
        )
    ]
