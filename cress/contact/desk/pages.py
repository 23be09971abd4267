"""The pages of the desk in the admin, beside the list that Django makes."""

import logging

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db import Error
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from cress.base.unsaved.admin import asked_for, forget_saved, notices
from cress.base.unsaved.seals import new_seal, own_seal_of
from cress.contact import privacy
from cress.contact.desk import actions, export, statistics
from cress.contact.desk.forms import FORMS, PersonForm, SplitForm, mail_program_address
from cress.contact.models import Message

logger = logging.getLogger(__name__)

LIST = "admin:contact_message_changelist"
NOT_STORED = (
    "Le site n’a pas pu enregistrer votre texte. Il est toujours là : attendez une demi-minute, "
    "puis envoyez-le de nouveau."
)


def render(model_admin, request, template, title, **context):
    context |= {
        **model_admin.admin_site.each_context(request),
        "opts": Message._meta,
        "title": title,
    }
    return TemplateResponse(request, f"admin/contact/message/{template}.html", context)


def message_page(model_admin, request, message):
    """Show a message and its follow-up. A POST performs one action."""
    forms = {name: form(message=message, name=name) for name, form in FORMS.items()}
    if request.method == "POST":
        if not model_admin.has_change_permission(request, message):
            raise PermissionDenied
        form = _sent_form(request, message)
        if form.is_valid() and _perform(model_admin, request, form):
            forget_saved(request)
            return redirect(message)
        forms[form.name] = form
    unsaved = _give_back(request, message, forms)
    for form in forms.values():
        is_sent = form.is_bound and (unsaved or own_seal_of(request))
        form.seal = new_seal(request, is_sent.key if is_sent else "")
    context = {
        "message": message,
        "holder": actions.name_of(message.assigned_to) if message.assigned_to else "",
        "forms": forms,
        "entries": actions.entries_of(message),
        "joined": message.merged.select_related("territory", "commune__department").order_by(
            "received_at", "pk"
        ),
        "mails": message.mails.order_by("created_at", "pk"),
        "others": Message.objects.whole()
        .of_person(message.email)
        .exclude(pk=message.pk)
        .select_related("subject")[:10],
        "mail_program_address": mail_program_address(message) if message.email else "",
        "may_change": model_admin.has_change_permission(request, message),
        **notices(request, unsaved),
    }
    return render(model_admin, request, "change_form", str(message), **context)


def _give_back(request, message, forms):
    """Fill the form whose text comes back (see cress.base.unsaved); return the UnsavedForm."""
    unsaved = asked_for(request)
    name = unsaved.data.get("do") if unsaved else None
    if name not in forms:
        return None
    forms[name] = FORMS[name](unsaved.data, message=message, name=name)
    return unsaved


def _sent_form(request, message):
    """Return the form that was sent, bound. Raise PermissionDenied for an unknown action."""
    name = request.POST.get("do", "")
    if name == "split":
        reference = request.POST.get("message", "").replace("\0", "")
        merged = message.merged.filter(reference=reference).first()
        if merged is None:
            raise PermissionDenied
        return SplitForm(request.POST, message=merged, name=name, head=message)
    if name not in FORMS:
        raise PermissionDenied
    return FORMS[name](request.POST, message=message, name=name)


def _perform(model_admin, request, form):
    """Perform the action; return False if the page must be shown again with the text in it."""
    try:
        sentence = form.perform(request.user)
    except actions.ActionRefusedError as refusal:
        if not form.has_text:
            messages.warning(request, str(refusal))
            return True
        form.refresh()
        form.add_error("text", str(refusal))
        return False
    except Error as error:
        if not form.has_text:
            raise
        logger.error("A note or an answer is not stored: %s", f"{error}".partition("\n")[0])
        form.add_error("text", NOT_STORED)
        return False
    model_admin.log_change(request, form.message, sentence)
    messages.success(request, sentence)
    return True


def presence(model_admin, request, message):
    """Record that the reader has the message on screen, and return the names of the others."""
    return JsonResponse({"readers": actions.record_reading(message, request.user)})


def statistics_page(model_admin, request):
    return render(
        model_admin,
        request,
        "statistics",
        "Statistiques des messages",
        first_month=statistics.first_month(),
        months=statistics.by_month(),
        tables=[
            ("Objet", "Sans objet", statistics.by_field("subject")),
            ("Territoire", "Non précisé", statistics.by_field("territory")),
        ],
    )


def export_list(model_admin, request):
    """Return a CSV file of the messages that the list shows with its filters."""
    try:
        rows = model_admin.get_changelist_instance(request).get_queryset(request)
    except IncorrectLookupParameters:
        return redirect(LIST)
    name = f"messages-{timezone.localdate():%Y-%m-%d}.csv"
    return HttpResponse(
        export.message_table(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def personal_data_page(model_admin, request):
    """Show what is stored about a person; export it; erase it."""
    form = PersonForm(request.POST or None)
    known = None
    if form.is_valid():
        email, do = form.cleaned_data["email"], request.POST.get("do")
        known = privacy.personal_data_of(email)
        concerned = Message.objects.of_person(email)
        if do == "export":
            _record(model_admin, request, concerned, "Données exportées pour la personne.")
            return _download(known, email)
        if do == "erase" and not form.cleaned_data["sure"]:
            form.add_error("sure", "Cochez cette case pour effacer.")
        elif do == "erase":
            erased = list(concerned)
            privacy.anonymise(concerned)
            _record(model_admin, request, erased, "Données effacées pour la personne.")
            messages.success(request, f"Messages effacés : {len(erased)}.")
            return redirect(reverse("admin:contact_message_personal_data"))
    return render(
        model_admin, request, "personal_data", "Données d’une personne", form=form, known=known
    )


def _record(model_admin, request, concerned, sentence):
    for message in concerned:
        model_admin.log_change(request, message, sentence)


def _download(known, email):
    return JsonResponse(
        known,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={
            "Content-Disposition": f'attachment; filename="donnees-{slugify(email)}.json"',
        },
    )
