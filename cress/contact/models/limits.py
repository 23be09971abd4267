"""How many messages an address or a network may still send."""

from django.db import models


class Allowance(models.Model):
    """
    The allowance of one address or network: see cress.contact.limits.

    The key is a keyed hash: no address is stored in clear.
    """

    key = models.CharField(max_length=64, unique=True)
    full_again_at = models.DateTimeField()

    class Meta:
        verbose_name = "débit d’une adresse"
        verbose_name_plural = "débits des adresses"
        ordering = ["pk"]

    def __str__(self):
        return self.key[:8]
