"""What the database knows of the jobs that the worker runs."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

# A holder that renews nothing for so long is taken for dead.
LEASE = timedelta(seconds=60)

_IS_DUE = Q(next_run_at__lte=Now())


class JobStateQuerySet(models.QuerySet):
    """
    All times are read on the database's clock, so that the clocks of two hosts may differ.
    """

    def free(self):
        """Keep the jobs that no living process runs."""
        return self.filter(Q(leased_until=None) | Q(leased_until__lt=Now()))

    def with_is_due(self):
        return self.annotate(is_due=_IS_DUE)

    def take(self, name, holder, *, before_its_time=False):
        """
        Give the lease of a job to a holder, if it is free and the job is due; return whether.

        One UPDATE decides between processes.
        """
        free = self.free().filter(name=name)
        if not before_its_time:
            free = free.filter(_IS_DUE)
        return bool(free.update(holder=holder, leased_until=Now() + LEASE, last_started_at=Now()))

    def renew(self, name, holder):
        """Make the lease of a holder last LEASE from now; return whether it is still theirs."""
        return bool(self.filter(name=name, holder=holder).update(leased_until=Now() + LEASE))

    def give_back(self, name, holder, *, error, next_run_in):
        """Store how a run ended and free the lease, unless another process took it meanwhile."""
        self.filter(name=name, holder=holder).update(
            holder="",
            leased_until=None,
            last_ended_at=Now(),
            last_error=error,
            next_run_at=Now() + next_run_in,
        )


class JobState(models.Model):
    """The runs of a job of cress.operations.jobs, and the lease of the process that runs it."""

    name = models.CharField("nom", max_length=30, primary_key=True)
    holder = models.CharField("processus", max_length=200, blank=True)
    leased_until = models.DateTimeField("tenue jusqu’à", null=True, blank=True)
    last_started_at = models.DateTimeField("dernier début", null=True, blank=True)
    last_ended_at = models.DateTimeField("dernière fin", null=True, blank=True)
    next_run_at = models.DateTimeField("prochain passage")
    last_error = models.TextField("dernière erreur", blank=True)

    objects = JobStateQuerySet.as_manager()

    class Meta:
        verbose_name = "état d’une tâche"
        verbose_name_plural = "états des tâches"
        ordering = ["name"]

    def __str__(self):
        return self.name
