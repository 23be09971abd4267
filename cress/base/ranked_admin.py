"""Lists of the admin where the staff put rows in order, and rows with a rank inside a form."""

import re
from functools import cached_property
from typing import NamedTuple

from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
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
from cress.base.unsaved.admin import forget_saved

LONGEST_NAME = 80  # characters
LONGEST_POSITION = 5  # digits
_GONE = french("Cette ligne n’existe plus : une autre personne l’a supprimée.")
_SAVED = "La fiche est enregistrée."
_PRESS = re.compile(rf"([a-z_-]+) ([0-9]{{1,18}}) ([0-9]{{1,{LONGEST_POSITION}}}) (up|down)")


def _name(row):
    return french(Truncator(str(row)).chars(LONGEST_NAME))


def _position_of(row):
    """Return the Position of a stored row that the reader may move."""
    keys = list(listed_with(row).values_list("pk", flat=True))
    return Position(keys.index(row.pk) + 1, len(keys), may_move=True)


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

    def next(self, to):
        """Return the number one place up or down; it stays the same at an end."""
        return min(max(self.number + (-1 if to == "up" else 1), 1), self.size)

    def has_button(self, to):
        """Whether the row may go on up or down."""
        return self.next(to) != self.number


class Press(NamedTuple):
    """The button that moves a row of a form: « actions 17 3 up »."""

    prefix: str  # of the rows
    key: int
    shown: int  # the position that the page showed
    to: str

    @classmethod
    def of(cls, request):
        """Return the Press that came with a form, or None."""
        found = _PRESS.fullmatch(request.POST.get("move", ""))
        return found and cls(found[1], int(found[2]), int(found[3]), found[4])


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
            self.message_user(request, _GONE, WARNING)
        changelist = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        return self._redirect(request, changelist, anchor)

    def _redirect(self, request, address, anchor):
        filters = {"preserved_filters": self.get_preserved_filters(request), "opts": self.opts}
        return redirect(add_preserved_filters(filters, address) + anchor)

    def _move(self, request, row):
        """Move a row as the request asks, and say it; return the anchor where to come back."""
        position, to = _position_of(row), request.POST.get("to", "")
        typed = request.POST.get("position", "").strip()
        shown = request.POST.get("shown", str(position.number))
        name_operation(f"{capfirst(self.opts.verbose_name)} : {_name(row)}")
        if to in {"up", "down"}:
            if shown != str(position.number):
                self._say_moved_since(request, row, position)
                return f"#position-{row.pk}"
            wanted = position.next(to)
        elif (
            typed.isdecimal()
            and len(typed) <= LONGEST_POSITION
            and 1 <= int(typed) <= position.size
        ):
            wanted = int(typed)
        else:
            advice = f"« {Truncator(typed).chars(20)} » n’est pas une" if typed else "écrivez une"
            self._say(
                request,
                row,
                f"reste en position {position.number} : {advice} position de 1 à {position.size}",
            )
            return f"#position-{row.pk}"
        self._place(request, row, position, wanted)
        goes_on = to in {"up", "down"} and position._replace(number=wanted).has_button(to)
        return f"#{to if goes_on else 'position'}-{row.pk}"

    def _place(self, request, row, position, wanted, then=""):
        """Put a row at a number, and say it."""
        if wanted == position.number:
            self._say(request, row, f"est déjà en position {wanted}", INFO, then)
        else:
            place({row: wanted})
            self._say(request, row, f"est maintenant en position {wanted}", SUCCESS, then)

    def _say_moved_since(self, request, row, position, then=""):
        what = (
            f"est en position {position.number}, et non plus à celle que la page montrait : "
            "rien n’est déplacé"
        )
        self._say(request, row, what, then=then)

    def _say(self, request, row, what, level=WARNING, then=""):
        self.message_user(request, french(f"« {_name(row)} » {what}. {then}".rstrip()), level)

    # The rows of a form (RankedInline)

    def save_related(self, request, form, formsets, change):
        """Save the rows of a form, then move the one whose button was pressed."""
        press = Press.of(request) if change else None
        if not press:
            super().save_related(request, form, formsets, change)
            return
        found = self._pressed_row(request, press, form.instance)
        is_where_shown = found and _position_of(found).number == press.shown
        super().save_related(request, form, formsets, change)
        row = found and self._pressed_row(request, press, form.instance)
        if not found:
            self.message_user(request, f"{_GONE} {_SAVED}", WARNING)
        elif not row:  # its deletion was ticked
            self.message_user(request, _SAVED, SUCCESS)
        elif is_where_shown:
            position = _position_of(row)
            self._place(request, row, position, position.next(press.to), _SAVED)
        else:
            self._say_moved_since(request, row, _position_of(row), _SAVED)

    def response_change(self, request, obj):
        press = Press.of(request)
        if not press:
            return super().response_change(request, obj)
        forget_saved(request)
        return self._lead_to_row(request, press, obj)

    def _lead_on(self, request, row):
        press = Press.of(request)
        if not press:
            return super()._lead_on(request, row)
        self._say_stored(request, row)
        return self._lead_to_row(request, press, row)

    def _lead_to_row(self, request, press, obj):
        """Come back to the button that was pressed; to the rank if the button is there no more."""
        row, anchor = self._pressed_row(request, press, obj), ""
        if row:
            position = _position_of(row)
            anchor = f"#id_{press.prefix}-{position.number - 1}-order"
            if position.has_button(press.to):
                anchor = f"#{press.to}-{press.key}-{press.prefix}"
        return self._redirect(request, self._address_of(obj), anchor)

    def _pressed_row(self, request, press, obj):
        """Return the row that a Press moves, if it is there and the person may move it."""
        for formset in self._formsets(request, obj):
            if formset.get_default_prefix() == press.prefix and getattr(formset, "may_move", False):
                rows = formset.model._base_manager.filter(**{formset.fk.name: obj})
                return rows.filter(pk=press.key).first()
        return None


