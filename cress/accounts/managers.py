"""The site always keeps someone who manages it: the last active « Responsable » stays one."""

from django.contrib.auth.models import Group

from cress.accounts.models import User
from cress.accounts.roles import MANAGER
from cress.base.text.typography import french

LAST_MANAGER = french(
    "C’est le dernier compte « Responsable » actif : sans lui, personne ne gère plus le site. "
    "Donnez d’abord ce rôle à un autre compte."
)


def managers():
    """Return the accounts that manage the site: active, of the staff, in the role."""
    return User.objects.filter(is_active=True, is_staff=True, groups__name=MANAGER)


def is_last_manager(account):
    """Return whether an account is the last active « Responsable »."""
    keys = set(managers().values_list("pk", flat=True))
    return keys == {account.pk}


def lock_managers():
    """
    Keep others from changing who is a « Responsable » until the transaction ends.

    Of two people who remove each other at the same time, the second one waits here, and then reads
    what the first one has done.
    """
    Group.objects.select_for_update(no_key=True).get(name=MANAGER)
