"""Enterprises of the ESS: the list that the law requires, and the examples among them."""

import re
from datetime import timedelta
from math import cos, radians

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, F, OuterRef, Prefetch, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from cress.base.dependents import Effect, Remark
from cress.base.fields import FoldedField, FrenchCharField, FrenchTextField, MarkdownField
from cress.base.models import Publishable, PublishableQuerySet
from cress.base.search.fields import WordsField
from cress.base.text.markdown import plain_text
from enterprises.models.sectors import Family, Sector
from enterprises.plates import plate_of
from enterprises.siret import spaced_siret, validate_siret
from policies.models import MARKDOWN_HELP, Lever
from territories.models import Commune, Territory
from territories.projection import distance
from territories.words import people_in_words

VERSIONS_KEPT = timedelta(days=3 * 365)  # of enterprises that are only listed
_ONLY_EMPLOYEES = re.compile(r"[\d\s]+((à|ou)[\d\s]+)?salariés?")


class EnterpriseQuerySet(PublishableQuerySet):
    def examples(self):
        """Leave out the enterprises that are only listed."""
        return self.filter(is_example=True)

    def for_cards(self):
        """Fetch with each enterprise the related rows of its card."""
        return self.select_related("commune", "department", "sector", "photo")

    def matching(self, query):
        """Keep the enterprises that have all the terms of a Query (cress.base.search)."""
        return self.filter(words__has=query)

    def with_published_levers(self):
        """Fetch with each enterprise its `published_levers`."""
        published = Prefetch(
            "levers", queryset=Lever.objects.published(), to_attr="published_levers"
        )
        return self.prefetch_related(published)

    def one_per_department(self):
        """Keep the first enterprise of each department, in the order of names."""
        first = self.filter(department=OuterRef("pk")).values("pk")[:1]
        return self.filter(pk__in=Territory.objects.departments().values(example=Subquery(first)))

    def by_distance(self, centre):
        """
        Order by the straight distance of their town centre from a (longitude, latitude) in degrees.

        Those whose town centre is unknown come last.
        """
        longitude, latitude = centre
        east = (F("commune__longitude") - longitude) * cos(radians(latitude))
        north = F("commune__latitude") - latitude
        nearness = (east * east + north * north).asc(nulls_last=True)
        return self.order_by(nearness, "folded_name", "pk")

    def with_kilometres(self, centre):
        """Return a list of them, each with its `kilometres` from a centre, or None if unknown."""
        enterprises = list(self)
        for enterprise in enterprises:
            there = enterprise.commune and enterprise.commune.centre
            enterprise.kilometres = round(distance(centre, there)) if centre and there else None
        return enterprises

    def nearest(self, centre, count):
        """Return the `count` nearest to a (longitude, latitude) in degrees, fetched for cards."""
        return self.for_cards().by_distance(centre)[:count].with_kilometres(centre)


