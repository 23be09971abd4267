from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from cress.base.lists import ReadOnlyList
from cress.search.models import MissedSearch


@admin.register(MissedSearch)
class MissedSearchAdmin(ReadOnlyList):
    """What visitors look for and do not find, read-only: the answer is a content or a synonym."""

    list_display = ["words", "days", "count", "last_day", "answer"]
    search_fields = ["words"]
    search_help_text = "Mots, sans accents"
    fields = ["words", "days", "count", "last_day", "answer"]

    def get_queryset(self, request):
        return super().get_queryset(request).revealed()

    @admin.display(description="réponse du site")
    def answer(self, search):
        """Return a link to the search, as typed: one that is not counted itself."""
        address = reverse("search:search", query={"q": search.words, "tel-quel": "oui"})
        return format_html('<a href="{}">Chercher sur le site</a>', address)
