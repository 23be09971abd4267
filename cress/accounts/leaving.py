"""
How an account is closed, and opened again.

An account that has worked is never deleted: its name stays beside what it did. What it holds
passes to others first. The rooms above say what that is: each adds its Handover to HANDOVERS.
"""

from typing import NamedTuple, Protocol

from cress.accounts.managers import LAST_MANAGER, is_last_manager, lock_managers
from cress.accounts.models import User
from cress.base.dependents import dependents_of, rows_of
from cress.base.history.operations import Operation, operation
from cress.base.text.typography import french

CAME_MEANWHILE = french(
    "Rien n’est changé : ce compte a reçu quelque chose depuis que vous avez ouvert cette page. "
    "Relisez-la, puis recommencez."
)


class LeavingRefusedError(Exception):
    """The account must stay; the text says why, in French."""


class Holding(NamedTuple):
    """Something that an account holds, and who may take it."""

    name: str  # of the form's field
    text: str  # « 3 messages à traiter »
    address: str  # where to look
    question: str = ""  # « Qui les reprend ? », or an empty text if nobody has to
    takers: object = None  # a queryset


class Handover(Protocol):
    """What a room of the site does when an account leaves."""

    def holdings_of(self, account):
        """Return the Holdings of an account in this room."""

    def hand_over(self, account, takers, by):
        """Give what the account holds to {name of the Holding: taker}; return French sentences."""


HANDOVERS = []


def holdings_of(account):
    return [holding for room in HANDOVERS for holding in room.holdings_of(account)]


def deactivate(account, takers, by):
    """
    Hand over what an account holds, and close it; return French sentences, or change nothing.

    Rows that are handed over are locked before the account, as elsewhere (still_active).
    """
    title = f"Compte fermé : {account.known_as}"
    about = {"title": french(title), "model": account._meta.label_lower, "row_key": account.pk}
    with operation(Operation.Kind.LEAVING, person=by, **about):
        lock_managers()
        if is_last_manager(account):
            raise LeavingRefusedError(LAST_MANAGER)
        said = [each for room in HANDOVERS for each in room.hand_over(account, takers, by)]
        locked = User.objects.select_for_update(no_key=True).get(pk=account.pk)
        if any(holding.question for holding in holdings_of(locked)):
            raise LeavingRefusedError(CAME_MEANWHILE)
        locked.is_active = False
        locked.save(update_fields=["is_active"])
        return said


def reactivate(account):
    """Open an account again, in the role that it had; what it handed over stays where it is."""
    User.objects.filter(pk=account.pk).update(is_active=True)


def still_active(account):
    """Return an account, which stays active until the transaction ends, or None if it is closed."""
    accounts = User.objects.select_for_update(no_key=True)
    return account and accounts.filter(pk=account.pk, is_active=True).first()


def has_worked(account):
    """Return whether an account has ever signed in, or is named anywhere."""
    return account.last_login is not None or any(
        not dependents.field.many_to_many for dependents in dependents_of(rows_of([account]))
    )
