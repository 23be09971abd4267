"""The people of the chamber, the subjects of messages, and who receives which message."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from cress.base.fields import FrenchCharField
from cress.base.history.versions import Versioned
from cress.base.models import NaturalKeyModel, NaturalKeyQuerySet
from cress.base.ranks import Ranked
from cress.base.text.typography import french
from territories.models import Territory


class PersonQuerySet(NaturalKeyQuerySet):
    def in_charge(self, territory=None):
        """
        Keep those whose function or territories the staff have given, each once.

        On the page of a territory, those who follow other territories only are left out. Whoever
        follows the region follows its departments.
        """
        known = self.filter(~Q(role="") | Q(territories__isnull=False))
        if territory:
            known = known.filter(
                Q(territories=territory)
                | Q(territories__kind=Territory.Kind.REGION)
                | Q(territories=None)
            )
        return known.prefetch_related("territories").distinct()


class Person(Ranked, NaturalKeyModel):
    """A member of the chamber whom an elected official may call or write to."""

    natural_key_fields = ("email",)

    name = FrenchCharField("nom", max_length=100)
    role = FrenchCharField("fonction", max_length=150, blank=True)
    email = models.EmailField("adresse électronique", unique=True)
    telephone = models.CharField(
        "téléphone", max_length=20, blank=True, help_text="« 02 38 00 00 00 »"
    )
    territories = models.ManyToManyField(
        Territory,
        blank=True,
        related_name="people",
        limit_choices_to=~Q(kind=Territory.Kind.COUNTRY),
        verbose_name="territoires suivis",
        help_text="Les pages de ces territoires montrent cette personne ; la région vaut pour tous "
        "ses départements. Sans fonction ni territoire, elle n’est nommée que sur la page "
        "« Contact » et dans la plaquette.",
    )
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="contact_person",
        verbose_name="compte dans la gestion",
        help_text="Les messages destinés à cette personne lui sont attribués dès leur arrivée.",
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "personne à contacter"
        verbose_name_plural = "personnes à contacter"
        ordering = ["order", "name", "email"]

    def __str__(self):
        return self.name


class SubjectQuerySet(NaturalKeyQuerySet):
    def offered(self):
        """Keep the subjects that a visitor may choose."""
        return self.filter(is_offered=True)


class Subject(Ranked, NaturalKeyModel):
    """The subject of a message."""

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

    objects = SubjectQuerySet.as_manager()

    instead_of_deleting = french(
        "Pour retirer l’objet du formulaire sans toucher aux messages reçus, décochez plutôt "
        "« proposé »."
    )

    class Meta:
        verbose_name = "objet des messages"
        verbose_name_plural = "objets des messages"
        ordering = ["order", "name"]

    def __str__(self):
        return self.name


class RouteQuerySet(models.QuerySet):
    def fallback(self):
        """Keep the rule that applies where no other does."""
        return self.filter(territory=None, subject=None)

    def person_for(self, territory, subject):
        """
        Return the person in charge, or None without a rule.

        The most precise rule decides, a subject before a territory.
        """
        rules = (
            self.filter(Q(territory=territory) | Q(territory=None))
            .filter(Q(subject=subject) | Q(subject=None))
            .select_related("person__account")
            .order_by(F("subject").asc(nulls_last=True), F("territory").asc(nulls_last=True))
        )
        rule = rules.first()
        return rule and rule.person


class Route(Versioned):
    """The person who receives the messages about a territory, a subject or both."""

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
