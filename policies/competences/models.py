"""The competences behind each lever, by law, and those that each EPCI declares in Banatic."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from cress.base.fields import FrenchCharField, FrenchTextField
from cress.base.history.versions import Versioned
from cress.base.models import Dated
from cress.base.ranks import Ranked
from territories.models import Intercommunality

_CODES = r"^[0-9]{4}( [0-9]{4})*\Z"
CODES_MESSAGE = "Un code de Banatic a quatre chiffres ; séparez plusieurs codes par une espace."
CODES_HELP = (
    "Quatre chiffres ; plusieurs codes sont séparés par une espace. Vide s’il n’y en a pas."
)


class Nomenclature(models.IntegerChoices):
    """The list of competences of Banatic: the same four digits differ between two of them."""

    N2021 = 2021, "nomenclature de 2021"
    N2025 = 2025, "nomenclature de 2025"


class CompetenceQuerySet(models.QuerySet):
    def of_published_levers(self):
        return self.filter(lever__is_published=True).select_related("lever")


class Competence(Versioned, Ranked, Dated):
    """A competence behind a lever, and who exercises it by law."""

    ranked_within = ("lever",)

    class Holder(models.TextChoices):
        EPCI = "epci", "intercommunalité, de plein droit"
        EPCI_BY_KIND = "epci-selon-nature", "intercommunalité, selon sa nature"
        EPCI_UNLESS_OPPOSED = "epci-sauf-opposition", "intercommunalité, sauf opposition"
        COMMUNE_UNLESS_TRANSFERRED = "epci-si-transfert", "commune, sauf transfert"
        SHARED = "partage", "commune et intercommunalité"
        COMMUNE = "commune", "commune"
        BUYER = "acheteur", "chaque acheteur"
        EACH = "chacun", "chacun pour soi"
        OTHER = "autre", "un autre acteur"

    class Rule(models.TextChoices):
        """What the law gives to one kind of EPCI."""

        STATUTES = "statuts", "selon les statuts"
        LAW = "plein-droit", "de plein droit"
        ABOVE = "seuil", "de plein droit au-dessus du seuil"

    class Certainty(models.TextChoices):
        SURE = "sûre", "sûre"
        PROBABLE = "probable", "probable"
        TO_CHECK = "à vérifier", "à vérifier"

    lever = models.ForeignKey(
        "policies.Lever", models.CASCADE, related_name="competences", verbose_name="levier"
    )
    title = FrenchCharField("intitulé", max_length=200)
    codes_2021 = models.CharField(
        "codes de Banatic, 2021",
        max_length=60,
        blank=True,
        validators=[RegexValidator(_CODES, CODES_MESSAGE)],
        help_text=CODES_HELP,
    )
    codes_2025 = models.CharField(
        "codes de Banatic, 2025",
        max_length=60,
        blank=True,
        validators=[RegexValidator(_CODES, CODES_MESSAGE)],
        help_text=CODES_HELP,
    )
    holder = models.CharField(
        "qui l’exerce",
        max_length=20,
        choices=Holder.choices,
        help_text="Ce que dit la loi. Là où l’intercommunalité déclare la compétence dans "
        "Banatic, la page suit Banatic.",
    )
    other_holder = FrenchCharField(
        "quel autre acteur",
        max_length=150,
        blank=True,
        help_text="Seulement pour « un autre acteur » : « la région », « le département ».",
    )
    in_cc = models.CharField(
        "communauté de communes", max_length=12, choices=Rule.choices, default=Rule.STATUTES
    )
    in_ca = models.CharField(
        "communauté d’agglomération", max_length=12, choices=Rule.choices, default=Rule.STATUTES
    )
    in_cu = models.CharField(
        "communauté urbaine", max_length=12, choices=Rule.choices, default=Rule.STATUTES
    )
    in_metropolis = models.CharField(
        "métropole", max_length=12, choices=Rule.choices, default=Rule.STATUTES
    )
    threshold = models.PositiveIntegerField(
        "seuil",
        null=True,
        blank=True,
        help_text="En habitants de l’intercommunalité : de plein droit quand elle en compte plus.",
    )
    town_threshold = models.PositiveIntegerField(
        "et une commune de plus de",
        null=True,
        blank=True,
        help_text="En habitants, si la loi demande aussi une commune de cette taille.",
    )
    needs = FrenchCharField(
        "sans objet sans",
        max_length=150,
        blank=True,
        help_text="Ce qu’il faut pour que la compétence ait un objet : « un quartier prioritaire "
        "de la politique de la ville ».",
    )
    moot_below = models.PositiveIntegerField(
        "sans objet au-dessous de",
        null=True,
        blank=True,
        help_text="En habitants de la commune : la page dit alors « sans objet, sauf s’il y a… ».",
    )
    legal_basis = FrenchCharField(
        "base légale", max_length=300, help_text="Les articles, montrés sur la page."
    )
    note = FrenchTextField("note", blank=True, help_text="Montrée sur la page, après les articles.")
    certainty = models.CharField(
        "certitude",
        max_length=10,
        choices=Certainty.choices,
        default=Certainty.TO_CHECK,
        help_text="Ce qui n’est pas sûr est montré comme « le plus souvent ».",
    )

    objects = CompetenceQuerySet.as_manager()

    class Meta:
        verbose_name = "compétence d’un levier"
        verbose_name_plural = "compétences des leviers"
        ordering = ["lever__order", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lever", "title"],
                name="competence_is_one_row_a_lever_and_title",
                violation_error_message="Ce levier a déjà cette compétence.",
            ),
            models.CheckConstraint(
                condition=Q(codes_2021="") | Q(codes_2021__regex=_CODES),
                name="competence_codes_2021_have_four_digits",
                violation_error_message=CODES_MESSAGE,
            ),
            models.CheckConstraint(
                condition=Q(codes_2025="") | Q(codes_2025__regex=_CODES),
                name="competence_codes_2025_have_four_digits",
                violation_error_message=CODES_MESSAGE,
            ),
            models.CheckConstraint(
                condition=Q(holder="autre") & ~Q(other_holder="")
                | ~Q(holder="autre") & Q(other_holder=""),
                name="competence_other_holder_is_named",
                violation_error_message="Nommez l’autre acteur, et seulement dans ce cas.",
            ),
            models.CheckConstraint(
                condition=~Q(holder="epci")
                | Q(
                    in_cc="plein-droit",
                    in_ca="plein-droit",
                    in_cu="plein-droit",
                    in_metropolis="plein-droit",
                ),
                name="competence_of_every_epci_is_given_by_law",
                violation_error_message="De plein droit veut dire : pour les quatre natures "
                "d’intercommunalité.",
            ),
            models.CheckConstraint(
                condition=Q(threshold__isnull=False)
                & (
                    Q(in_cc="seuil")
                    | Q(in_ca="seuil")
                    | Q(in_cu="seuil")
                    | Q(in_metropolis="seuil")
                )
                | Q(threshold__isnull=True, town_threshold__isnull=True)
                & ~Q(in_cc="seuil")
                & ~Q(in_ca="seuil")
                & ~Q(in_cu="seuil")
                & ~Q(in_metropolis="seuil"),
                name="competence_threshold_is_whole",
                violation_error_message="Donnez le seuil et les natures qu’il concerne, ou ni "
                "l’un ni les autres.",
            ),
            models.CheckConstraint(
                condition=Q(needs="", moot_below__isnull=True)
                | ~Q(needs="") & Q(moot_below__isnull=False),
                name="competence_without_object_is_explained",
                violation_error_message="Dites ce qu’il faut, et au-dessous de combien "
                "d’habitants ; ou laissez les deux vides.",
            ),
        ]

    def __str__(self):
        return self.title

    def rule_for(self, kind):
        """Return the Rule for one kind of EPCI (Intercommunality.Kind)."""
        return {
            Intercommunality.Kind.CC: self.in_cc,
            Intercommunality.Kind.CA: self.in_ca,
            Intercommunality.Kind.CU: self.in_cu,
            Intercommunality.Kind.METROPOLIS: self.in_metropolis,
        }[kind]

    @property
    def codes(self):
        """The codes of Banatic by nomenclature: {2021: {"1510"}, 2025: {"2080", "2085"}}."""
        return {
            Nomenclature.N2021: set(self.codes_2021.split()),
            Nomenclature.N2025: set(self.codes_2025.split()),
        }


class DeclaredCompetence(Versioned):
    """
    A competence that an EPCI declares in Banatic, at a date.

    Absence proves nothing, and « intérêt communautaire » counts as declared.
    """

    intercommunality = models.ForeignKey(
        Intercommunality,
        models.CASCADE,
        related_name="declared_competences",
        verbose_name="intercommunalité",
    )
    nomenclature = models.PositiveSmallIntegerField("nomenclature", choices=Nomenclature.choices)
    code = models.CharField("code", max_length=4, help_text="Quatre chiffres, comme dans Banatic.")
    as_of = models.DateField("état au", help_text="La date du fichier de Banatic.")

    class Meta:
        verbose_name = "compétence déclarée"
        verbose_name_plural = "compétences déclarées"
        ordering = ["intercommunality__name", "nomenclature", "code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["intercommunality", "nomenclature", "code"],
                name="declaredcompetence_is_one_row_a_code",
                violation_error_message="Cette intercommunalité déclare déjà ce code.",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[0-9]{4}\Z"),
                name="declaredcompetence_code_has_four_digits",
                violation_error_message="Un code de Banatic a quatre chiffres.",
            ),
        ]

    def __str__(self):
        return f"{self.intercommunality} : {self.code} ({self.nomenclature})"
