"""The messages of visitors, and the notes and answers of the staff."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from cress.contact import working_days
from cress.contact.models.people import Person, Subject
from territories.models import Commune, Territory

# No sign is taken for another one when it is read over the telephone.
REFERENCE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
# In characters.
LONGEST_ABOUT = 1_000
LONGEST_TEXT = 10_000


def new_reference():
    """Return a reference that nobody can guess and that is easy to read aloud: « K7QF-2MXD »."""
    signs = "".join(secrets.choice(REFERENCE_SIGNS) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"


class MessageQuerySet(models.QuerySet):
    def whole(self):
        """Leave out the messages that are merged into another one."""
        return self.filter(merged_into=None)

    def to_treat(self):
        """Keep the messages that still need an answer: the desk's first list."""
        return self.whole().filter(state__in=Message.OPEN_STATES)

    def overdue(self, today=None):
        """Keep the messages that have waited for an answer for ANSWERED_WITHIN working days."""
        limit = working_days.overdue_before(today or timezone.localdate(), Message.ANSWERED_WITHIN)
        answers = Entry.objects.filter(message=OuterRef("pk"), kind=Entry.Kind.ANSWER)
        return self.to_treat().filter(~Exists(answers), received_at__lt=limit)

    def settled(self):
        """Keep the messages that are done."""
        return self.whole().filter(state=Message.State.DONE)

    def suspect(self):
        """Keep the messages that look like spam: the desk's second list."""
        return self.whole().filter(state=Message.State.SUSPECT)

    def of_person(self, email):
        """Keep the messages of one address, in capitals or not."""
        return self.filter(email__iexact=email.strip()) if email.strip() else self.none()

    def group_of(self, message):
        """Keep a message, the one it is merged into, and all that are merged into either."""
        head = message.merged_into_id or message.pk
        return self.filter(Q(pk__in=[message.pk, head]) | Q(merged_into=head))

    def for_desk(self):
        """Fetch with each message what a row of the desk shows, and who has it on screen."""
        recently = timezone.now() - Reading.LASTS
        return (
            self.select_related(
                "subject", "territory", "commune__department", "assigned_to", "person"
            )
            .annotate(answer_count=Count("entries", filter=Q(entries__kind=Entry.Kind.ANSWER)))
            .prefetch_related(
                models.Prefetch(
                    "readings",
                    Reading.objects.filter(seen_at__gte=recently).select_related("user"),
                    to_attr="current_readings",
                )
            )
        )


