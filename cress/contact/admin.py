from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.messages import SUCCESS, WARNING
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST

from cress.accounts.models import User
from cress.base.admin import ContentAdmin
from cress.base.lists import TolerantList
from cress.base.ranked_admin import RankedAdmin
from cress.contact import outbox
from cress.contact.desk import actions, pages
from cress.contact.desk.lists import MailFolderFilter, MessageFolderFilter
from cress.contact.fields import TelephoneField
from cress.contact.models import Mail, Message, Person, Route, Subject


def _moment(when):
    return date_format(timezone.localtime(when), "j F à H:i")


@admin.register(Person)
class PersonAdmin(RankedAdmin):
    personal_fields = ["email", "telephone"]
    list_display = ["name", "position", "role", "email", "telephone"]
    search_fields = ["name", "email"]
    search_help_text = "Nom ou adresse électronique"
    fieldsets = [
        (None, {"fields": ["name", "role", "territories", "email", "telephone"]}),
        ("Messages", {"fields": ["account"]}),
    ]

    def formfield_for_dbfield(self, db_field, request, **options):
        if db_field.name == "telephone":
            options["form_class"] = TelephoneField
        return super().formfield_for_dbfield(db_field, request, **options)

    def formfield_for_foreignkey(self, db_field, request, **options):
        if db_field.name == "account":
            # A closed account stays with its person: it may be opened again.
            known = Q(pk__in=actions.staff()) | Q(contact_person__isnull=False)
            options["queryset"] = User.objects.filter(known).order_by("last_name", "username")
        return super().formfield_for_foreignkey(db_field, request, **options)


@admin.register(Subject)
class SubjectAdmin(RankedAdmin):
    list_display = ["name", "position", "is_offered"]
    search_fields = ["name"]
    search_help_text = "Objet"
    prepopulated_fields = {"slug": ["name"]}
    fieldsets = [(None, {"fields": ["name", "slug", "is_offered"]})]


@admin.register(Route)
class RouteAdmin(ContentAdmin):
    list_display = ["__str__", "person"]
    list_select_related = ["territory", "subject", "person"]
    fieldsets = [
        (
            None,
            {
                "fields": ["subject", "territory", "person"],
                "description": "La règle la plus précise l’emporte : un objet et un territoire, "
                "puis un objet, puis un territoire, puis la règle où tout est vide.",
            },
        )
    ]