class RankInput(NumberInput):
    """A typed rank, with the buttons that move its row one place."""

    moves = None  # what the template of the buttons needs

    def render(self, name, value, attrs=None, renderer=None):
        field = super().render(name, value, attrs, renderer)
        if self.moves is None:
            return field
        return render_to_string("admin/_rank.html", {"field": field, **self.moves})


class RankedFormSet(PartFormSet):
    """
    Rows with a rank, shown in their order; the form says what its reader moved, and no more.

    A rank counts only where it is not the one that the page showed: a page that was opened before
    a colleague moved the rows does not move them back.
    """

    may_move = False  # RankedInline says whether the person may

    def add_fields(self, form, index):
        super().add_fields(form, index)
        if index is not None and index < self.initial_form_count():
            form.initial["order"] = index + 1  # a page sends its rows in the order it showed
            if self.may_move and form.instance.pk in self._positions:
                form.fields["order"].widget.moves = self._moves(form.instance)

    def _moves(self, row):
        position = self._positions[row.pk]
        return {
            "key": f"{row.pk}-{self.prefix}",
            "before": f"{self.prefix} {row.pk} {position.number} ",  # a Press, with "up" or "down"
            "name": _name(row),
            "position": position,
        }

    @cached_property
    def _positions(self):
        """{key of a stored row: its Position}, as the database says, whatever was posted."""
        keys = [row.pk for row in self.get_queryset()]
        return {key: Position(at, len(keys), True) for at, key in enumerate(keys, start=1)}

    def save(self, commit=True):
        moved = [form for form in self.forms if self._is_moved(form)]
        saved = super().save(commit)
        if moved:
            place({form.instance: form.cleaned_data["order"] for form in moved})
        return saved

    def _is_moved(self, form):
        if self._should_delete_form(form) or "order" not in form.changed_data:
            return False
        if not form.has_changed():  # the person may not change it
            return False
        return form.instance.pk is not None or form.cleaned_data["order"] is not None


class RankedInline(PartInline):
    """Rows with a rank that are edited on the page of what they belong to, by a RankedAdmin."""

    formset = RankedFormSet
    template = "admin/ranked_rows.html"

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        is_popup = IS_POPUP_VAR in request.GET
        formset.may_move = self.has_change_permission(request, obj) and not is_popup
        return formset

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "order":
            return WholeNumberField(
                label="Rang",
                help_text=french("Vide : à la fin."),
                required=False,
                min_value=1,
                max_value=10**LONGEST_POSITION,
                widget=RankInput,
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)
