"""The history of a record in the admin: who wrote what, two versions compared, one restored."""

from functools import partial

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.text import Truncator, capfirst
from django.views.decorators.http import require_POST

from cress.base.history.carrying import AskedError, RefusedError
from cress.base.history.changes import FieldChange, RowChange, pairs_of, row_changes
from cress.base.history.operations import Operation, number_going_on
from cress.base.history.shown import read_number
from cress.base.history.steps import steps_between
from cress.base.history.undo import can_be_undone, restore
from cress.base.history.words import author, moment
from cress.base.text.typography import french

PAGE = 20  # operations on a page of the history
MOST_VERSIONS = 2000  # that one page reads of each type of row
MOST_ROWS = 30  # that one operation shows
UNDO_TAG = "undo-"  # before the number of an operation, in the tags of a message
REDO_TAG = "redo"  # that operation is an undo itself


class HistoryEntry:
    """An operation as the history shows it."""

    def __init__(self, operation, changes, reader):
        self.operation = operation
        self.changes, self.more = changes[:MOST_ROWS], max(len(changes) - MOST_ROWS, 0)
        self.who = "Vous" if operation.person_id == reader.pk else author(operation)
        self.when = capfirst(moment(operation))
        self.can_be_undone = can_be_undone(operation)
        self.undo_label = "Refaire" if operation.kind == Operation.Kind.UNDO else "Annuler"


def may_of(request):
    """Return may(action, model, row), which asks for rights as the pages of the admin do."""

    def may(action, model, row=None):
        options = model._meta
        if not request.user.has_perm(f"{options.app_label}.{action}_{options.model_name}"):
            return False
        model_admin = admin.site._registry.get(model)
        if model_admin is None or not getattr(model_admin, "is_written_by_hand", True):
            return True
        asks = getattr(model_admin, f"has_{action}_permission")
        return asks(request) if action == "add" else asks(request, row)

    return may


def page_of_questions(request, asked, back):
    """Return the page that asks for values that other rows have taken; it posts the same again."""
    names = {question.name for question in asked.questions}
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in {*names, "csrfmiddlewaretoken"}
    ]
    page = admin.site.each_context(request) | {
        "title": "À choisir de nouveau",
        "questions": asked.questions,
        "sent": sent,
        "back": back,
    }
    return TemplateResponse(request, "admin/questions.html", page)


def answer_to(request, act, back, say_done):
    """
    Undo or restore, then come back; or say what to do first, or ask for a value that is taken.

    `act` returns what `say_done` takes, and raises as `cress.base.history.undo` does.
    """
    try:
        say_done(*act())
    except RefusedError as refused:
        for sentence in refused.sentences:
            messages.warning(request, sentence)
    except AskedError as asked:
        return page_of_questions(request, asked, back)
    return redirect(back)


def say(request, report, text, done):
    """Say what an operation undid or restored, with its own undo, then what it did not."""
    redo = REDO_TAG if done.undoes else ""
    messages.success(request, french(text), extra_tags=f"{UNDO_TAG}{done.pk} {redo}".strip())
    if report.kept:
        names = ", ".join(report.kept[:10])
        others = f" et {len(report.kept) - 10} autres" if len(report.kept) > 10 else ""
        kept = f"Gardé tel quel, car changé depuis : {names}{others}."
        messages.warning(request, french(kept))
    for note in report.notes[:10]:
        messages.warning(request, note)


