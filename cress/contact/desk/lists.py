"""The lists of the desk: folders, and requests that hold no number where one is expected."""

import re

from django.contrib import admin
from django.contrib.messages import WARNING
from django.shortcuts import redirect

LONGEST_KEY = 18  # digits: more do not fit in the database
_UNREADABLE = re.compile(rf"\0|\d{{{LONGEST_KEY + 1}}}")


class FolderFilter(admin.SimpleListFilter):
    """A choice of folders, one of which is always open: the first one, if no other is asked for."""

    folders = {}  # value in the address: (title, method of the queryset); "" is the first one

    @classmethod
    def opened(cls, value):
        """Return the folder that the address names, or the first one if it is unknown."""
        return value if value in cls.folders else ""

    def lookups(self, request, model_admin):
        return [(key, title) for key, (title, _) in self.folders.items()]

    def queryset(self, request, queryset):
        _, method = self.folders[self.opened(self.value())]
        return getattr(queryset, method)()

    def choices(self, changelist):
        counts = self.get_facet_queryset(changelist)
        for n, (key, title) in enumerate(self.lookup_choices):
            yield {
                "selected": self.opened(self.value()) == key,
                "query_string": changelist.get_query_string({self.parameter_name: key})
                if key
                else changelist.get_query_string(remove=[self.parameter_name]),
                "display": f"{title} ({counts[f'{n}__c']})",
            }


class MessageFolderFilter(FolderFilter):
    title = "dossier"
    parameter_name = "dossier"
    folders = {
        "": ("À traiter", "to_treat"),
        "relancer": ("À relancer", "overdue"),
        "traites": ("Traités", "settled"),
        "indesirables": ("Indésirables", "suspect"),
        "tous": ("Tous", "whole"),
    }
    oldest_first = {"", "relancer"}


class MailFolderFilter(FolderFilter):
    title = "départ"
    parameter_name = "depart"
    folders = {
        "": ("Tous", "all"),
        "attente": ("En attente", "waiting"),
        "abandonnes": ("Abandonnés", "given_up"),
        "partis": ("Partis", "sent"),
    }


class TolerantList(admin.ModelAdmin):
    """
    A list that answers an address or a selection that cannot be read, where Django raises.

    PostgreSQL takes no NUL in a text, SQLite no number of 64 bits: such a filter is ignored. No
    database compares a key with a word: such a selection is refused.
    """

    def get_changelist_instance(self, request):
        request.GET = request.GET.copy()
        for name, values in list(request.GET.lists()):
            if any(_UNREADABLE.search(text) for text in [name, *values]):
                del request.GET[name]
        return super().get_changelist_instance(request)

    def get_search_results(self, request, queryset, search_term):
        """Search without NUL: autocompletes send a term that no form has checked."""
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def response_action(self, request, queryset):
        keys = request.POST.getlist("_selected_action")
        if all(key.isdecimal() and len(key) <= LONGEST_KEY for key in keys):
            return super().response_action(request, queryset)
        self.message_user(request, "Ce choix de lignes n’a pas pu être lu. Recommencez.", WARNING)
        return redirect(request.path)
