"""What visitors looked for and did not find."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

LONGEST_WORDS = 100  # characters
DAYS_TO_REVEAL = 3  # different days on which a query came, before its words are stored
DAYS_KEPT = 30  # of a row whose words are unknown, after the last time


class MissedSearchQuerySet(models.QuerySet):
    def revealed(self):
        """Keep the searches whose words are known."""
        return self.exclude(words="")

    def to_forget(self):
        """Keep the searches that did not come on enough days to be worth their words."""
        return self.filter(words="", last_day__lte=timezone.localdate() - timedelta(DAYS_KEPT))


class MissedSearch(models.Model):
    """
    A query that found nothing, and how often. Nothing says who typed it.

    What one person typed may be about them: until a query came on DAYS_TO_REVEAL different days,
    only a keyed hash of its words is stored.
    """

    digest = models.CharField("empreinte", max_length=64, unique=True)
    words = models.CharField("mots cherchés", max_length=LONGEST_WORDS, blank=True)
    days = models.PositiveIntegerField("jours différents", default=1)
    count = models.PositiveIntegerField("fois", default=1)
    last_day = models.DateField("dernier jour", db_index=True)

    objects = MissedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = "recherche sans réponse"
        verbose_name_plural = "ce que l’on ne trouve pas"
        ordering = ["-last_day", "-count", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(words="") | Q(days__gte=DAYS_TO_REVEAL),
                name="missed_search_words_came_on_several_days",
                violation_error_message="Les mots ne sont connus qu’après trois jours différents.",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, count__gte=F("days")),
                name="missed_search_came_at_least_once_a_day",
                violation_error_message="Une recherche vient au moins une fois par jour compté.",
            ),
        ]

    def __str__(self):
        return self.words or self.digest[:8]
