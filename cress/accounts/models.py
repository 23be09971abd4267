"""The accounts of the staff."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


class User(AbstractUser):
    """
    An account of the staff.

    It is the site's own model, so that history, invitations and roles can refer to it and
    extend it without a change of table.
    """

    email = models.EmailField("adresse électronique")

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_is_unique",
                violation_error_message="Un autre compte a déjà cette adresse électronique.",
            ),
        ]

    @property
    def known_as(self):
        """The full name, or else the name that the person signs in with."""
        return self.get_full_name() or self.get_username()