class Message(models.Model):
    """
    The message of a visitor, and its state at the desk.

    Personal data: it has no history, the admin's log names it by its reference, and
    cress.contact.privacy empties it twelve months after its last activity.
    """

    class State(models.TextChoices):
        NEW = "new", "nouveau"
        OPEN = "open", "en cours"
        DONE = "done", "traité"
        SUSPECT = "suspect", "indésirable"

    class Profile(models.TextChoices):
        ELECTED = "elected", "Élu ou élue"
        AGENT = "agent", "Agent ou agente d’une collectivité"
        ENTERPRISE = "enterprise", "Entreprise de l’ESS"
        FOUNDER = "founder", "Porteur ou porteuse de projet"
        OTHER = "other", "Autre"

    OPEN_STATES = [State.NEW, State.OPEN]
    ANSWERED_WITHIN = 5  # working days

    reference = models.CharField("référence", max_length=9, unique=True, default=new_reference)
    fingerprint = models.CharField(
        max_length=64, unique=True, editable=False, default=secrets.token_hex
    )  # one message for the same words of the same person: see cress.contact.intake
    received_at = models.DateTimeField("reçu le", default=timezone.now)
    last_activity_at = models.DateTimeField("dernière activité", default=timezone.now)
    state = models.CharField("état", max_length=7, choices=State.choices, default=State.NEW)

    name = models.CharField("nom", max_length=100, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    telephone = models.CharField(
        "téléphone",
        max_length=30,
        blank=True,
        validators=[
            RegexValidator(
                r"^[+(]?[0-9][0-9 .()/\-]{4,}\Z", "Un numéro de téléphone, comme 02 38 00 00 00."
            )
        ],
    )
    profile = models.CharField("vous êtes", max_length=10, choices=Profile.choices)
    organisation = models.CharField("organisation", max_length=150, blank=True)
    territory = models.ForeignKey(
        Territory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="territoire",
    )
    commune = models.ForeignKey(
        Commune,
        models.SET_NULL,  # a newer vintage may do without it
        null=True,
        blank=True,
        related_name="+",
        verbose_name="commune",
    )
    typed_commune = models.CharField(
        "commune non reconnue",
        max_length=100,
        blank=True,
        help_text="Telle que la personne l’a écrite, quand le site ne la trouve pas.",
    )
    subject = models.ForeignKey(
        Subject,
        models.PROTECT,
        null=True,  # while no subject is offered
        blank=True,
        related_name="messages",
        verbose_name="objet",
    )
    about = models.CharField("à propos de", max_length=LONGEST_ABOUT, blank=True)
    text = models.TextField("message", blank=True, validators=[MaxLengthValidator(LONGEST_TEXT)])

    suspicions = models.TextField(
        "raisons du doute", blank=True, help_text="Pourquoi le message est rangé à part."
    )
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name="destinataire",
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="assigned_messages",
        verbose_name="attribué à",
    )
    merged_into = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name="joint au message",
    )
    reminded_at = models.DateTimeField("relancé le", null=True, blank=True)
    anonymised_at = models.DateTimeField("anonymisé le", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        ordering = ["-received_at", "-pk"]
        permissions = [
            ("manage_personal_data", "Exporter et effacer les données d’une personne"),
        ]
        indexes = [
            models.Index(fields=["state", "-received_at"], name="message_by_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["new", "open", "done", "suspect"]),
                name="message_state_is_known",
                violation_error_message="Choisissez un état de la liste.",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at__isnull=True)
                | Q(
                    name="",
                    email="",
                    telephone="",
                    organisation="",
                    commune=None,
                    typed_commune="",
                    about="",
                    text="",
                ),
                name="message_anonymised_names_no_one",
                violation_error_message="Un message anonymisé ne dit plus rien de personne.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="message_is_not_merged_into_itself",
                violation_error_message="Un message ne se joint pas à lui-même.",
            ),
        ]

    def __str__(self):
        return f"Message {self.reference}"

    def get_absolute_url(self):
        """Return the address of its page at the desk."""
        return reverse("admin:contact_message_change", args=[self.pk])

    @property
    def title(self):
        """Its subject, for a heading."""
        return self.subject.name if self.subject else "Sans objet"

    @property
    def commune_name(self):
        """The commune, or what the visitor wrote where no commune was found."""
        return self.commune.label if self.commune else self.typed_commune

    @property
    def is_open(self):
        return self.state in self.OPEN_STATES

    @property
    def is_overdue(self):
        """Whether overdue() keeps it. The message must be fetched with for_desk()."""
        return self.is_open and not self.answer_count and self.waiting_days >= self.ANSWERED_WITHIN

    @property
    def waiting_days(self):
        """The number of working days since it was received, today not counted."""
        return working_days.between(timezone.localdate(self.received_at), timezone.localdate())


class Entry(models.Model):
    """What the staff wrote about a message: a note for the staff, or an answer."""

    class Kind(models.TextChoices):
        NOTE = "note", "note interne"
        ANSWER = "answer", "réponse"

    message = models.ForeignKey(
        Message, models.CASCADE, related_name="entries", verbose_name="message"
    )
    kind = models.CharField("nature", max_length=6, choices=Kind.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="auteur",
    )
    author_name = models.CharField(
        "nom de l’auteur", max_length=150, help_text="Gardé quand le compte est supprimé."
    )
    text = models.TextField("texte", blank=True)
    created_at = models.DateTimeField("écrit le", default=timezone.now)

    class Meta:
        verbose_name = "note ou réponse"
        verbose_name_plural = "notes et réponses"
        ordering = ["created_at", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.message.reference}"


class Reading(models.Model):
    """A member of the staff has a message open on screen."""

    LASTS = timedelta(seconds=60)

    message = models.ForeignKey(Message, models.CASCADE, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = "lecture en cours"
        verbose_name_plural = "lectures en cours"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "user"],
                name="reading_is_one_a_message_and_user",
                violation_error_message="Cette personne lit déjà ce message.",
            ),
        ]

    def __str__(self):
        return f"{self.user} – {self.message.reference}"
