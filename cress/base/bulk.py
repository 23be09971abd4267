"""What is done to several rows of a list at once, and copies of a row."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst, slugify

from cress.base.files.spreadsheets import french_csv
from cress.base.history.operations import name_operation
from cress.base.history.shown import read_number
from cress.base.text.numbers import format_number
from cress.base.text.typography import french

MOST_AT_ONCE = 900  # rows that one action changes
MOST_NAMED = 5  # rows in the title of an operation, and refusals in a message
COPY = "copie"  # in the address of an add form: the key of the row to copy


class ExportsRows(admin.ModelAdmin):
    """A list whose rows are exported for a French Excel, and which deletes last."""

    actions = ["export_rows"]

    def get_actions(self, request):
        """Put the bin at the end of the actions: it is not what one looks for."""
        actions = super().get_actions(request)
        if deletion := actions.pop("delete_selected", None):
            actions["delete_selected"] = (*deletion[:2], "Mettre à la corbeille")
        return actions

    @admin.action(description="Exporter pour Excel", permissions=["view"])
    def export_rows(self, request, queryset):
        fields = [field for field in self.opts.concrete_fields if field.editable]
        relations = list(self.opts.local_many_to_many)
        rows = queryset.select_related(*(field.name for field in fields if field.is_relation))
        rows = rows.prefetch_related(*(field.name for field in relations))
        table = french_csv(
            [capfirst(field.verbose_name) for field in (*fields, *relations)],
            ([_cell(row, field) for field in (*fields, *relations)] for row in rows),
        )
        name = f"{slugify(self.opts.verbose_name_plural)}-{timezone.localdate():%Y-%m-%d}.csv"
        response = HttpResponse(table, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _cell(row, field):
    """Return the value of a field as a reader says it."""
    if field.many_to_many:
        return ", ".join(map(str, getattr(row, field.name).all()))
    value = getattr(row, field.name)
    if field.choices:
        return getattr(row, f"get_{field.name}_display")()
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "" if value is None else str(value) if field.is_relation else value


class ChangesRows(ExportsRows):
    """A list whose rows are changed together, each refused by its name."""

    def change_rows(self, request, queryset, change, done):
        """
        Apply `change(row)`, which says whether it changed it, to the rows that may have it.

        `done` is the sentence that follows their count. A row that would be incomplete is left as
        it is, and named with the reason.
        """
        if queryset.count() > MOST_AT_ONCE:
            most = f"Choisissez {format_number(MOST_AT_ONCE)} lignes au plus : rien n’est changé."
            self.message_user(request, french(most), messages.WARNING)
            return
        changed, refused = [], []
        for row in queryset.select_for_update(of=("self",)).order_by("pk"):
            if not self.has_change_permission(request, row):
                refused.append(f"« {row} » : votre rôle ne le permet pas.")
                continue
            try:
                if change(row):
                    changed.append(row)
            except ValidationError as error:
                refused.append(f"« {row} » : {' '.join(error.messages)}")
        if changed:
            names = ", ".join(map(str, changed[:MOST_NAMED]))
            name_operation(f"{capfirst(self.opts.verbose_name_plural)} : {names}")
            count = f"{done} : {format_number(len(changed))} ({names}{_more(changed)})."
            self.message_user(request, french(count), messages.SUCCESS)
        elif not refused:
            self.message_user(request, "Rien à changer : c’est déjà ainsi.", messages.INFO)
        if refused:
            text = f"Restent comme avant. {' '.join(refused[:MOST_NAMED])}{_more(refused)}"
            self.message_user(request, french(text), messages.WARNING)


def _more(rows):
    others = len(rows) - MOST_NAMED
    return f" et {format_number(others)} de plus" if others > 0 else ""


class PublishesRows(ChangesRows):
    """A list whose rows are published and withdrawn together."""

    actions = ["publish_rows", "withdraw_rows", *ExportsRows.actions]

    @admin.action(description="Publier", permissions=["change"])
    def publish_rows(self, request, queryset):
        self.change_rows(request, queryset, lambda row: _set(row, is_published=True), "En ligne")

    @admin.action(description="Retirer du site", permissions=["change"])
    def withdraw_rows(self, request, queryset):
        done = "Hors du site"
        self.change_rows(request, queryset, lambda row: _set(row, is_published=False), done)


def _set(row, **values):
    """Give values to a row, checked whole; return whether they are new. Raise ValidationError."""
    if all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    row.save()
    return True


class GivesRelation(ChangesRows):
    """A list whose rows are given a related row together: a page asks which one."""

    def give_relation(self, request, queryset, name, action, title):
        """Ask for a related row, then give it to the rows; a list of relations gets it added."""
        field = self.opts.get_field(name)
        choices = field.related_model._default_manager.all()
        chosen = choices.filter(pk=read_number(request.POST.get("chosen", ""))).first()
        if chosen is None:
            page = self.admin_site.each_context(request) | {
                "title": title,
                "opts": self.opts,
                "field": field,
                "choices": choices,
                "action": action,
                "checkbox": ACTION_CHECKBOX_NAME,
                "keys": list(queryset.values_list("pk", flat=True)[: MOST_AT_ONCE + 1]),
                "is_missing": "chosen" in request.POST,
            }
            return TemplateResponse(request, "admin/choose_relation.html", page)
        give = _add if field.many_to_many else _replace
        done = f"{capfirst(field.verbose_name)} « {chosen} »"
        self.change_rows(request, queryset, lambda row: give(row, name, chosen), done)
        return None


def _replace(row, name, chosen):
    return _set(row, **{name: chosen})


def _add(row, name, chosen):
    relations = getattr(row, name)
    if relations.filter(pk=chosen.pk).exists():
        return False
    relations.add(chosen)
    return True


class CopiesRows(admin.ModelAdmin):
    """Rows that are often alike: « Dupliquer » opens an add form filled with one of them."""

    copied_name = "title"  # the field that tells the copy from the original

    def get_changeform_initial_data(self, request):
        copied = self.get_object(request, unquote(request.GET.get(COPY, "").replace("\0", "")))
        if copied is None or not self.has_view_permission(request, copied):
            return super().get_changeform_initial_data(request)
        own = {field.name for field in self.opts.concrete_fields if field.unique} | {"siret"}
        values = model_to_dict(copied, exclude=own - {self.copied_name})
        name = f"{values[self.copied_name]} (copie)"
        return values | {self.copied_name: name, "is_published": False}

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj and obj.pk and self.has_add_permission(request):
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_add"
            context["copied_from"] = f"{reverse(name)}?{COPY}={obj.pk}"
        return super().render_change_form(request, context, add, change, form_url, obj)
