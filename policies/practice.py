"""
How an authority acts on a lever: who acts, the steps of an action, the rules and the trap.

A rule that is common to all levers belongs to no lever. The page « Comment agir » shows it.
"""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from cress.base.fields import FrenchCharField, FrenchTextField, MarkdownField
from cress.base.history.versions import Versioned
from cress.base.models import Dated, NaturalKeyModel
from cress.base.ranks import Ranked

MARKDOWN_HELP = "Mise en forme : **gras**, listes avec des tirets, [lien](https://…)."


class Practice(models.Model):
    """The parts of a lever that tell a small commune how to start."""

    who_acts = MarkdownField(
        "qui agit",
        blank=True,
        help_text="Ce qui relève de la commune, ce qui relève de l’EPCI, ce qui reste toujours "
        f"possible. Trois phrases au plus. {MARKDOWN_HELP}",
    )
    next_month = MarkdownField(
        "sans argent, le mois prochain",
        blank=True,
        help_text="Ce que le maire d’un village peut faire sans dépense : deux ou trois gestes, "
        f"un par ligne. {MARKDOWN_HELP}",
    )
    trap = MarkdownField(
        "le piège",
        blank=True,
        help_text="L’erreur à éviter, et comment on l’évite. Deux ou trois phrases. "
        f"{MARKDOWN_HELP}",
    )
    nearby = MarkdownField(
        "dans la région",
        blank=True,
        help_text="Un exemple de la région qui n’a pas de fiche sur le site, avec sa source. Une "
        f"ou deux phrases. {MARKDOWN_HELP}",
    )

    class Meta:
        abstract = True


class InThreeSteps(models.Model):
    """An action in three steps, with its legal instrument. A step that is empty does not show."""

    instrument = FrenchCharField(
        "instrument",
        max_length=120,
        blank=True,
        help_text="L’outil juridique, en quelques mots : « marché réservé », « bail », "
        "« convention ».",
    )
    meeting = FrenchTextField(
        "1. qui rencontrer",
        blank=True,
        help_text="Qui appeler, et la question à poser. Une ou deux phrases, à l’impératif.",
    )
    decision = FrenchTextField(
        "2. ce qui se vote ou se signe",
        blank=True,
        help_text="La délibération, l’arrêté ou la convention, et ce qu’ils fixent.",
    )
    follow_up = FrenchTextField(
        "3. comment le suivre",
        blank=True,
        help_text="Ce que l’on compte, et à quel moment on en parle au conseil.",
    )

    class Meta:
        abstract = True

    @property
    def steps(self):
        """Return (title, text) for each step that is written."""
        steps = [
            ("Qui rencontrer", self.meeting),
            ("Ce qui se vote ou se signe", self.decision),
            ("Comment le suivre", self.follow_up),
        ]
        return [(title, text) for title, text in steps if text]


class LegalText(NaturalKeyModel):
    """A code, a law, a judgment or another text that rules refer to."""

    natural_key_fields = ("name",)

    name = FrenchCharField(
        "nom",
        max_length=200,
        unique=True,
        help_text="Le nom entier : « Code de la commande publique », « Loi n° 2014-856 du "
        "31 juillet 2014 relative à l’économie sociale et solidaire ».",
    )
    url = models.URLField("adresse", blank=True, help_text="La page du texte sur Légifrance.")

    class Meta:
        verbose_name = "texte de référence"
        verbose_name_plural = "textes de référence"
        ordering = ["name"]

    def __str__(self):
        return self.name


def not_in_the_future(day):
    if day > timezone.localdate():
        raise ValidationError("Cette date n’est pas encore passée.")


class RuleQuerySet(models.QuerySet):
    def published(self):
        """Keep the common rules, and those of published levers."""
        return self.filter(Q(lever=None) | Q(lever__is_published=True))

    def common(self):
        """Keep the rules that are common to all levers."""
        return self.filter(lever=None)

    def to_verify(self, today):
        """Keep the rules that were never verified, or not for a year."""
        return self.filter(Q(verified_on=None) | Q(verified_on__lt=today - timedelta(days=365)))


class Rule(Versioned, Ranked, Dated):
    """A rule of law in one sentence, with its reference and the month when it was verified."""

    ranked_within = ("lever", "topic")

    class Topic(models.TextChoices):
        WHO_ACTS = "who", "Qui peut agir"
        INSTRUMENTS = "instruments", "Avec quels instruments"
        THRESHOLDS = "thresholds", "À partir de quels seuils"
        AIDS = "aids", "Aider une entreprise ou une association"
        INTERESTS = "interests", "Éviter les conflits d’intérêts"
        LOCAL = "local", "« Local » n’est pas un critère"

    lever = models.ForeignKey(
        "policies.Lever",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name="levier",
        help_text="Vide : la règle vaut pour tous les leviers, et la page « Comment agir » la "
        "montre.",
    )
    topic = models.CharField(
        "rubrique de « Comment agir »",
        max_length=12,
        choices=Topic,
        blank=True,
        help_text="Seulement pour une règle sans levier.",
    )
    title = FrenchCharField(
        "intitulé",
        max_length=80,
        blank=True,
        help_text="Deux ou trois mots, montrés avant la phrase.",
    )
    text = FrenchTextField(
        "règle",
        help_text="Ce que dit le texte, en une phrase ou deux, avec vos mots et sans le recopier.",
    )
    legal_text = models.ForeignKey(
        LegalText,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name="texte de référence",
    )
    articles = FrenchCharField(
        "articles",
        max_length=120,
        blank=True,
        help_text="Les numéros seuls : « L. 2113-12 et R. 2113-7 ».",
    )
    verified_on = models.DateField(
        "vérifié le",
        null=True,
        blank=True,
        validators=[not_in_the_future],
        help_text="Le jour où quelqu’un a lu l’article en vigueur ; la page montre le mois et "
        "l’année. Vide : la page écrit « à vérifier ».",
    )
    is_duty = models.BooleanField(
        "obligation légale",
        default=False,
        help_text="Cochez si la collectivité doit le faire : la page le signale.",
    )

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = "règle"
        ordering = ["lever__order", "topic", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lever=None) & ~Q(topic="") | ~Q(lever=None) & Q(topic=""),
                name="rule_has_a_lever_or_a_topic",
                violation_error_message="Une règle a un levier, ou une rubrique de « Comment "
                "agir », et jamais les deux.",
            ),
            models.CheckConstraint(
                condition=Q(articles="") | ~Q(legal_text=None),
                name="rule_articles_are_of_a_text",
                violation_error_message="Dites de quel texte viennent ces articles.",
            ),
        ]

    def __str__(self):
        return self.title or self.text

    @property
    def anchor(self):
        """The id of the rule on the page that shows it."""
        return f"regle-{self.pk}"

    @property
    def heading(self):
        """Return what stands before the sentence: the title, and whether it is a duty."""
        if not self.is_duty:
            return self.title
        return f"{self.title} (obligation légale)" if self.title else "Obligation légale"

    @property
    def verification(self):
        """Return « vérifié en avril 2026 », or what is still to be verified."""
        if self.verified_on:
            return f"vérifié en {date_format(self.verified_on, 'F Y')}"
        return "à vérifier" if self.legal_text else "Référence à vérifier"


def by_topic(rules):
    """Return (topic, its rules) pairs in the order of the topics, without the empty ones."""
    topics = [(topic, [rule for rule in rules if rule.topic == topic]) for topic in Rule.Topic]
    return [(topic, members) for topic, members in topics if members]
