"""The forms of accounts: their creation, their change, their end."""

from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.forms import EmailInput, Form, ModelChoiceField

from cress.accounts.leaving import holdings_of
from cress.accounts.managers import LAST_MANAGER, is_last_manager, lock_managers
from cress.accounts.models import User
from cress.accounts.roles import MANAGER
from cress.base.text.typography import french


class AccountCreationForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ["username", "email"]
        widgets = {"email": EmailInput(attrs={"autocomplete": "email"})}


class AccountForm(UserChangeForm):
    """A change that leaves the site with a « Responsable », and messages with a reader."""

    def clean(self):
        cleaned = super().clean()
        if "is_staff" not in cleaned or "groups" not in cleaned:
            return cleaned  # they are not in the form, or have errors
        is_staff = cleaned["is_staff"]
        is_manager = cleaned["groups"].filter(name=MANAGER).exists()
        if not (is_staff and is_manager):
            lock_managers()
            if is_last_manager(self.instance):
                self.add_error("groups" if is_staff else "is_staff", LAST_MANAGER)
        if not is_staff and any(each.question for each in holdings_of(self.instance)):
            self.add_error(
                "is_staff",
                french(
                    "Ce compte a encore des messages ou des règles : « Désactiver ce compte » les "
                    "confie d’abord à un collègue."
                ),
            )
        return cleaned


class LeavingForm(Form):
    """Who takes what an account holds: one question for each Holding that has one."""

    def __init__(self, data=None, *, holdings):
        super().__init__(data, label_suffix="")
        for holding in holdings:
            if holding.question:
                self.fields[holding.name] = ModelChoiceField(
                    holding.takers,
                    label=holding.question,
                    empty_label="Choisissez",
                    error_messages={"required": "Choisissez qui les reprend."},
                )
                self.fields[holding.name].label_from_instance = _label_of


def _label_of(taker):
    return getattr(taker, "known_as", None) or str(taker)
