"""The outbox: the mails that messages cause."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from cress.contact.models.messages import Entry, Message


class MailQuerySet(models.QuerySet):
    def waiting(self):
        """Keep the mails that will be tried again."""
        return self.filter(sent_at=None, next_try_at__isnull=False)

    def sent(self):
        return self.filter(sent_at__isnull=False)

    def given_up(self):
        """Keep the mails that are no longer tried: only a person can send them again."""
        return self.filter(sent_at=None, next_try_at=None)

    def due(self):
        """Keep the mails whose next try is due."""
        return self.waiting().filter(next_try_at__lte=timezone.now())

    def take(self, pk, lease):
        """
        Return that mail, reserved for the caller during the lease, or None if another has it.

        One UPDATE decides between processes. No lock is held while a mail server is slow.
        """
        now = timezone.now()
        free = self.waiting().filter(Q(taken_until=None) | Q(taken_until__lt=now), pk=pk)
        if not free.update(taken_until=now + lease, attempts=F("attempts") + 1):
            return None
        return self.select_related(
            "message__subject",
            "message__territory",
            "message__commune__department",
            "message__person",
            "entry__author",
        ).get(pk=pk)


class Mail(models.Model):
    """
    A mail of the outbox: it is sent after its message was stored.

    The row is written in the transaction that makes the mail necessary. cress.contact.outbox sends
    it, and cress.contact.letters writes its text.
    """

    class Kind(models.TextChoices):
        NOTIFICATION = "notification", "avis à la personne en charge"
        RECEIPT = "receipt", "accusé de réception"
        ANSWER = "answer", "réponse"
        ASSIGNMENT = "assignment", "attribution"
        REMINDER = "reminder", "relance"

    message = models.ForeignKey(
        Message, models.CASCADE, related_name="mails", verbose_name="message"
    )
    entry = models.ForeignKey(
        Entry, models.CASCADE, null=True, blank=True, related_name="mails", verbose_name="réponse"
    )
    kind = models.CharField("nature", max_length=12, choices=Kind.choices)
    recipient = models.EmailField("destinataire", blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    next_try_at = models.DateTimeField(
        "prochain essai", null=True, blank=True, default=timezone.now
    )  # None: sent, or given up
    taken_until = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField("parti le", null=True, blank=True)
    last_error = models.TextField("dernière erreur", blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="mail_waiting_by_next_try",
                condition=Q(sent_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(next_try_at__isnull=True),
                name="mail_sent_is_not_tried_again",
                violation_error_message="Un courriel parti n’attend plus.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.message.reference}"
