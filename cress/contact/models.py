"""People to reach, the messages of visitors, and the mail that they cause."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from cress.contact import working_days
from cress.editing.fields import FrenchCharField
from cress.editing.models import NaturalKeyModel, NaturalKeyQuerySet
from territories.models import Commune, Territory

# What cannot be taken for another sign when it is read over the telephone.
REFERENCE_SIGNS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
# In characters.
LONGEST_ABOUT = 1_000
LONGEST_TEXT = 10_000


class Person(NaturalKeyModel):
    """Someone of the chamber whom an elected official may call or write to."""

    natural_key_fields = ("email",)

    name = FrenchCharField("nom", max_length=100)
    role = FrenchCharField("fonction", max_length=150, blank=True)
    email = models.EmailField("adresse électronique", unique=True)
    telephone = models.CharField(
        "téléphone", max_length=20, blank=True, help_text="« 02 38 00 00 00 »"
    )
    order = models.PositiveSmallIntegerField("rang", default=0)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contact_person",
        verbose_name="compte dans la gestion",
        help_text="Les messages destinés à cette personne lui sont attribués dès leur arrivée.",
    )

    class Meta:
        verbose_name = "personne à contacter"
        verbose_name_plural = "personnes à contacter"
        ordering = ["order", "name", "email"]

    def __str__(self):
        return self.name


class SubjectQuerySet(NaturalKeyQuerySet):
    def offered(self):
        """Keep what a visitor may choose."""
        return self.filter(is_offered=True)


class Subject(NaturalKeyModel):
    """What a visitor may write about."""

    slug = models.SlugField(
        "repère",
        max_length=60,
        unique=True,
        help_text="Les pages du site s’en servent pour choisir l’objet d’avance.",
    )
    name = FrenchCharField("objet", max_length=120, unique=True)
    is_offered = models.BooleanField(
        "proposé",
        default=True,
        help_text="Décochez pour retirer cet objet du formulaire sans toucher aux messages reçus.",
    )
    order = models.PositiveSmallIntegerField("rang", default=0)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = "objet des messages"
        verbose_name_plural = "objets des messages"
        ordering = ["order", "name"]

    def __str__(self):
        return self.name


class RouteQuerySet(models.QuerySet):
    def fallback(self):
        """Keep the rule that holds where no other does."""
        return self.filter(territory=None, subject=None)

    def person_for(self, territory, subject):
        """
        Return who is in charge: the most precise rule decides, a subject before a territory.

        Without a rule it is the first person of the list, or None while no one is known.
        """
        rules = (
            self.filter(Q(territory=territory) | Q(territory=None))
            .filter(Q(subject=subject) | Q(subject=None))
            .select_related("person__account")
            .order_by(F("subject").asc(nulls_last=True), F("territory").asc(nulls_last=True))
        )
        rule = rules.first()
        return rule.person if rule else Person.objects.select_related("account").first()


class Route(models.Model):
    """Which person the messages about a territory, a subject or both go to."""

    territory = models.ForeignKey(
        Territory,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="territoire",
        help_text="Vide : quel que soit le territoire.",
    )
    subject = models.ForeignKey(
        Subject,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="routes",
        verbose_name="objet",
        help_text="Vide : quel que soit l’objet. Tout vide : la règle par défaut.",
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="routes", verbose_name="destinataire"
    )

    objects = RouteQuerySet.as_manager()

    class Meta:
        verbose_name = "règle de destination"
        verbose_name_plural = "règles de destination"
        ordering = [
            F("subject__order").asc(nulls_last=True),
            F("territory__code").asc(nulls_last=True),
            "pk",
        ]
        constraints = [
            models.UniqueConstraint(
                Coalesce("territory", Value(0)),
                Coalesce("subject", Value(0)),
                name="route_is_one_a_territory_and_subject",
                violation_error_message="Il y a déjà une règle pour ce territoire et cet objet.",
            ),
        ]

    def __str__(self):
        return f"{self.subject or 'Tout objet'}, {self.territory or 'tout territoire'}"


def new_reference():
    """Return a reference that no one guesses and that reads well aloud: « K7QF-2MXD »."""
    signs = "".join(secrets.choice(REFERENCE_SIGNS) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"


class MessageQuerySet(models.QuerySet):
    def whole(self):
        """Leave out the messages that have been joined to another one."""
        return self.filter(merged_into=None)

    def to_treat(self):
        """Keep what someone has still to answer: the desk's first list."""
        return self.whole().filter(state__in=Message.OPEN_STATES)

    def overdue(self, today=None):
        """Keep what has waited for an answer too long."""
        limit = working_days.overdue_before(today or timezone.localdate(), Message.ANSWERED_WITHIN)
        answers = Entry.objects.filter(message=OuterRef("pk"), kind=Entry.Kind.ANSWER)
        return self.to_treat().filter(~Exists(answers), received_at__lt=limit)

    def settled(self):
        """Keep what has been treated."""
        return self.whole().filter(state=Message.State.DONE)

    def suspect(self):
        """Keep what looks like spam: the desk's second list."""
        return self.whole().filter(state=Message.State.SUSPECT)

    def of_person(self, email):
        """Keep what one person has written, however the address was typed."""
        return self.filter(email__iexact=email.strip()) if email.strip() else self.none()

    def for_desk(self):
        """Fetch with each message what a line of the desk shows, and who has it on screen."""
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
    What a visitor wrote, and what has become of it.

    Personal data: it keeps no history, its name in the admin's log is its reference, and
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
    )  # the same words of the same person are one message
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
                r"^\+?[0-9][0-9 .()/\-]{4,}\Z", "Un numéro de téléphone, comme 02 38 00 00 00."
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
        """Where the staff read it."""
        return reverse("admin:contact_message_change", args=[self.pk])

    @property
    def title(self):
        """What it is about, for a heading."""
        return self.subject.name if self.subject else "Sans objet"

    @property
    def is_open(self):
        return self.state in self.OPEN_STATES

    @property
    def is_overdue(self):
        """Whether it has waited too long (of a message fetched for_desk): see overdue()."""
        return self.is_open and not self.answer_count and self.waiting_days >= self.ANSWERED_WITHIN

    @property
    def waiting_days(self):
        """For how many working days it has been there, today not counted."""
        return working_days.between(timezone.localdate(self.received_at), timezone.localdate())


