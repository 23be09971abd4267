"""What was typed in a form of the admin and could not be saved (see cress.base.unsaved)."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.http import QueryDict
from django.utils import timezone

LIFE = timedelta(days=1)
MOST_FORMS = 5  # of an account
LONGEST_PATH = 200  # characters
LONGEST_KEY = 30
LONGEST_REASON = 500


class UnsavedFormQuerySet(models.QuerySet):
    def fresh(self):
        """Keep what may still be given back."""
        return self.filter(kept_at__gt=timezone.now() - LIFE)

    def expired(self):
        return self.filter(kept_at__lte=timezone.now() - LIFE)

    def of(self, user):
        """Keep what that account typed and may have back, the newest first."""
        return self.fresh().filter(account_id=user.pk).order_by("-kept_at", "-pk")

    @transaction.atomic
    def keep(self, account, key, **values):
        """
        Store what an account typed, in place of what it sent before from the same form.

        Only the MOST_FORMS newest of the account stay. The lock of its row makes two tabs wait
        for each other: they would not see each other's row.
        """
        account = get_user_model().objects.select_for_update(no_key=True).get(pk=account.pk)
        values["kept_at"] = timezone.now()
        row, _ = self.update_or_create(account=account, key=key, defaults=values)
        rows = self.filter(account=account).order_by("-kept_at", "-pk")
        self.filter(pk__in=list(rows.values_list("pk", flat=True)[MOST_FORMS:])).delete()
        return row


class UnsavedForm(models.Model):
    """
    The fields of a form that was sent and not saved.

    Without a reason, its session had ended or its token was no longer the right one.
    """

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="compte",
        on_delete=models.CASCADE,
        related_name="unsaved_forms",
    )
    key = models.CharField("clé", max_length=LONGEST_KEY, unique=True)
    path = models.CharField("adresse", max_length=LONGEST_PATH)
    fields = models.JSONField("champs", default=dict)  # {name: [values]}
    file_names = models.JSONField("fichiers", default=list, blank=True)
    reason = models.CharField("pourquoi", max_length=LONGEST_REASON, blank=True)
    kept_at = models.DateTimeField("gardé le", db_index=True)

    objects = UnsavedFormQuerySet.as_manager()

    class Meta:
        verbose_name = "texte non enregistré"
        verbose_name_plural = "textes non enregistrés"
        ordering = ["-kept_at", "-pk"]

    def __str__(self):
        return self.path

    @property
    def data(self):
        """The fields as a form reads them."""
        data = QueryDict(mutable=True)
        for name, values in self.fields.items():
            data.setlist(name, values)
        return data
