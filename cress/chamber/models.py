"""The chamber: its pages, its services, its missions, the identity of the site."""

from django.db import models
from django.db.models import Q
from django.urls import resolve, reverse

from cress.base.dependents import Effect, Remark
from cress.base.fields import FrenchCharField, FrenchTextField, MarkdownField
from cress.base.history.versions import Versioned
from cress.base.models import NaturalKeyModel, Publishable
from cress.base.ranks import Ranked


class Page(Publishable):
    """
    A text that staff edit, shown at /slug/.

    Where that address is a section of the site (/leviers/), the text is its introduction.
    """

    title = FrenchCharField("titre", max_length=150)
    description = FrenchCharField(
        "description",
        max_length=200,
        help_text="Une phrase que les moteurs de recherche montrent sous le titre.",
    )
    lead = FrenchTextField("chapeau", blank=True, help_text="Deux ou trois phrases, sous le titre.")
    body = MarkdownField(
        "texte",
        blank=True,
        help_text="Mise en forme : ## Sous-titre, **gras**, listes avec des tirets, "
        "[lien](https://…).",
    )
    is_legal = models.BooleanField(
        "page légale",
        default=False,
        help_text="Seuls les responsables modifient une page légale.",
    )
    footer_order = models.PositiveSmallIntegerField(
        "rang en pied de page",
        null=True,
        blank=True,
        help_text="Vide : la page n’est pas citée en pied de page.",
    )

    class Meta:
        verbose_name = "page"
        ordering = ["slug"]
        permissions = [("change_legal_page", "Modifier les pages légales")]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("chamber:page_detail", args=[self.slug])

    @property
    def opens_section(self):
        """Whether the address is a section of the site, which shows this text at its top."""
        return resolve(self.get_absolute_url()).view_name != "chamber:page_detail"

    keeps_address = opens_section  # elsewhere, the section would not show it

    @classmethod
    def remarks_on(cls, pages):
        """
        Refuse to delete the opening of a section, and name the foot of the pages.

        The section stays whatever happens, and nobody would think of making again a page of that
        exact address. To withdraw the page is enough, and can be undone.
        """
        remarks = []
        for page in pages:
            address = page.get_absolute_url()
            if page.opens_section:
                text = (
                    f"s’ouvre par « {page.title} » : sans ce texte, elle reste, avec un titre "
                    "simple et sans introduction."
                )
                remarks.append(Remark(Effect.REFUSED, f"La page {address}", address, text))
            if page.is_published and page.footer_order is not None:
                text = f"cite « {page.title} » : ce lien disparaît."
                remarks.append(
                    Remark(Effect.UNLINKED, "Le pied de chaque page", reverse("chamber:home"), text)
                )
        return remarks


class Service(Ranked, NaturalKeyModel):
    """A service of the chamber for an authority."""

    natural_key_fields = ("title",)

    title = FrenchCharField("titre", max_length=150, unique=True)
    text = FrenchTextField("texte", blank=True)

    class Meta:
        verbose_name = "service"
        ordering = ["order", "title"]

    def __str__(self):
        return self.title


class Mission(Ranked, NaturalKeyModel):
    """A mission of the chamber, under its official name."""

    natural_key_fields = ("title",)

    title = FrenchCharField("titre", max_length=150, unique=True)

    class Meta:
        verbose_name = "mission"
        ordering = ["order", "title"]

    def __str__(self):
        return self.title


class SiteIdentityQuerySet(models.QuerySet):
    def current(self):
        """Return the stored identity, or an empty one."""
        return self.first() or SiteIdentity()


class SiteIdentity(Versioned):
    """The publisher of the site. A check lists the fields that only the owner can fill."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = FrenchCharField("nom court", max_length=80, help_text="« CRESS Centre-Val de Loire »")
    full_name = FrenchCharField("nom complet", max_length=200)
    title = FrenchCharField("titre du site", max_length=200, help_text="Le titre de l’accueil.")
    presentation = FrenchTextField("présentation", blank=True, help_text="Une phrase.")
    website = models.URLField("site de la chambre", blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    address = FrenchTextField("adresse postale", blank=True)
    legal_status = FrenchCharField("forme juridique et numéros", max_length=200, blank=True)
    publisher = FrenchCharField(
        "directeur ou directrice de la publication", max_length=150, blank=True
    )
    host = FrenchTextField(
        "hébergeur", blank=True, help_text="Nom, adresse et téléphone, comme la loi le demande."
    )
    credits = FrenchTextField(
        "crédits",
        blank=True,
        help_text="D’où viennent les données de toutes les pages : une phrase chacun, en pied de "
        "page.",
    )
    data_licence = FrenchCharField(
        "licence des données",
        max_length=120,
        blank=True,
        help_text="Celle des fichiers de la page Données ouvertes ; chacun la porte.",
    )
    data_licence_url = models.URLField("adresse de la licence", blank=True)

    objects = SiteIdentityQuerySet.as_manager()

    OWNER_FIELDS = ("email", "address", "legal_status", "publisher", "host", "data_licence")

    class Meta:
        verbose_name = verbose_name_plural = "identité du site"
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1),
                name="site_identity_is_the_only_one",
                violation_error_message="Le site n’a qu’une identité.",
            ),
            models.CheckConstraint(
                condition=Q(data_licence_url="") | ~Q(data_licence=""),
                name="site_identity_data_licence_is_named",
                violation_error_message="Donnez le nom de la licence avec son adresse.",
            ),
        ]

    def __str__(self):
        return self.name

    def missing_fields(self):
        """Return the French names of the empty fields that only the owner can fill."""
        return [
            self._meta.get_field(name).verbose_name
            for name in self.OWNER_FIELDS
            if not getattr(self, name)
        ]