class Entry(models.Model):
    """What the staff wrote about a message: a note among themselves, or an answer."""

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


class MailQuerySet(models.QuerySet):
    def waiting(self):
        """Keep what will still be tried."""
        return self.filter(sent_at=None, next_try_at__isnull=False)

    def sent(self):
        return self.filter(sent_at__isnull=False)

    def given_up(self):
        """Keep what only a person can send again."""
        return self.filter(sent_at=None, next_try_at=None)

    def due(self):
        """Keep what the sending loop may try at this moment."""
        return self.waiting().filter(next_try_at__lte=timezone.now())

    def take(self, pk, lease):
        """
        Return that mail, ours alone for as long as the lease, or None if someone else has it.

        One UPDATE decides between processes, and no lock is held while a server is slow.
        """
        now = timezone.now()
        free = self.waiting().filter(Q(taken_until=None) | Q(taken_until__lt=now), pk=pk)
        if not free.update(taken_until=now + lease, attempts=F("attempts") + 1):
            return None
        return self.select_related(
            "message__subject",
            "message__territory",
            "message__commune__department",
            "message__person",
            "entry__author",
        ).get(pk=pk)


class Mail(models.Model):
    """
    A mail that goes out after the message was stored: the outbox.

    It is written in the transaction that makes it necessary and sent by
    cress.contact.outbox; cress.contact.letters says what it holds.
    """

    class Kind(models.TextChoices):
        NOTIFICATION = "notification", "avis à la personne en charge"
        RECEIPT = "receipt", "accusé de réception"
        ANSWER = "answer", "réponse"
        ASSIGNMENT = "assignment", "attribution"
        REMINDER = "reminder", "relance"

    message = models.ForeignKey(
        Message, models.CASCADE, related_name="mails", verbose_name="message"
    )
    entry = models.ForeignKey(
        Entry, models.CASCADE, null=True, blank=True, related_name="mails", verbose_name="réponse"
    )
    kind = models.CharField("nature", max_length=12, choices=Kind.choices)
    recipient = models.EmailField("destinataire", blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    next_try_at = models.DateTimeField(
        "prochain essai", null=True, blank=True, default=timezone.now
    )  # None: sent, or given up
    taken_until = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField("parti le", null=True, blank=True)
    last_error = models.TextField("dernière erreur", blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="mail_waiting_by_next_try",
                condition=Q(sent_at__isnull=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(next_try_at__isnull=True),
                name="mail_sent_is_not_tried_again",
                violation_error_message="Un courriel parti n’attend plus.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} – {self.message.reference}"


class Reading(models.Model):
    """Someone of the staff has a message open on screen."""

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


class Allowance(models.Model):
    """
    How much one address or network has sent lately; see cress.contact.limits.

    The key is a keyed hash: no address is stored in clear.
    """

    key = models.CharField(max_length=64, unique=True)
    full_again_at = models.DateTimeField()

    class Meta:
        verbose_name = "débit d’une adresse"
        verbose_name_plural = "débits des adresses"
        ordering = ["pk"]

    def __str__(self):
        return self.key[:8]
