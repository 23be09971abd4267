"""The folders of the lists of the desk."""

from django.contrib import admin


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
