"""Accounts of the staff in the admin: nobody can grant themselves more rights."""

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.forms import EmailInput

from cress.accounts.models import User
from cress.base.admin import TolerantList
from cress.base.unsaved.admin import GivesBackText

admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(GivesBackText, TolerantList, GroupAdmin):
    """The roles of the site, which are groups of accounts."""


class AccountCreationForm(AdminUserCreationForm):
    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ["username", "email"]
        widgets = {"email": EmailInput(attrs={"autocomplete": "email"})}


@admin.register(User)
class AccountAdmin(GivesBackText, TolerantList, UserAdmin):
    """
    Accounts of the staff.

    A person who is not a superuser manages the accounts of staff and their groups. They
    neither see nor give the powers of a superuser.
    """

    add_form = AccountCreationForm
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": ["username", "email", "usable_password", "password1", "password2"],
            },
        )
    ]
    list_filter = ["is_active", "groups"]

    def get_queryset(self, request):
        accounts = super().get_queryset(request).prefetch_related("groups")
        return accounts if request.user.is_superuser else accounts.filter(is_superuser=False)

    def get_fieldsets(self, request, obj=None):
        if obj is None or request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        return [
            (None, {"fields": ["username", "password"]}),
            ("Personne", {"fields": ["first_name", "last_name", "email"]}),
            ("Droits", {"fields": ["is_active", "is_staff", "groups"]}),
        ]
