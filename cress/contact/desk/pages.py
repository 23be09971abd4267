"""Pages of the desk in the admin, beside the list that Django draws."""

from django.contrib import messages
from django.contrib.admin.views.main import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from cress.contact import privacy
from cress.contact.desk import export, statistics, work
from cress.contact.desk.forms import FORMS, PersonForm, mail_program_address
from cress.contact.models import Message

LIST = "admin:contact_message_changelist"


def render(model_admin, request, template, title, **context):
    context |= {
        **model_admin.admin_site.each_context(request),
        "opts": Message._meta,
        "title": title,
    }
    return TemplateResponse(request, f"admin/contact/message/{template}.html", context)


def message_page(model_admin, request, message):
    """Show a message and all that was done with it; do what is asked, one thing at a time."""
    forms = {
        name: form(message=message, name=name) for name, form in FORMS.items() if name != "split"
    }
    if request.method == "POST":
        if not model_admin.has_change_permission(request, message):
            raise PermissionDenied
        form = _sent_form(request, message)
        if form.is_valid() and _carried_out(model_admin, request, form):
            return redirect(message)
        forms[form.name] = form
    context = {
        "message": message,
        "holder": work.name_of(message.assigned_to) if message.assigned_to else "",
        "forms": forms,
        "entries": message.entries.all(),
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
    }
    return render(model_admin, request, "change_form", str(message), **context)


def _sent_form(request, message):
    """Return the form that was sent; a joined message's own words can be taken out again."""
    name = request.POST.get("do", "")
    if name not in FORMS:
        raise PermissionDenied
    if name == "split":
        joined = request.POST.get("message", "")
        message = message.merged.filter(reference=joined.replace("\0", "")).first()
        if message is None:
            raise PermissionDenied
    return FORMS[name](request.POST, message=message, name=name)


def _carried_out(model_admin, request, form):
    try:
        said = form.carry_out(request.user)
    except work.RefusedError as refusal:
        form.see_it_as_it_is_now()
        form.add_error("text", str(refusal))
        return False
    model_admin.log_change(request, form.message, said)
    messages.success(request, said)
    return True


def presence(model_admin, request, message):
    """Note that the reader has the message on screen, and tell who else has."""
    return JsonResponse({"readers": work.read_now(message, request.user)})


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
    """Send the messages that the list shows, as its filters stand."""
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
    """Show what is known of a person; export it; erase it."""
    form = PersonForm(request.POST or None)
    known = None
    if form.is_valid():
        email, do = form.cleaned_data["email"], request.POST.get("do")
        known = privacy.known_of(email)
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


def _record(model_admin, request, concerned, said):
    for message in concerned:
        model_admin.log_change(request, message, said)


def _download(known, email):
    return JsonResponse(
        known,
        json_dumps_params={"ensure_ascii": False, "indent": 2},
        headers={
            "Content-Disposition": f'attachment; filename="donnees-{slugify(email)}.json"',
        },
    )