class HasHistory(admin.ModelAdmin):
    """A content type whose pages have a history, and whose messages offer to undo."""

    personal_fields = ()  # whose older values a manager may erase from the history

    def message_user(self, request, message, level=messages.INFO, extra_tags="", **options):
        """Offer to undo what the message tells of."""
        if level == messages.SUCCESS and (number := number_going_on()):
            extra_tags = f"{extra_tags} {UNDO_TAG}{number}".strip()
        super().message_user(request, message, level, extra_tags, **options)

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        compare = self.admin_site.admin_view(self.compare_view)
        erase = self.admin_site.admin_view(self.erase_view)
        return [
            path("<path:object_id>/history/comparer/", compare, name=f"{name}_compare"),
            path("<path:object_id>/history/effacer/", erase, name=f"{name}_erase"),
            *super().get_urls(),
        ]

    def history_view(self, request, object_id, extra_context=None):
        """Show who wrote what on a record and its rows, the last first; the record may be gone."""
        row, last, parts = self._read(request, object_id)
        every = self._versions(last, parts)
        numbers = (
            every[0]
            .values_list("operation_id")
            .union(*(versions.values_list("operation_id") for versions in every[1:]))
        )
        paginator = Paginator(numbers.order_by("-operation_id"), PAGE)
        page = paginator.get_page(request.GET.get("page"))
        shown = [number for (number,) in page]
        pairs = [
            pair
            for versions in every
            for pair in pairs_of(versions.filter(operation_id__in=shown), MOST_VERSIONS)
        ]
        changes = row_changes(pairs)
        operations = Operation.objects.in_bulk(shown)
        entries = [
            HistoryEntry(operations[n], [c for c in changes if c.number == n], request.user)
            for n in shown
        ]
        context = {
            "entries": entries,
            "page": page,
            "row": row,
            "title": "Historique",
            "current": page.number == 1 and shown[0],
            "erasable": [field.verbose_name for field in self._erasable(request, row)],
        }
        return self._page(request, "admin/history.html", last, context | (extra_context or {}))

    def compare_view(self, request, object_id):
        """Show what differs between two versions; give back what is ticked of the older one."""
        row, last, parts = self._read(request, object_id)
        then, now = (read_number(request.GET.get(name, "")) for name in "ab")
        if then is None:
            return redirect(self._history_address(last))
        if now is not None and now < then:
            then, now = now, then
        newest = self._newest_number(last, parts)
        now = None if now == newest else now
        key = getattr(last, self.opts.pk.attname)
        steps = list(steps_between(self.model, key, parts, then, now))
        if request.method == "POST" and now is None:
            return self._restore(request, last, steps, then)
        changes = row_changes([(then, step.target, step.found) for step in steps])
        numbers = [then, now or newest]
        operations = Operation.objects.in_bulk(numbers)
        context = {
            "title": "Deux versions, côte à côte",
            "changes": changes,
            "versions": [operations.get(number) for number in numbers],
            "may_restore": now is None and bool(changes),
        }
        return self._page(request, "admin/versions_compared.html", last, context)

    def _restore(self, request, last, steps, then):
        """Give back what is ticked of an older version."""
        taken = set(request.POST.getlist("take"))
        steps = [part for step in steps if (part := _ticked(step, taken))]
        name = _name(last)
        title = f"{capfirst(self.opts.verbose_name)} : {name}"
        key = getattr(last, self.opts.pk.attname)
        about = {"title": title, "model": self.opts.label_lower, "row_key": str(key)}
        back = self._history_address(last)
        act = partial(restore, steps, request.user, may_of(request), about, request.POST)

        def say_restored(done, report):
            say(request, report, f"« {name} » : restauré.", done)

        return answer_to(request, act, back, say_restored)

    def _erasable(self, request, row):
        """Return the fields whose older values the reader may erase from the history of a row."""
        may_erase = row and request.user.has_perm("base.empty_bin")
        return [self.opts.get_field(name) for name in self.personal_fields if may_erase]

    @method_decorator(require_POST)
    def erase_view(self, request, object_id):
        """Erase from the history the personal details that the row does not have any more."""
        row, last, _ = self._read(request, object_id)
        fields = self._erasable(request, row)
        if not fields:
            raise PermissionDenied
        for field in fields:
            older = self.model.history.filter(**{self.opts.pk.attname: row.pk})
            older.exclude(**{field.name: getattr(row, field.name)}).update(**{field.name: ""})
        self.log_change(request, row, "Anciennes coordonnées effacées de l’historique.")
        messages.success(request, french(f"« {_name(last)} » : anciennes coordonnées effacées."))
        return redirect(self._history_address(last))

    def _read(self, request, object_id):
        """Return the row or None, its last version, and its parts, {model: foreign key}."""
        row = self.get_object(request, unquote(object_id))
        key = self.opts.pk
        try:
            value = key.to_python(unquote(object_id))
            key.run_validators(value)
            version = self.model.history.filter(**{key.attname: value}).latest("history_id")
        except (ValidationError, self.model.history.model.DoesNotExist) as error:
            raise Http404 from error
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        parts = {
            inline.model: inline.get_formset(request, row).fk.attname
            for inline in self.get_inline_instances(request, row)
        }
        return row, version, parts

    def _versions(self, last, parts):
        """Return the versions of a row, then those of each type of its parts."""
        key = getattr(last, self.opts.pk.attname)
        own = self.model.history.filter(**{self.opts.pk.attname: key}).order_by()
        return [own, *(part.history.filter(**{fk: key}).order_by() for part, fk in parts.items())]

    def _newest_number(self, last, parts):
        numbers = [
            versions.order_by("-operation_id").values_list("operation_id", flat=True).first()
            for versions in self._versions(last, parts)
        ]
        return max(number for number in numbers if number)

    def _history_address(self, version):
        options, key = self.opts, getattr(version, self.opts.pk.attname)
        return reverse(f"admin:{options.app_label}_{options.model_name}_history", args=[key])

    def _page(self, request, template, last, context):
        key = getattr(last, self.opts.pk.attname)
        common = {
            "opts": self.opts,
            "object": last.instance,
            "name": _name(last),
            "key": key,
            "history_address": self._history_address(last),
        }
        page = self.admin_site.each_context(request) | common | context
        request.current_app = self.admin_site.name
        return TemplateResponse(request, template, page)


def _name(version):
    return french(Truncator(str(version.instance)).chars(80))


def tick_of(change: RowChange, field: FieldChange | None = None):
    """Return the value of the tick that gives back a row, or a field of a row."""
    label = f"{change.label}-{change.key}"
    return f"{label}-{field.name}" if field else label


def _ticked(step, taken):
    """Return a step with the fields that are ticked, or None."""
    label = f"{step.model._meta.label_lower}-{step.key}"
    if step.action != "change":
        return step if label in taken else None
    names = frozenset(name for name in step.names if f"{label}-{name}" in taken)
    return step.taking(names) if names else None
