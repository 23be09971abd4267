"""Lists of the admin where the staff put rows in order, and rows with a rank inside a form."""

from typing import NamedTuple

from django.contrib import admin
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.messages import INFO, SUCCESS, WARNING
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import Truncator, capfirst
from django.views.decorators.http import require_POST

from cress.base.admin import ContentAdmin, PartFormSet, PartInline
from cress.base.history.operations import Operation, name_operation
from cress.base.ranks import listed_with, lock_ranks, place, positions_of
from cress.base.text.typography import french
from cress.base.typed_numbers import NumberInput, WholeNumberField

LONGEST_NAME = 80  # characters
LONGEST_POSITION = 5  # digits


def _name(row):
    return french(Truncator(str(row)).chars(LONGEST_NAME))


class Position(NamedTuple):
    """Where a row stands in its whole list, and whether the reader may move it."""

    number: int
    size: int
    may_move: bool

    @property
    def is_first(self):
        return self.number == 1

    @property
    def is_last(self):
        return self.number == self.size


class RankedChangeList(ChangeList):
    """A change list whose rows know their Position, as `listed_position`."""

    def get_results(self, request):
        super().get_results(request)
        positions = positions_of(self.model)
        may_change = self.model_admin.has_change_permission(request) and not self.is_popup
        for row in self.result_list:
            number, size = positions.get(row.pk, (0, 0))  # (0, 0): added since, by somebody else
            row.listed_position = Position(number, size, may_change and size > 1)

    @property
    def ranked_within(self):
        """The names of the fields that the rows of one list share."""
        return [self.model._meta.get_field(name).verbose_name for name in self.model.ranked_within]


class RankedAdmin(ContentAdmin):
    """
    Rows that the staff put in order in their list, with the column "position".

    The rank is in no form: a form that was opened before a colleague moved the row would move it
    back. Positions are those of the whole list, whatever is filtered, searched or sorted.
    """

    change_list_template = "admin/ranked_change_list.html"

    class Media:
        css = {"all": ["css/ranks.css"]}

    @admin.display(description="position", ordering="order")
    def position(self, row):
        return render_to_string(
            "admin/_position.html",
            {"key": str(row.pk), "name": _name(row), "position": row.listed_position},
        )

    def get_changelist(self, request, **kwargs):
        return RankedChangeList

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_move"
        view = self.admin_site.admin_view(self.move_view)
        return [path("<path:object_id>/deplacer/", view, name=name), *super().get_urls()]

    def changeform_view(self, request, *args, **kwargs):
        return self._holding_the_ranks(request, super().changeform_view, *args, **kwargs)

    def delete_view(self, request, *args, **kwargs):
        return self._holding_the_ranks(request, super().delete_view, *args, **kwargs)

    def changelist_view(self, request, *args, **kwargs):
        return self._holding_the_ranks(request, super().changelist_view, *args, **kwargs)

    def _holding_the_ranks(self, request, view, *args, **kwargs):
        """Lock the ranks before any row is: whoever moves rows locks in this order too."""
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            lock_ranks()
            return view(request, *args, **kwargs)

    @method_decorator(require_POST)
    def move_view(self, request, object_id):
        """Move a row to the typed position, or one up or down; come back to it in its list."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        with self._operation(request, Operation.Kind.ORDER):
            lock_ranks()
            row = self.get_object(request, unquote(object_id))
            if row and not self.has_change_permission(request, row):
                raise PermissionDenied
            anchor = self._move(request, row) if row else ""
        if not row:
            self.message_user(
                request,
                french("Cette ligne n’existe plus : une autre personne l’a supprimée."),
                WARNING,
            )
        filters = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        changelist = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return redirect(add_preserved_filters(filters, changelist) + anchor)

    def _move(self, request, row):
        """Move a row as the request asks, and say it; return the anchor where to come back."""
        keys = list(listed_with(row).values_list("pk", flat=True))
        position, size, to = keys.index(row.pk) + 1, len(keys), request.POST.get("to", "")
        typed = request.POST.get("position", "").strip()
        shown = request.POST.get("shown", str(position))
        if to in {"up", "down"} and shown != str(position):
            self._say(
                request,
                row,
                f"est en position {position}, et non plus à celle que la page montrait : "
                "rien n’a changé",
            )
            return f"#position-{row.pk}"
        if to in {"up", "down"}:
            wanted = position + (-1 if to == "up" else 1)
            wanted = min(max(wanted, 1), size)
        elif typed.isdecimal() and len(typed) <= LONGEST_POSITION and 1 <= int(typed) <= size:
            wanted = int(typed)
        else:
            advice = f"« {Truncator(typed).chars(20)} » n’est pas une" if typed else "écrivez une"
            self._say(
                request, row, f"reste en position {position} : {advice} position de 1 à {size}"
            )
            return f"#position-{row.pk}"
        if wanted == position:
            self._say(request, row, f"est déjà en position {position}", INFO)
        else:
            place({row: wanted})
            name_operation(f"{capfirst(self.opts.verbose_name)} : {_name(row)}")
            self._say(request, row, f"est maintenant en position {wanted}", SUCCESS)
        has_its_button = to in {"up", "down"} and wanted != {"up": 1, "down": size}[to]
        return f"#{to if has_its_button else 'position'}-{row.pk}"

    def _say(self, request, row, what, level=WARNING):
        self.message_user(request, french(f"« {_name(row)} » {what}."), level)


class RankedFormSet(PartFormSet):
    """
    Rows with a rank, shown in their order; the form says what its reader moved, and no more.

    A rank counts only where it is not the one that the page showed: a page that was opened before
    a colleague moved the rows does not move them back.
    """

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if index is not None and index < self.initial_form_count():
            form.initial["order"] = index + 1  # a page sends its rows in the order it showed

    def save(self, commit=True):
        moved = [form for form in self.forms if self._is_moved(form)]
        saved = super().save(commit)
        if moved:
            place({form.instance: form.cleaned_data["order"] for form in moved})
        return saved

    def _is_moved(self, form):
        if self._should_delete_form(form) or "order" not in form.changed_data:
            return False
        return form.instance.pk is not None or form.cleaned_data["order"] is not None


class RankedInline(PartInline):
    """Rows with a rank that are edited on the page of what they belong to."""

    formset = RankedFormSet

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "order":
            return WholeNumberField(
                label="Rang",
                help_text=french("Vide : à la fin."),
                required=False,
                min_value=1,
                max_value=10**LONGEST_POSITION,
                widget=NumberInput,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)