class Enterprise(Publishable):
    """
    An establishment of the ESS.

    Most are only listed: name, commune, sector, headcount. An example also has a summary, a text
    and the levers that it illustrates.
    """

    name = FrenchCharField("nom", max_length=150)
    usual_name = FrenchCharField(
        "nom d’usage", max_length=150, blank=True, help_text="S’il diffère du nom."
    )
    siret = models.CharField(
        "SIRET",
        max_length=14,
        blank=True,
        db_index=True,
        validators=[validate_siret],
        help_text="Quatorze chiffres, sans espace. Les imports reconnaissent l’entreprise à lui.",
    )
    is_example = models.BooleanField(
        "exemple",
        default=True,
        help_text="Montrée en exemple, avec son résumé et son texte. Décochée, elle n’est que dans "
        "la liste.",
    )
    department = models.ForeignKey(
        Territory,
        models.PROTECT,
        related_name="enterprises",
        limit_choices_to={"kind": Territory.Kind.DEPARTMENT},
        verbose_name="département",
    )
    commune = models.ForeignKey(
        Commune,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enterprises",
        verbose_name="commune",
    )
    sector = models.ForeignKey(
        Sector, models.PROTECT, related_name="enterprises", verbose_name="secteur"
    )
    sector_as_printed = FrenchCharField("secteur, dans la plaquette", max_length=120, blank=True)
    family = models.ForeignKey(
        Family,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="enterprises",
        verbose_name="famille",
        help_text="Laissez vide tant qu’elle n’est pas certaine.",
    )
    headcount_min = models.PositiveIntegerField(
        "effectif, au moins", null=True, blank=True, help_text="En salariés."
    )
    headcount_max = models.PositiveIntegerField(
        "effectif, au plus",
        null=True,
        blank=True,
        help_text="En salariés. Le même nombre que « au moins » si l’effectif est exact.",
    )
    headcount_as_printed = FrenchCharField(
        "effectif, en toutes lettres", max_length=120, blank=True, help_text="« 10 à 19 salariés »"
    )
    associated_count = models.PositiveIntegerField(
        "personnes associées",
        null=True,
        blank=True,
        help_text="Celles qui y travaillent sans être comptées dans l’effectif, comme les "
        "entrepreneurs d’une coopérative d’activités. L’effectif en toutes lettres dit qui elles "
        "sont.",
    )
    headcount_source = FrenchCharField(
        "source de l’effectif",
        max_length=120,
        blank=True,
        help_text="Qui le dit, et de quand cela date.",
    )
    founded = models.PositiveSmallIntegerField("année de création", null=True, blank=True)
    activity_code = models.CharField(
        "activité principale",
        max_length=6,
        blank=True,
        help_text="Code de la NAF rév. 2, comme « 88.10A ».",
    )
    legal_category = models.CharField(
        "catégorie juridique",
        max_length=4,
        blank=True,
        help_text="Code de l’Insee, comme « 9220 ».",
    )
    summary = FrenchTextField(
        "résumé", blank=True, help_text="Une phrase, montrée dans les listes."
    )
    text = MarkdownField("texte", blank=True, help_text=MARKDOWN_HELP)
    website = models.URLField("site", blank=True)
    print_note = FrenchTextField(
        "note sur la plaquette imprimée",
        blank=True,
        help_text="Pour l’équipe : ce que la plaquette imprimée dit autrement. Le site ne la "
        "montre pas.",
    )
    levers = models.ManyToManyField(
        Lever, blank=True, related_name="enterprises", verbose_name="leviers illustrés"
    )

    folded_name = FoldedField("nom plié", max_length=150, source="name")
    words = WordsField("mots cherchés", source="searched_text")
    # {attribute: value} of the last import: a value that differs from it was edited by staff.
    imported = models.JSONField("dernier import", default=dict, blank=True, editable=False)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = "entreprise"
        ordering = ["folded_name", "pk"]
        # The index of the words is made by cress.base.search.
        indexes = [
            # Examples, few among thousands of enterprises: all, and by department.
            models.Index(
                fields=["folded_name", "id"],
                condition=Q(is_example=True),
                name="enterprise_example",
            ),
            models.Index(
                fields=["department", "folded_name", "id"],
                condition=Q(is_example=True),
                name="enterprise_example_of",
            ),
            # The pages of the directory, without and with each choice.
            *(
                models.Index(
                    fields=[*choice, "-is_example", "folded_name", "id"],
                    condition=Q(is_published=True),
                    name="_".join(["enterprise_by", *choice, "name"]),
                )
                for choice in [[], ["department"], ["sector"], ["family"], ["commune"]]
            ),
            # The counts of the directory, read from the index only.
            models.Index(
                fields=["department", "sector", "family", "headcount_min", "is_example"],
                condition=Q(is_published=True),
                name="enterprise_counts",
            ),
            models.Index(
                fields=["headcount_min"],
                condition=Q(is_published=True),
                name="enterprise_by_headcount",
            ),
            # The date of the last change, which the open data reads first.
            models.Index(
                fields=["updated_at"],
                condition=Q(is_published=True),
                name="enterprise_by_change",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(headcount_min__isnull=True, headcount_max__isnull=True)
                | Q(
                    headcount_min__isnull=False,
                    headcount_max__isnull=False,
                    headcount_min__lte=F("headcount_max"),
                ),
                name="enterprise_headcount_is_a_range",
                violation_error_message="Donnez les deux bornes, la plus petite d’abord.",
            ),
            models.CheckConstraint(
                condition=Q(headcount_as_printed="") | ~Q(headcount_source=""),
                name="enterprise_headcount_is_sourced",
                violation_error_message="Dites d’où vient l’effectif et de quand il date.",
            ),
            models.CheckConstraint(
                condition=Q(associated_count__isnull=True)
                | Q(associated_count__gte=1) & ~Q(headcount_as_printed=""),
                name="enterprise_associated_people_are_in_words",
                violation_error_message="Dites en toutes lettres qui sont les personnes associées.",
            ),
            models.CheckConstraint(
                condition=Q(founded__isnull=True) | Q(founded__gte=1000, founded__lte=2100),
                name="enterprise_founded_is_a_year",
                violation_error_message="L’année de création va de 1000 à 2100.",
            ),
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="enterprise_siret_is_unique",
                violation_error_message="Une autre entreprise a déjà ce SIRET.",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^[0-9]{14}$"),
                name="enterprise_siret_has_fourteen_digits",
                violation_error_message="Un SIRET a quatorze chiffres.",
            ),
            models.CheckConstraint(
                condition=Q(is_example=False) | ~Q(summary=""),
                name="enterprise_example_is_summed_up",
                violation_error_message="Un exemple a un résumé.",
            ),
        ]

    listed_at = ("enterprises:enterprise_list", "Toutes les entreprises")

    NAMED_BY = ("commune", "department", "sector", "family")

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("enterprises:enterprise_detail", args=[self.slug])

    @classmethod
    def remarks_on(cls, enterprises):
        """Say which departments show fewer examples without these enterprises."""
        shown = cls.objects.published().examples()
        lost = Count("pk", filter=Q(pk__in=enterprises.values("pk")))
        counts = shown.order_by().values_list("department").annotate(lost=lost, all=Count("pk"))
        counts = {key: (lost, number - lost) for key, lost, number in counts if lost}
        return [
            Remark(
                Effect.UNLINKED,
                f"La page {department.of}",
                department.get_absolute_url(),
                f"montre {lost} exemple{'s' * (lost > 1)} de moins : "
                f"{f'il en reste {left}' if left else 'il n’en reste aucun'}.",
            )
            for department in Territory.objects.filter(pk__in=counts).order_by("code")
            for lost, left in [counts[department.pk]]
        ]

    def clean(self):
        if self.commune and self.department_id and self.commune.department_id != self.department_id:
            raise ValidationError(
                {"commune": f"{self.commune.name} n’est pas {self.department.inside}."}
            )

    @classmethod
    def versions_to_forget(cls):
        """Those of listed enterprises, after three years: imports make thousands."""
        oldest = timezone.now() - VERSIONS_KEPT
        return cls.history.filter(is_example=False, history_date__lt=oldest)

    def keep_settled(self, stored):
        """Leave out of the site what an import withdrew: Sirene has closed it or made it secret."""
        withdrawn = {"is_published": False}
        if not stored.is_published and withdrawn.items() <= stored.imported.items():
            self.is_published = False
            self.imported = self.imported | withdrawn

    @property
    def searched_text(self):
        """The text that a search reads; `NAMED_BY` are the rows whose names it has."""
        named = [getattr(self, name) for name in self.NAMED_BY]
        return " ".join(
            [
                self.name,
                self.usual_name,
                self.sector_as_printed,
                *(row.name for row in named if row),
                self.siret,
                self.siret[:9],  # the SIREN
                self.summary,
                plain_text(self.text) if self.text else "",
            ]
        )

    @cached_property
    def published_photo(self):
        """The photo that visitors may see, or None."""
        photo = getattr(self, "photo", None)
        return photo if photo and photo.is_published else None

    @property
    def place(self):
        """The commune, or the department of an enterprise without a commune."""
        return self.commune.name if self.commune else self.department.name

    @property
    def spaced_siret(self):
        return spaced_siret(self.siret)

    @property
    def headcount_in_words(self):
        """
        The headcount in words: « entre 10 et 19 personnes salariées ».

        It is empty when the source gives more than a number of employees.
        """
        if not _ONLY_EMPLOYEES.fullmatch(self.headcount_as_printed):
            return ""
        return self.headcount_in_numbers

    @property
    def headcount_in_numbers(self):
        """Its employees in words, from the two bounds; empty where they are not known."""
        if self.headcount_min is None:
            return ""
        return people_in_words(self.headcount_min, self.headcount_max)

    @cached_property
    def plate(self):
        """The Plate that stands where a photo is missing; its sector is fetched with it."""
        return plate_of(self)
