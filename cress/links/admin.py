from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.html import format_html

from cress.base.lists import ReadOnlyList
from cress.links.models import LinkCheck
from enterprises.models import Enterprise
from policies.models import Resource


class StateFilter(admin.SimpleListFilter):
    title = "état"
    parameter_name = "etat"

    def lookups(self, request, model_admin):
        return [("morts", "Liens morts"), ("panne", "En panne")]

    def queryset(self, request, queryset):
        if self.value() == "morts":
            return queryset.dead()
        if self.value() == "panne":
            return queryset.filter(failing_since__isnull=False)
        return queryset


@admin.register(LinkCheck)
class LinkCheckAdmin(ReadOnlyList):
    """The results of visits, read-only: a link is corrected in the content that shows it."""

    list_display = ["url", "shown_by", "answer", "checked_at", "failing_since"]
    list_filter = [StateFilter]
    search_fields = ["url"]
    search_help_text = "Adresse"
    fields = ["url", "shown_by", "answer", "checked_at", "failing_since"]

    def get_queryset(self, request):
        """Fetch with each link the first content that shows it."""
        enterprises = Enterprise.objects.filter(website=OuterRef("url")).order_by("slug")
        resources = Resource.objects.filter(url=OuterRef("url")).order_by("slug")
        return (
            super()
            .get_queryset(request)
            .annotate(
                enterprise=Subquery(enterprises.values("pk")[:1]),
                enterprise_name=Subquery(enterprises.values("name")[:1]),
                resource=Subquery(resources.values("pk")[:1]),
                resource_title=Subquery(resources.values("title")[:1]),
            )
        )

    @admin.display(description="montré par")
    def shown_by(self, check):
        if check.enterprise:
            page, number = "admin:enterprises_enterprise_change", check.enterprise
            name = check.enterprise_name
        elif check.resource:
            page, number = "admin:policies_resource_change", check.resource
            name = check.resource_title
        else:
            return "plus aucune page"
        return format_html('<a href="{}">{}</a>', reverse(page, args=[number]), name)
