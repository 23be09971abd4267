"""What was done in the editing room: the list of operations, their undo, and the bin."""

from functools import partial

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from cress.base.history.bin import Binned, binned, delete_for_ever
from cress.base.history.changes import pairs_of, row_changes
from cress.base.history.operations import Operation
from cress.base.history.pages import (
    MOST_ROWS,
    HistoryEntry,
    answer_to,
    may_of,
    say,
)
from cress.base.history.shown import read_number
from cress.base.history.steps import models_of
from cress.base.history.undo import undo
from cress.base.history.versions import Versioned, versioned_models
from cress.base.history.words import author
from cress.base.lists import ReadOnlyList
from cress.base.text.numbers import format_number
from cress.base.text.typography import french

PAGE = 50
KEPT_NAMES = 20


def visible_to(request):
    """Return the operations about what a reader may view."""
    may = may_of(request)
    hidden = [model._meta.label_lower for model in versioned_models() if not may("view", model)]
    if not request.user.has_perm("accounts.view_user"):
        hidden.append("accounts.user")
    return Operation.objects.exclude(model__in=hidden)


@admin.register(Operation)
class OperationAdmin(ReadOnlyList):
    """Everything that was written, the last first; an operation shows what it wrote."""

    list_display = ["started_at", "kind", "title", "by", "rows", "state"]
    list_display_links = ["title"]
    list_filter = ["kind"]
    search_fields = ["title", "person_name"]
    list_per_page = PAGE
    show_full_result_count = False
    change_list_template = "admin/operations.html"

    @admin.display(description="par")
    def by(self, operation):
        return author(operation)

    @admin.display(description="lignes")
    def rows(self, operation):
        counts = [
            (operation.added, "ajoutée"),
            (operation.changed, "changée"),
            (operation.deleted, "supprimée"),
        ]
        return ", ".join(
            f"{format_number(count)} {what}{'s' * (count > 1)}" for count, what in counts if count
        )

    @admin.display(description="état")
    def state(self, operation):
        if operation.is_waiting:
            return "en cours"
        return "annulée" if operation.is_undone else ""

    def changelist_view(self, request, extra_context=None):
        context = {"title": self.opts.app_config.verbose_name} | (extra_context or {})
        return super().changelist_view(request, context)

    def get_queryset(self, request):
        return visible_to(request)

    def get_urls(self):
        views = [
            ("corbeille/", self.bin_view, "bin"),
            ("<path:object_id>/annuler/", self.undo_view, "undo"),
            ("<path:object_id>/supprimer-pour-de-bon/", self.empty_view, "empty"),
        ]
        own = [
            path(address, self.admin_site.admin_view(view), name=f"base_operation_{name}")
            for address, view, name in views
        ]
        return [*own, *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show what an operation wrote, of what the reader may view."""
        done = self._get(request, object_id)
        may = may_of(request)
        pairs, counts = [], {}
        for model in models_of(done):
            versions = model.history.filter(operation=done).order_by()
            counts[model] = versions.values(model._meta.pk.attname).distinct().count()
            if may("view", model):
                pairs += pairs_of(versions, MOST_ROWS)
        context = {
            "title": done.get_kind_display().capitalize(),
            "entry": HistoryEntry(done, row_changes(pairs), request.user),
            "counts": [(model._meta.verbose_name_plural, count) for model, count in counts.items()],
            "record": _record_address(done),
            "undoing": done.is_undone and done.undoings.first(),
            "kept": _kept(done, request),
        }
        return self._page(request, "admin/operation.html", context)

    @method_decorator(require_POST)
    def undo_view(self, request, object_id):
        """Undo an operation, and come back to the page where it was asked."""
        done = self._get(request, object_id)
        about = done.title or done.get_kind_display()

        def say_undone(undoing, report):
            if undoing.is_waiting:
                text = f"L’annulation de « {about} » a commencé : elle se fait en quelques minutes."
                messages.info(request, french(text))
            else:
                say(request, report, f"Annulé : {about}.", undoing)

        act = partial(undo, done, request.user, may_of(request), request.POST)
        return answer_to(request, act, self._back(request), say_undone)

    def bin_view(self, request):
        """Show what was deleted in the last ninety days."""
        page = Paginator(binned(visible_to(request)), PAGE).get_page(request.GET.get("page"))
        context = {
            "title": "Corbeille",
            "page": page,
            "things": [Binned(operation) for operation in page],
            "may_empty": request.user.has_perm("base.empty_bin"),
        }
        return self._page(request, "admin/bin.html", context)

    @method_decorator(require_POST)
    def empty_view(self, request, object_id):
        """Delete for ever what an operation had put in the bin."""
        if not request.user.has_perm("base.empty_bin"):
            raise PermissionDenied
        done = get_object_or_404(binned(visible_to(request)), pk=_key(object_id))
        delete_for_ever(done)
        messages.success(request, french(f"Supprimé pour de bon : {done.title}."))
        return redirect("admin:base_operation_bin")

    def _get(self, request, object_id):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=_key(object_id))

    def _back(self, request):
        """Return where to come back to: the page of this site that the form names."""
        address = request.POST.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()})
        return address if is_ours else reverse("admin:base_operation_changelist")

    def _page(self, request, template, context):
        request.current_app = self.admin_site.name
        page = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return TemplateResponse(request, template, page)


def _key(object_id):
    number = read_number(object_id)
    if number is None:
        raise Http404
    return number


def _record_address(done):
    """Return the address of the record that an operation is about: its page, or its history."""
    model = done.model and apps.get_model(done.model)
    if not model or model not in admin.site._registry or not done.row_key:
        return ""
    exists = model._base_manager.filter(pk=done.row_key).exists()
    page = "change" if exists else "history"
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=[done.row_key]) if exists or issubclass(model, Versioned) else ""


def _kept(done, request):
    """Return a line for each type of rows that the undo of an import left as they were."""
    undoing = done.is_undone and not done.is_waiting and done.undoings.first()
    if not undoing:
        return []
    lines, may = [], may_of(request)
    for model in models_of(done):
        key = model._meta.pk.attname
        undone = model.history.filter(operation=undoing).values(key)
        kept = model.history.filter(operation=done).exclude(**{f"{key}__in": undone})
        keys = list(kept.order_by(key).values_list(key, flat=True).distinct())
        if keys and may("view", model):
            rows = model._base_manager.filter(pk__in=keys[:KEPT_NAMES])
            lines.append((model._meta.verbose_name_plural, len(keys), list(rows)))
    return lines
