"""Accounts of the staff in the admin: nobody can grant themselves more rights."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from cress.accounts import leaving
from cress.accounts.forms import AccountCreationForm, AccountForm, LeavingForm
from cress.accounts.managers import LAST_MANAGER, is_last_manager, managers
from cress.accounts.models import User
from cress.accounts.roles import EDITOR, MANAGER
from cress.base.admin import ContentFields
from cress.base.lists import TolerantList
from cress.base.text.typography import french
from cress.base.unsaved.admin import GivesBackText

admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(ContentFields, GivesBackText, TolerantList, GroupAdmin):
    """The roles of the site, which are groups of accounts. The two of the table stay."""

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "name"] if obj and obj.name in {EDITOR, MANAGER} else fields

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (obj and obj.name in {EDITOR, MANAGER})


@admin.register(User)
class AccountAdmin(ContentFields, GivesBackText, TolerantList, UserAdmin):
    """
    Accounts of the staff.

    A person who is not a superuser manages the accounts of staff and their groups. They
    neither see nor give the powers of a superuser.

    An account is closed on a page of its own, where its messages pass to someone else. Only an
    account that has never served is deleted.
    """

    form = AccountForm
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
        if obj is None:
            return super().get_fieldsets(request, obj)
        rights = ["is_staff", "groups"]
        if request.user.is_superuser:
            rights += ["is_superuser", "user_permissions"]
        return [
            (None, {"fields": ["username", "password"]}),
            ("Personne", {"fields": ["first_name", "last_name", "email"]}),
            ("Droits", {"fields": rights}),
        ]

    def get_actions(self, request):
        """Offer no deletion of several accounts."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        if not allowed or obj is None:
            return allowed
        return not (leaving.has_worked(obj) or managers().filter(pk=obj.pk).exists())

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<path:key>/desactiver/", view(self.close), name="accounts_user_close"),
            path("<path:key>/reactiver/", view(self.reopen), name="accounts_user_reopen"),
            *super().get_urls(),
        ]

    def close(self, request, key):
        """Show what an account holds, and who may take it; close it."""
        account = self._changeable(request, key)
        if account is None or not account.is_active:
            return self._back(account)
        holdings = leaving.holdings_of(account)
        form = LeavingForm(request.POST if request.method == "POST" else None, holdings=holdings)
        if form.is_valid():
            try:
                said = leaving.deactivate(account, form.cleaned_data, request.user)
            except leaving.LeavingRefusedError as refused:
                messages.warning(request, str(refused))
                return redirect(request.path)
            sentence = " ".join(["Le compte est désactivé.", *said])
            self.log_change(request, account, sentence)
            messages.success(request, sentence)
            return self._back(account)
        return self._render(
            request,
            "close",
            french(f"Désactiver le compte « {account.known_as} »"),
            account=account,
            holdings=[(each, form[each.name] if each.question else None) for each in holdings],
            refusal=LAST_MANAGER if is_last_manager(account) else "",
        )

    def reopen(self, request, key):
        account = self._changeable(request, key)
        if account is None or account.is_active:
            return self._back(account)
        if request.method == "POST":
            leaving.reactivate(account)
            sentence = "Le compte est réactivé."
            self.log_change(request, account, sentence)
            messages.success(request, sentence)
            return self._back(account)
        title = french(f"Réactiver le compte « {account.known_as} »")
        return self._render(request, "reopen", title, account=account)

    def _changeable(self, request, key):
        """Return the account of a key that the reader may change, or None without one."""
        account = self.get_object(request, unquote(key))
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        return account

    def _back(self, account):
        if account is None:
            return redirect("admin:accounts_user_changelist")
        return redirect(reverse("admin:accounts_user_change", args=[account.pk]))

    def _render(self, request, template, title, **context):
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/accounts/user/{template}.html", context)
