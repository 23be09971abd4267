"""
Forms of the admin that come too late: they were sent before, or their row is gone.

A form that was sent before is not carried out again. A form whose row was deleted comes back as a
form to add it. Nothing is written in either case, and nothing that was typed is lost.
"""

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.contrib.messages import INFO, WARNING
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from cress.base.history.conflicts import PostedData
from cress.base.history.shown import LONGEST_KEY, last_operation
from cress.base.history.versions import DELETED
from cress.base.history.words import author, moment
from cress.base.text.typography import french
from cress.base.unsaved.admin import GivesBackText, asked_for, give_back
from cress.base.unsaved.seals import own_seal_of


class LateForms(GivesBackText):
    """A model whose forms are carried out once, and come back when their row is gone."""

    def answer_sent_before(self, request, sent, row, formsets):
        """
        Return the answer to a SentForm that was carried out before, or None to compare and save.

        A change form that was filled in anew is compared with what is stored, as any other.
        """
        if row is None:
            return self._answer_add_form(request, sent)
        if not sent.operations:
            return None
        request.is_sent_before = True
        if sent.done is None:
            return None
        if last_operation(row, formsets) == sent.done.pk:
            return self._lead_on(request, row)
        self._say_stored(request, row, french(", et changé depuis. Voici la fiche comme elle est"))
        return redirect(self._address_of(row))

    def _answer_add_form(self, request, sent):
        """Answer an add form: its row is there, or was deleted since, or it was filled in anew."""
        twin = None if sent.operations else sent.twin()
        if not sent.operations and not twin:
            return None
        versions = self.model.history.filter(operation__in=sent.operations or [twin])
        version = versions.order_by("history_id").first()
        row = version and self.get_queryset(request).filter(pk=version.instance.pk).first()
        if row and sent.done:
            return self._lead_on(request, row)
        if row:
            self._say_stored(request, row)
            reason = (
                f"Ce formulaire a déjà ajouté « {row} ». Ce que vous voyez ici n’est pas écrit : "
                "enregistrez pour ajouter une deuxième fiche, ou corrigez la première."
            )
        elif twin:
            return None
        else:
            gone = version and self._deletion_of(version.instance.pk)
            lead = _deletion_in_words(gone, request.user) if gone else "La fiche n’existe plus"
            reason = (
                f"{lead}. Ce formulaire avait ajouté cette fiche. Rien n’est écrit : enregistrez "
                "pour l’ajouter de nouveau."
            )
        return give_back(request, request.path, french(reason))

    def _lead_on(self, request, row):
        """Say that a form is saved already, and lead where saving it led."""
        if IS_POPUP_VAR in request.POST:
            is_addition = request.path == self._add_address()
            respond = self.response_add if is_addition else self.response_change
            return respond(request, row)
        self._say_stored(request, row)
        if "_addanother" in request.POST:
            return redirect(self._add_address())
        if "_continue" in request.POST:
            return redirect(self._address_of(row))
        return self.response_post_save_change(request, row)

    def _say_stored(self, request, row, more=""):
        sentence = format_html(
            'Déjà enregistré\u202f: «\u202f<a href="{}">{}</a>\u202f»{}.',
            self._address_of(row),
            row,
            more,
        )
        self.message_user(request, sentence, WARNING if more else INFO)

    def _address_of(self, row):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    def _add_address(self):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")

    def response_action(self, request, queryset):
        """Hold the rows that were chosen until the action is done; say how many are gone."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        keys = {int(key) for key in chosen if key.isdecimal() and len(key) <= LONGEST_KEY}
        rows = self.model._base_manager.filter(pk__in=keys).order_by("pk").select_for_update()
        found = list(rows.values_list("pk", flat=True))
        if gone := len(keys) - len(found):
            what = f"{gone} lignes choisies étaient déjà supprimées"
            what = "Une ligne choisie était déjà supprimée" if gone == 1 else what
            self.message_user(request, f"{what}.", WARNING)
        if keys and not found:
            return redirect(request.get_full_path())
        return super().response_action(request, queryset)

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        """Say who deleted the row; a form that was filled in comes back as one to add it."""
        version = self._deletion_of(unquote(object_id))
        if asked_for(request) or not version:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        deletion = _deletion_in_words(version, request.user)
        if request.method == "POST" and own_seal_of(request):
            request.POST = self._with_read_only_values(request, version.instance)
            reason = (
                f"{deletion} pendant que vous écriviez. Rien n’est écrit : enregistrez pour "
                "l’ajouter de nouveau."
            )
            return give_back(request, self._add_address(), french(reason))
        self.message_user(request, french(f"{deletion}."), WARNING)
        return redirect(f"admin:{opts.app_label}_{opts.model_name}_changelist")

    def _deletion_of(self, key):
        """Return the version of a row that was deleted, or None."""
        try:
            key = self.opts.pk.to_python(key)
            self.opts.pk.run_validators(key)
        except ValidationError:
            return None
        versions = self.model.history.filter(**{self.opts.pk.attname: key})
        last = versions.order_by("-history_id").select_related("operation").first()
        return last if last and last.history_type == DELETED else None

    def _with_read_only_values(self, request, row):
        """Return the posted data with what its form showed and an add form asks: the address."""
        data = PostedData(request.POST)
        names = {field.name for field in self.opts.concrete_fields if field.editable}
        for name in names & set(self.get_readonly_fields(request, row)):
            data.setdefault(name, str(getattr(row, name)))
        return data


def _deletion_in_words(version, reader):
    """Return who deleted a row and when: « Samir Benali a supprimé « X » à 9 h 40 »."""
    subject = f"{author(version.operation)} a"
    if version.operation.person_id == reader.pk:
        subject = "Vous avez"
    try:
        name = str(version.instance)
    except ObjectDoesNotExist:  # what it belonged to is gone too
        name = version.instance._meta.verbose_name
    return f"{subject} supprimé « {name} » {moment(version.operation)}"
