"""The add and change pages of the admin give back what was typed and not saved."""

from dataclasses import replace
from functools import partialmethod

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

from cress.base.posted_rows import posted_rows, put_rows
from cress.base.text.typography import french
from cress.base.unsaved.keeping import KEY, TOO_LONG, TooLongError, address_of, keep
from cress.base.unsaved.models import UnsavedForm
from cress.base.unsaved.seals import new_key, new_seal, own_seal_of

DELETED = french(
    "La page de ce formulaire a été supprimée entre-temps : copiez d’ici ce qui vous sert."
)
CLOSED = french("Vous n’avez plus accès à ce formulaire : copiez d’ici ce qui vous sert.")


def asked_for(request):
    """Return the UnsavedForm that the address of a page asks for, or None; read once a request."""
    if not hasattr(request, "unsaved_form"):
        request.unsaved_form = None
        if request.method == "GET" and (key := request.GET.get(KEY, "").replace("\0", "")):
            rows = UnsavedForm.objects.of(request.user)
            request.unsaved_form = rows.filter(key=key, path=request.path).first()
    return request.unsaved_form


def notices(request, unsaved=None):
    """Return what templates/admin/_unsaved.html expects: the text given back, and the others."""
    others = UnsavedForm.objects.of(request.user).filter(path=request.path)
    return {
        "unsaved": unsaved,
        "other_unsaved": list(others.exclude(pk=unsaved and unsaved.pk).defer("fields")),
    }


def give_back(request, path, reason):
    """
    Lead to the form at `path`, filled with what a form has just sent, which is not saved.

    It gets a key of its own: saving it is no repetition.
    """
    seal = replace(own_seal_of(request), key=new_key())
    try:
        unsaved = keep(request, seal, path, reason)
    except TooLongError:
        unsaved = None
    if unsaved:
        return redirect(address_of(request, unsaved))
    messages.warning(request, TOO_LONG)
    return redirect(path)


def forget_saved(request):
    """Delete what was kept of the form that has just been saved."""
    if seal := own_seal_of(request):
        UnsavedForm.objects.filter(account_id=seal.account, key=seal.key).delete()


def is_secret(field):
    """Whether a form field hides what is typed in it."""
    return getattr(field.widget, "input_type", "") == "password"


class GivesBackText(admin.ModelAdmin):
    """
    A model whose add and change forms carry a seal, and come back as typed.

    The text fills the forms of a page that was asked for with GET: Django saves nothing there.
    A form that is shown again keeps its key, unless `is_sent_before` is set on the request.
    """

    def given_back(self, request, obj):
        """Return the UnsavedForm that fills the form, if the person may still use that form."""
        unsaved = asked_for(request)
        if unsaved is None:
            return None
        if obj and obj.pk:
            return unsaved if self.has_change_permission(request, obj) else None
        return unsaved if self.has_add_permission(request) else None

    def get_form(self, request, obj=None, **options):
        form = super().get_form(request, obj, **options)
        if unsaved := self.given_back(request, obj):
            filled = {"__init__": partialmethod(form.__init__, unsaved.data, {})}
            return type(form.__name__, (form,), filled)
        return form

    def get_formset_kwargs(self, request, obj, inline, prefix):
        options = super().get_formset_kwargs(request, obj, inline, prefix)
        unsaved = self.given_back(request, obj)
        if unsaved and f"{prefix}-TOTAL_FORMS" in unsaved.fields:
            rows, link = set(), inline.get_formset(request, obj).fk.name
            if obj.pk:
                keys = inline.get_queryset(request).filter(**{link: obj})
                rows = {str(key) for key in keys.values_list("pk", flat=True)}
            key = inline.model._meta.pk.name
            options |= {"data": with_rows(unsaved.data, prefix, key, link, rows), "files": {}}
        return options

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        unsaved = self.given_back(request, obj)
        posted = None if getattr(request, "is_sent_before", False) else own_seal_of(request)
        form = context["adminform"].form
        left_out = [form.add_prefix(name) for name, each in form.fields.items() if is_secret(each)]
        context |= notices(request, unsaved) | {
            "seal": new_seal(request, getattr(unsaved or posted, "key", ""), left_out),
            "has_secrets": bool(left_out),
        }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except PermissionDenied:
            if asked_for(request):
                return _to_the_text(request, CLOSED)
            raise

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        if asked_for(request):
            return _to_the_text(request, DELETED)
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)

    def response_add(self, request, obj, post_url_continue=None):
        forget_saved(request)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request, obj):
        forget_saved(request)
        return super().response_change(request, obj)


def _to_the_text(request, sentence):
    messages.warning(request, sentence)
    return redirect("unsaved_text", asked_for(request).key)


def with_rows(data, prefix, key_name, link, existing):
    """
    Return the data of a form whose rows agree with those of the database.

    A row that was deleted meanwhile comes back as a new one, after those that exist; if its own
    deletion was ticked, it does not come back. `existing` has the keys of the rows, as texts.
    `link` is the field that leads to what they belong to.
    """
    kept, new = [], []
    for row in posted_rows(data, prefix).values():
        key = row.get(key_name, [""])[-1]
        if key in existing:
            kept.append(row)
        elif not (key and "DELETE" in row):
            new.append({name: row[name] for name in row if name not in {key_name, link}})
    put_rows(data, prefix, kept + new, initial=len(kept))
    return data