class DeskAdmin(TolerantList):
    """Rows that the site makes: nobody adds or deletes one by hand."""

    is_written_by_hand = False
    show_facets = admin.ShowFacets.NEVER  # the first filter shows its own counts

    class Media:
        css = {"all": ["css/desk.css"]}

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Message)
class MessageAdmin(DeskAdmin):
    """
    The desk. Messages come from the form only, and only the rights of their author erase them.

    The page of a message does not use Django's form, which saves all fields at once and would undo
    the change that a colleague has just made.
    """

    list_display = ["heading", "sender", "age", "follow_up"]
    list_filter = [
        MessageFolderFilter,
        ("subject", admin.RelatedOnlyFieldListFilter),
        ("territory", admin.RelatedOnlyFieldListFilter),
        ("assigned_to", admin.RelatedOnlyFieldListFilter),
        "profile",
        "received_at",
    ]
    search_fields = ["reference", "name", "email", "organisation", "typed_commune"] + [
        "about",
        "text",
    ]
    search_help_text = "Référence, nom, adresse, organisation ou mots du message"
    actions = ["take", "close", "put_aside", "merge"]
    list_per_page = 50

    @admin.display(description="message", ordering="subject__name")
    def heading(self, message):
        return format_html("{}<br><small>{}</small>", message.title, message.reference)

    @admin.display(description="de", ordering="name")
    def sender(self, message):
        place = message.territory.name if message.territory else ""
        return format_html("{}<br><small>{}</small>", message.name or "–", place)

    @admin.display(description="attend depuis", ordering="received_at")
    def age(self, message):
        if not message.is_open:
            return f"reçu le {date_format(timezone.localtime(message.received_at), 'd/m/Y')}"
        days = message.waiting_days
        text = f"{days} jour{'s' * (days > 1)} ouvré{'s' * (days > 1)}" if days else "aujourd’hui"
        if message.is_overdue:
            return format_html('{}<br><strong class="overdue">à relancer</strong>', text)
        return text

    @admin.display(description="suivi", ordering="state")
    def follow_up(self, message):
        lines = [message.get_state_display()]
        if message.assigned_to:
            lines.append(actions.name_of(message.assigned_to))
        if readers := [actions.name_of(reading.user) for reading in message.current_readings]:
            lines.append(f"à l’écran de {', '.join(readers)}")
        return format_html_join("", "<div>{}</div>", ([line] for line in lines))

    def get_queryset(self, request):
        return super().get_queryset(request).for_desk()

    def get_ordering(self, request):
        """Put the oldest first where messages wait for an answer, the newest first elsewhere."""
        folder = MessageFolderFilter.opened(request.GET.get(MessageFolderFilter.parameter_name))
        oldest_first = folder in MessageFolderFilter.oldest_first
        return ["received_at", "pk"] if oldest_first else ["-received_at", "-pk"]

    def has_personal_data_permission(self, request):
        return request.user.has_perm("contact.manage_personal_data")

    def get_urls(self):
        def page(address, view, name, may_open):
            return path(address, self._page(view, may_open), name=f"contact_message_{name}")

        return [
            page("exporter/", pages.export_list, "export", self.has_view_permission),
            page("statistiques/", pages.statistics_page, "statistics", self.has_view_permission),
            page(
                "donnees-personnelles/",
                pages.personal_data_page,
                "personal_data",
                self.has_personal_data_permission,
            ),
            path(
                "<int:pk>/presence/",
                self.admin_site.admin_view(require_POST(self.presence)),
                name="contact_message_presence",
            ),
            *super().get_urls(),
        ]

    def _page(self, view, may_open):
        """Return the view of a page of the desk, which only those with the right may open."""

        def opened(request):
            if not may_open(request):
                raise PermissionDenied
            return view(self, request)

        return self.admin_site.admin_view(opened)

    def presence(self, request, pk):
        message = get_object_or_404(Message, pk=pk)
        if not self.has_view_permission(request, message):
            raise PermissionDenied
        return pages.presence(self, request, message)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        message = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, message):
            raise PermissionDenied
        if message is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return pages.message_page(self, request, message)

    def changelist_view(self, request, extra_context=None):
        extra = {
            "title": "Messages des visiteurs",
            "may_manage_personal_data": self.has_personal_data_permission(request),
        }
        return super().changelist_view(request, extra | (extra_context or {}))

    # Actions on several messages

    @admin.action(description="M’attribuer les messages", permissions=["change"])
    def take(self, request, messages):
        self._do_with_each(
            request,
            messages,
            lambda message: actions.assign(message, request.user, request.user),
            f"Attribué à {actions.name_of(request.user)}.",
        )

    @admin.action(description="Marquer « traité »", permissions=["change"])
    def close(self, request, messages):
        self._do_with_each(
            request,
            messages,
            lambda message: actions.set_state(message, Message.State.DONE),
            "Marqué « traité ».",
        )

    @admin.action(description="Ranger dans les indésirables", permissions=["change"])
    def put_aside(self, request, messages):
        self._do_with_each(
            request,
            messages,
            lambda message: actions.set_state(message, Message.State.SUSPECT),
            "Rangé dans les indésirables.",
        )

    def _do_with_each(self, request, messages, do, sentence):
        for message in messages:
            try:
                do(message)
            except actions.ActionRefusedError as refused:
                self.message_user(request, str(refused), WARNING)
                return
            self.log_change(request, message, sentence)
        self.message_user(request, f"{sentence} Messages : {len(messages)}.", SUCCESS)

    @admin.action(description="Réunir les messages en un seul", permissions=["change"])
    def merge(self, request, messages):
        # The list leaves out a message that a colleague has just merged: look for it by its key.
        keys = {message.pk for message in messages}
        keys |= set(map(int, request.POST.getlist("_selected_action")))
        chosen = Message.objects.for_desk().filter(pk__in=keys).order_by("received_at", "pk")
        if refusal := actions.why_not_merged(chosen):
            self.message_user(request, refusal, WARNING)
            return None
        if "sure" not in request.POST:
            return pages.render(self, request, "merge", "Réunir des messages", chosen=chosen)
        try:
            oldest = actions.merge(keys)
        except actions.ActionRefusedError as refused:
            self.message_user(request, str(refused), WARNING)
            return None
        sentence = f"Messages réunis : {len(chosen)}."
        self.log_change(request, oldest, sentence)
        self.message_user(request, f"{sentence} Répondez à {oldest.reference}.", SUCCESS)
        return redirect(oldest)


@admin.register(Mail)
class MailAdmin(DeskAdmin):
    """The outbox: the mails that were sent, those that wait, and why. Read-only."""

    list_display = ["heading", "recipient", "progress", "last_error"]
    list_select_related = ["message"]
    list_filter = [MailFolderFilter, "kind", "created_at"]
    search_fields = ["recipient", "message__reference"]
    search_help_text = "Destinataire ou référence du message"
    fields = ["kind", "message", "recipient", "created_at", "sent_at"] + [
        "attempts",
        "next_try_at",
        "last_error",
    ]
    actions = ["send_again"]

    @admin.display(description="courriel", ordering="kind")
    def heading(self, mail):
        kind = mail.get_kind_display()
        return format_html("{}<br><small>{}</small>", kind, mail.message.reference)

    @admin.display(description="départ", ordering="-created_at")
    def progress(self, mail):
        if mail.sent_at:
            return f"parti le {_moment(mail.sent_at)}"
        if not mail.recipient:
            return "effacé avec le message"
        if not mail.next_try_at:
            return f"abandonné, essais : {mail.attempts}"
        if not mail.attempts:
            return "en attente"
        return f"en attente, essai {mail.attempts + 1} le {_moment(mail.next_try_at)}"

    def has_change_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "Courriels"} | (extra_context or {}))

    def has_resend_permission(self, request):
        return request.user.has_perm("contact.change_mail")

    @admin.action(description="Renvoyer sans attendre", permissions=["resend"])
    def send_again(self, request, mails):
        number = outbox.send_again(mails)
        self.message_user(
            request,
            f"Courriels à renvoyer dans un instant : {number}. "
            "Ceux qui sont déjà partis ne repartent pas.",
            SUCCESS,
        )
