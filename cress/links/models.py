"""The results of the visits to the links that the site shows."""

from django.db import models
from django.db.models.functions import TruncDate


class LinkCheckQuerySet(models.QuerySet):
    def dead(self):
        """Keep the links that have failed on two days at least, and not answered since."""
        return self.filter(checked_at__date__gt=TruncDate("failing_since"))


class LinkCheck(models.Model):
    """The last visit of an address that the site links to. Visitors never see it."""

    url = models.URLField("adresse", unique=True)
    answer = models.CharField("réponse", max_length=100)
    checked_at = models.DateTimeField("vérifiée le")
    failing_since = models.DateTimeField("en panne depuis", null=True, blank=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "lien vérifié"
        verbose_name_plural = "liens vérifiés"
        ordering = ["-failing_since", "url"]

    def __str__(self):
        return self.url
