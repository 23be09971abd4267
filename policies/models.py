"""Policy levers of elected officials, arguments for them, and the terms of the field."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from cress.base.fields import FrenchCharField, FrenchTextField, MarkdownField
from cress.base.history.versions import Versioned
from cress.base.models import NaturalKeyModel, NaturalKeyQuerySet, Publishable
from cress.base.ranks import Ranked
from policies.competences.models import Competence, DeclaredCompetence
from policies.deliberation import DeliberationBlock
from policies.practice import (
    MARKDOWN_HELP,
    InThreeSteps,
    LegalText,
    Practice,
    Rule,
)
from policies.synonyms import Synonym

__all__ = [
    "MARKDOWN_HELP",
    "Action",
    "Argument",
    "Competence",
    "DeclaredCompetence",
    "DeliberationBlock",
    "LegalText",
    "Lever",
    "Resource",
    "Rule",
    "Synonym",
    "Term",
    "by_theme",
]


class TermQuerySet(NaturalKeyQuerySet):
    def explained_in_texts(self):
        return self.filter(is_explained_in_texts=True)

    def with_lever(self, lever):
        """Annotate each term with whether staff have tied it to a lever: `is_of_lever`."""
        tied = Lever.terms.through.objects.filter(lever=lever, term=models.OuterRef("pk"))
        return self.annotate(is_of_lever=models.Exists(tied))


class Term(NaturalKeyModel):
    """A term of the field with a short definition."""

    slug = models.SlugField("repère", max_length=80, unique=True)
    name = FrenchCharField("terme", max_length=120, unique=True)
    definition = FrenchTextField("définition", help_text="Une phrase, deux au plus.")
    is_explained_in_texts = models.BooleanField(
        "expliqué dans les textes",
        default=True,
        help_text="Là où un texte dit ce mot pour la première fois, un clic montre sa définition. "
        "Décochez pour un mot que tout le monde emploie.",
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = "mot du glossaire"
        verbose_name_plural = "mots du glossaire"
        ordering = ["slug"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return f"{reverse('policies:glossary')}#{self.slug}"


class Lever(Ranked, Practice, Publishable):
    """A policy domain in which a commune or an EPCI can support the ESS."""

    class Theme(models.TextChoices):
        ECONOMY = "economy", "Économie et emploi"
        ENVIRONMENT = "environment", "Environnement et mobilités"
        SOLIDARITY = "solidarity", "Solidarités et santé"
        CULTURE = "culture", "Culture, éducation et numérique"
        HOUSING = "housing", "Ville et logement"

    class Origin(models.TextChoices):
        PRINT = "print", "plaquette imprimée"
        EDITORIAL = "editorial", "ajout de la rédaction"

    title = FrenchCharField("titre", max_length=120, unique=True)
    theme = models.CharField("thème", max_length=12, choices=Theme.choices)
    summary = FrenchTextField(
        "résumé", help_text="Une ou deux phrases, montrées dans les listes et en tête de la page."
    )
    text = MarkdownField("texte", blank=True, help_text=MARKDOWN_HELP)
    origin = models.CharField(
        "provenance", max_length=10, choices=Origin.choices, default=Origin.PRINT
    )
    credit = FrenchCharField(
        "crédit", max_length=250, blank=True, help_text="D’où vient ce levier, en une phrase."
    )
    terms = models.ManyToManyField(
        Term, blank=True, related_name="levers", verbose_name="mots expliqués"
    )

    listed_at = ("policies:lever_list", "Tous les leviers")

    class Meta:
        verbose_name = "levier"
        ordering = ["order", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin="print") | ~Q(credit=""),
                name="lever_addition_is_credited",
                violation_error_message="Dites d’où vient un levier que la plaquette n’a pas.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("policies:lever_detail", args=[self.slug])

    @property
    def is_addition(self):
        return self.origin == self.Origin.EDITORIAL


def by_theme(levers):
    """Return (theme, its levers) pairs in the order of the themes, without the empty ones."""
    themes = [(theme, [lever for lever in levers if lever.theme == theme]) for theme in Lever.Theme]
    return [(theme, members) for theme, members in themes if members]


class Action(Versioned, Ranked, InThreeSteps):
    """A measure that an authority can take with a lever."""

    ranked_within = ("lever",)

    lever = models.ForeignKey(Lever, models.CASCADE, related_name="actions", verbose_name="levier")
    text = FrenchTextField("action", help_text="Une phrase, à l’infinitif ou nominale.")

    class Meta:
        verbose_name = "action"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lever", "text"],
                name="action_is_unique_in_lever",
                violation_error_message="Ce levier a déjà cette action.",
            ),
        ]

    def __str__(self):
        return self.text

    @property
    def anchor(self):
        """The id of the action on the page of its lever."""
        return f"action-{self.pk}"

    @property
    def address(self):
        return f"{self.lever.get_absolute_url()}#{self.anchor}"


class ArgumentQuerySet(NaturalKeyQuerySet):
    def by_kind(self):
        """Return {kind: its arguments}, with an empty list for a kind without any."""
        kinds = {kind: [] for kind in Argument.Kind.values}
        for argument in self:
            kinds[argument.kind].append(argument)
        return kinds


class Argument(Ranked, NaturalKeyModel):
    """A reason or a way to act, from the brochure."""

    class Kind(models.TextChoices):
        STRENGTH = "strength", "atout"
        REASON = "reason", "raison d’agir"
        REFERENT = "referent", "élu référent"
        KEYWORD = "keyword", "mot clé"
        STEP = "step", "premier pas"

    natural_key_fields = ("kind", "title")
    ranked_within = ("kind",)

    kind = models.CharField("nature", max_length=10, choices=Kind.choices)
    title = FrenchCharField("titre", max_length=150)
    text = MarkdownField("texte", blank=True, help_text=MARKDOWN_HELP)

    objects = ArgumentQuerySet.as_manager()

    class Meta:
        verbose_name = "argument"
        ordering = ["kind", "order", "title"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "title"],
                name="argument_is_unique_in_kind",
                violation_error_message="Cet argument existe déjà.",
            ),
            models.CheckConstraint(
                condition=Q(kind="keyword") | ~Q(text=""),
                name="argument_is_explained",
                violation_error_message="Seul un mot clé se passe de texte.",
            ),
        ]

    def __str__(self):
        return self.title


class Resource(Ranked, NaturalKeyModel):
    """A document or a site that helps an authority."""

    slug = models.SlugField("repère", max_length=80, unique=True)
    title = FrenchCharField("titre", max_length=150, unique=True)
    publisher = FrenchCharField("éditeur", max_length=150)
    description = FrenchTextField("description", blank=True, help_text="Une phrase.")
    url = models.URLField("adresse")
    levers = models.ManyToManyField(
        Lever,
        blank=True,
        related_name="resources",
        verbose_name="leviers",
        help_text="Vide : la ressource se lit à la page « Comment agir ».",
    )
    is_in_brochure = models.BooleanField(
        "citée dans la plaquette",
        default=False,
        help_text="La plaquette n’a de place que pour les ressources les plus générales.",
    )

    class Meta:
        verbose_name = "ressource"
        ordering = ["order", "title", "slug"]

    def __str__(self):
        return self.title
