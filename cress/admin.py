"""The admin as a whole: its titles, and accounts that cannot grant themselves more."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User

admin.site.site_title = "CRESS Centre-Val de Loire"
admin.site.site_header = "CRESS Centre-Val de Loire – Gestion du site"
admin.site.index_title = "Que voulez-vous modifier ?"

admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(UserAdmin):
    """
    Accounts of the staff.

    Who is not a superuser manages the accounts of staff and their groups, and neither
    sees nor gives the powers of a superuser.
    """

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
