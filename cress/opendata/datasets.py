"""
Every dataset, declared once.

Its files, its Table Schema, its entry of the catalogue and its documentation all follow
from the declaration. Names of columns are promises: add some, rename none. Those that
SIRENE has too bear its name in their description.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from cress.addresses import site_root
from cress.pages.models import SiteIdentity
from cress.typography import parse_number
from enterprises.filters import (
    BANDS,
    RELATIONS,
    SHORTEST_WORD,
    DirectoryFilter,
    narrow,
    read_choices,
)
from enterprises.models import Enterprise
from policies.models import Lever
from territories import maps
from territories.figures import Atlas
from territories.models import Commune, KeyFigure, Source, Statistic, Territory
from territories.outlines import geometry

UNKNOWN_LICENCE = "à préciser par la CRESS"
LIST_DELIMITER = "|"
# The types of Table Schema that columns have, as one says them.
KINDS = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "date": "date",
    "year": "année",
    "list": "liste",
}


class Publication:
    """Who publishes the files, where and under what licence; read once for an answer."""

    def __init__(self, request):
        self.root = site_root(request)

    def absolute(self, address):
        """Return an address of the site as one that holds from anywhere."""
        return self.root + address

    @cached_property
    def identity(self):
        return SiteIdentity.objects.current()

    @cached_property
    def atlas(self):
        return Atlas()

    @cached_property
    def choices(self):
        """What enterprises may be chosen by, as the directory has it."""
        choices, _ = read_choices("")
        return choices

    @cached_property
    def illustrations(self):
        """The slugs of the published levers of each enterprise that has some, by number."""
        levers = Lever.objects.published().filter(enterprises__isnull=False)
        illustrations = {}
        for enterprise, slug in levers.values_list("enterprises", "slug"):
            illustrations.setdefault(enterprise, []).append(slug)
        return illustrations

    @property
    def publisher(self):
        return self.identity.full_name

    @property
    def licence(self):
        return self.identity.data_licence or UNKNOWN_LICENCE


@dataclass(frozen=True)
class Column:
    """
    One column: its Table Schema, and how a row fills it.

    `value` takes the row and the Publication; a list is one cell of a CSV file, its
    items apart by LIST_DELIMITER.
    """

    name: str
    kind: str  # a type of Table Schema
    title: str
    value: Callable
    note: str = ""
    sirene: str = ""
    format: str = ""
    constraints: dict = field(default_factory=dict)

    @property
    def description(self):
        sirene = f"SIRENE : {self.sirene}." if self.sirene else ""
        return " ".join(filter(None, [self.note, sirene]))

    @property
    def name_parts(self):
        """The parts of the name, between which a narrow screen may break it."""
        return self.name.split("_")

    @property
    def kind_label(self):
        return KINDS[self.kind]


@dataclass(frozen=True)
class Filter:
    """
    A parameter of the address that keeps the rows with one of the values it is given.

    `values` are all there are; they are shown with the title where they are few and `fixed`.
    Without any, the parameter is one text, which `clean` reads or refuses (ValidationError).
    """

    parameter: str
    title: str
    values: Callable[[Publication], Collection[str]] | None = None
    fixed: Collection[str] = ()
    clean: Callable[[str], str] | None = None
    lookup: str = ""  # for a dataset that does not say itself what its filters keep

    def known_values(self, publication):
        """Return the values that there are, or None where any text is one."""
        return self.fixed or (self.values(publication) if self.values else None)


@dataclass(frozen=True)
class Dataset:
    """
    A table of the site, and all that is said of it.

    `queryset` takes the Publication and gives rows with what the columns read, in a number
    of queries that does not depend on the rows. `dates` are the lookups that say when a row
    changed; `sources` gives what the figures come from; `shape` gives a row's geometry;
    `narrow` keeps the rows of a choice. A dataset of many rows has a `version`: what differs, once
    anything that the rows say has changed, and is known without reading them.
    """

    slug: str
    title: str
    description: str
    theme: str  # of the European vocabulary of data themes
    keywords: list[str]
    columns: list[Column]
    key: list[str]
    queryset: Callable[[Publication], QuerySet]
    dates: list[str] = field(default_factory=lambda: ["updated_at"])
    filters: list[Filter] = field(default_factory=list)
    narrow: Callable | None = None
    version: Callable[[Publication], list] | None = None
    sources: Callable[[Publication], Iterable[Source]] = lambda publication: []
    shape: Callable | None = None
    credits: list[str] = field(default_factory=list)

    def rows(self, publication):
        """Return the rows, each with `changed_at`: when it, or what it stands on, changed."""
        first, *others = self.dates
        dates = [F(first), *(Coalesce(other, first) for other in others)]
        changed_at = Greatest(*dates) if others else dates[0]
        return self.queryset(publication).annotate(changed_at=changed_at)

    def kept(self, choice, publication):
        """Return the rows that have, for each filter, one of its values: {parameter: values}."""
        rows = self.rows(publication)
        if self.narrow:
            return self.narrow(rows, choice, publication)
        lookups = {each.parameter: each.lookup for each in self.filters}
        return rows.filter(
            **{f"{lookups[parameter]}__in": values for parameter, values in choice.items()}
        )

    def last_change(self, publication):
        """Return a query of one row: the slug, and when a row last changed (None without rows)."""
        rows = self.rows(publication).order_by().annotate(dataset=Value(self.slug))
        return (
            rows.values("dataset")
            .annotate(latest=Max("changed_at"))
            .values_list("dataset", "latest")
        )

    def record(self, row, publication):
        """Return what a row says, by column; what is not known is None."""
        values = {column.name: column.value(row, publication) for column in self.columns}
        return {name: None if value == "" else value for name, value in values.items()}


PERCENTAGE = {"minimum": 0, "maximum": 100}
COUNT = {"minimum": 0}
REQUIRED = {"required": True}
UNIQUE = {"unique": True}

DEPARTMENT_CODE = "Code officiel géographique d’un département"
LEVER_SLUG = "Nom abrégé d’un levier"


def source_columns(source_of):
    """Return the columns that say where a row's figures come from."""

    def of(name):
        return lambda *row: getattr(source_of(*row), name, None)

    return [
        Column("id_source", "string", "Source, en abrégé", of("slug")),
        Column("producteur", "string", "Producteur de la source", of("producer")),
        Column("source", "string", "Titre de la source", of("title")),
        Column(
            "millesime", "string", "Millésime", of("vintage"), "L’année décrite, telle que publiée."
        ),
        Column(
            "serie",
            "string",
            "Série",
            of("series"),
            "Deux séries ne se comparent pas : elles ne comptent pas de la même façon.",
        ),
        Column("champ", "string", "Champ", of("scope"), "Ce que la source couvre."),
        Column("adresse_source", "string", "Adresse de la source", of("url"), format="uri"),
    ]


COMMON_COLUMNS = [
    Column(
        "diffuseur",
        "string",
        "Diffuseur",
        lambda _, publication: publication.publisher,
        "Qui publie ce fichier.",
    ),
    Column("licence", "string", "Licence", lambda _, publication: publication.licence),
    Column(
        "mise_a_jour",
        "date",
        "Mise à jour",
        lambda row, _: timezone.localdate(row.changed_at),
        "Le jour de la dernière modification sur ce site : de la ligne et, pour les chiffres, de "
        "leur source et de leur territoire.",
        constraints=REQUIRED,
    ),
]

PAGE = Column(
    "page",
    "string",
    "Page du site",
    lambda row, publication: publication.absolute(row.get_absolute_url()),
    format="uri",
)


def share_columns(statistic_of):
    """Return the columns of the two shares, with the decimals that their source prints."""

    def of(name):
        return lambda *row: getattr(statistic_of(*row), name, None)

    return [
        Column(
            "part_salaries",
            "number",
            "Part des salariés, en pour cent",
            of("published_employee_share"),
            "De tous les salariés du territoire, avec les décimales que la source imprime.",
            constraints=PERCENTAGE,
        ),
        Column(
            "part_etablissements",
            "number",
            "Part des établissements employeurs, en pour cent",
            of("published_establishment_share"),
            "De tous les établissements employeurs du territoire, avec les décimales que la "
            "source imprime.",
            constraints=PERCENTAGE,
        ),
        Column(
            "decimales",
            "integer",
            "Décimales publiées",
            lambda *row: getattr(getattr(statistic_of(*row), "source", None), "decimals", None),
            "Combien de décimales la source donne à ses pourcentages : JSON, lui, écrit 10.5 "
            "pour 10.50.",
            constraints=COUNT,
        ),
    ]


def department_filter(lookup):
    return Filter(
        "departement",
        DEPARTMENT_CODE,
        lambda _: Territory.objects.departments().values_list("code", flat=True),
        lookup=lookup,
    )


FIGURES = Dataset(
    slug="chiffres",
    title="Chiffres de l’ESS par territoire",
    description="Parts et nombres de salariés et d’établissements employeurs de l’économie "
    "sociale et solidaire : une ligne par territoire et par source.",
    theme="ECON",
    keywords=["économie sociale et solidaire", "emploi", "établissements", "départements"],
    key=["code", "id_source"],
    queryset=lambda _: Statistic.objects.select_related("territory", "source"),
    dates=["updated_at", "source__updated_at", "territory__updated_at"],
    filters=[department_filter("territory__code")],
    sources=lambda publication: dict.fromkeys(s.source for s in publication.atlas.statistics),
    columns=[
        Column(
            "code",
            "string",
            "Code du territoire",
            lambda row, _: row.territory.code,
            "Code officiel géographique du département ou de la région ; FR pour la France.",
            constraints=REQUIRED,
        ),
        Column(
            "territoire",
            "string",
            "Territoire",
            lambda row, _: row.territory.name,
            constraints=REQUIRED,
        ),
        Column(
            "nature",
            "string",
            "Nature du territoire",
            lambda row, _: row.territory.get_kind_display(),
            constraints=REQUIRED | {"enum": Territory.Kind.labels},
        ),
        *share_columns(lambda row, _: row),
        Column(
            "salaries",
            "integer",
            "Nombre de salariés",
            lambda row, _: row.employee_count,
            "Des personnes, et non des équivalents temps plein.",
            constraints=COUNT,
        ),
        Column(
            "etablissements",
            "integer",
            "Nombre d’établissements employeurs",
            lambda row, _: row.establishment_count,
            constraints=COUNT,
        ),
        Column("note", "string", "Ce qu’il faut savoir", lambda row, _: row.note),
        *source_columns(lambda row, _: row.source),
        *COMMON_COLUMNS,
    ],
)

KEY_FIGURES = Dataset(
    slug="chiffres-cles",
    title="Chiffres clés de la région",
    description="Les chiffres que la plaquette de la CRESS met en avant, tels que leur source "
    "les écrit, avec leurs réserves.",
    theme="ECON",
    keywords=["économie sociale et solidaire", "chiffres clés"],
    key=["libelle"],
    queryset=lambda _: KeyFigure.objects.select_related("source"),
    dates=["updated_at", "source__updated_at"],
    sources=lambda _: Source.objects.filter(key_figures__isnull=False).distinct(),
    columns=[
        Column(
            "libelle",
            "string",
            "Libellé",
            lambda row, _: row.label,
            "Ce que l’on compte.",
            constraints=REQUIRED,
        ),
        Column(
            "valeur",
            "string",
            "Valeur",
            lambda row, _: row.value,
            "Telle que la source l’écrit.",
            constraints=REQUIRED,
        ),
        Column(
            "valeur_numerique",
            "number",
            "Valeur en nombre",
            lambda row, _: parse_number(row.value),
            "Vide quand la source ne donne pas un nombre.",
        ),
        Column("unite", "string", "Unité", lambda row, _: row.unit),
        Column("note", "string", "Ce qu’il faut savoir", lambda row, _: row.note),
        *source_columns(lambda row, _: row.source),
        *COMMON_COLUMNS,
    ],
)


def dated_territories(publication):
    """Return the territories, with the dates of their row in the current source."""
    current = Statistic.objects.filter(
        territory=OuterRef("pk"), source=publication.atlas.source
    ).order_by()
    return Territory.objects.annotate(
        statistic_changed_at=Subquery(current.values("updated_at")),
        source_changed_at=Subquery(current.values("source__updated_at")),
    )


def current_source(territory, publication):
    """Return the source of the shares that the site shows of a territory, or None."""
    statistic = publication.atlas.statistic(territory)
    return statistic and statistic.source


TERRITORIES = Dataset(
    slug="territoires",
    title="Territoires et parts de l’ESS",
    description="Les départements, la région et la France, avec les deux parts de l’économie "
    "sociale et solidaire que le site montre et, en GeoJSON, leurs contours simplifiés.",
    theme="REGI",
    keywords=["économie sociale et solidaire", "départements", "carte"],
    key=["code"],
    queryset=dated_territories,
    dates=["updated_at", "statistic_changed_at", "source_changed_at"],
    filters=[department_filter("code")],
    sources=lambda publication: filter(None, [publication.atlas.source]),
    shape=lambda territory: geometry(territory.outline),
    credits=[maps.CREDIT],
    columns=[
        Column(
            "code",
            "string",
            "Code du territoire",
            lambda row, _: row.code,
            "Code officiel géographique du département ou de la région ; FR pour la France.",
            constraints=REQUIRED | UNIQUE,
        ),
        Column("nom", "string", "Nom", lambda row, _: row.name, constraints=REQUIRED),
        Column(
            "nature",
            "string",
            "Nature du territoire",
            lambda row, _: row.get_kind_display(),
            constraints=REQUIRED | {"enum": Territory.Kind.labels},
        ),
        *share_columns(lambda row, publication: publication.atlas.statistic(row)),
        *source_columns(current_source),
        Column(
            "page",
            "string",
            "Page du site",
            lambda row, publication: row.has_page and PAGE.value(row, publication) or None,
            format="uri",
        ),
        *COMMON_COLUMNS,
    ],
)

LEVERS = Dataset(
    slug="leviers",
    title="Leviers des politiques locales",
    description="Les politiques d’une commune ou d’une intercommunalité qui peuvent soutenir "
    "l’économie sociale et solidaire, et les actions possibles.",
    theme="GOVE",
    keywords=["économie sociale et solidaire", "politiques publiques", "collectivités"],
    key=["levier"],
    queryset=lambda _: Lever.objects.published().prefetch_related("actions", "terms"),
    filters=[
        Filter(
            "levier",
            LEVER_SLUG,
            lambda _: Lever.objects.published().values_list("slug", flat=True),
            lookup="slug",
        )
    ],
    columns=[
        Column(
            "levier",
            "string",
            "Levier, en abrégé",
            lambda row, _: row.slug,
            constraints=REQUIRED | UNIQUE,
        ),
        Column("rang", "integer", "Rang", lambda row, _: row.number, "L’ordre dans les listes."),
        Column("titre", "string", "Titre", lambda row, _: row.title, constraints=REQUIRED),
        Column(
            "famille",
            "string",
            "Famille de leviers",
            lambda row, _: row.get_theme_display(),
            constraints=REQUIRED | {"enum": Lever.Theme.labels},
        ),
        Column("resume", "string", "Résumé", lambda row, _: row.summary, constraints=REQUIRED),
        Column(
            "actions",
            "list",
            "Actions possibles",
            lambda row, _: [action.text for action in row.actions.all()],
        ),
        Column(
            "mots",
            "list",
            "Mots expliqués dans le glossaire",
            lambda row, _: [term.name for term in row.terms.all()],
        ),
        Column(
            "provenance",
            "string",
            "Provenance",
            lambda row, _: row.get_origin_display(),
            constraints=REQUIRED | {"enum": Lever.Origin.labels},
        ),
        Column("credit", "string", "Crédit", lambda row, _: row.credit),
        PAGE,
        *COMMON_COLUMNS,
    ],
)


def commune_of(name):
    return lambda row, _: getattr(row.commune, name, None)


def centre_of(enterprise):
    """Return the town centre of its commune as (longitude, latitude), or None."""
    return enterprise.commune and enterprise.commune.centre


def enterprises_version(publication):
    """
    Return what tells one state of the published enterprises from any other.

    A row that is saved is the last changed, one that leaves makes them fewer; what illustrates
    a lever is a row that only comes and goes. All else that they say is in short tables.
    """
    illustrations = Enterprise.levers.through.objects
    communes = Commune.objects.order_by("pk").values_list(
        "pk", "insee_code", "name", "longitude", "latitude", "intercommunality"
    )
    return [
        Enterprise.objects.published().aggregate(Count("pk"), Max("updated_at")),
        illustrations.aggregate(Count("pk"), Max("pk")),
        [sorted(choices.values()) for choices in publication.choices.values()],
        list(communes),
    ]


def enterprise_filters():
    """Return the filters of the directory, by the same parameters."""
    titles = {
        "departement": DEPARTMENT_CODE,
        "epci": "SIREN d’une intercommunalité",
        "secteur": "Nom abrégé d’un secteur",
        "famille_ess": "Nom abrégé d’une famille",
        "levier": LEVER_SLUG,
    }
    return [
        *(
            Filter(
                parameter,
                titles[parameter],
                lambda publication, parameter=parameter: publication.choices[parameter],
            )
            for parameter in RELATIONS
        ),
        Filter("effectif", "Tranche d’effectif, en salariés", fixed=tuple(BANDS)),
        Filter("exemples", "Les exemples seuls", fixed=("oui",)),
        Filter(
            "q",
            f"Mots du nom, du résumé ou de la commune, dont un d’au moins {SHORTEST_WORD} lettres",
            clean=DirectoryFilter.base_fields["q"].clean,
        ),
    ]


ENTERPRISES = Dataset(
    slug="entreprises",
    title="Entreprises de l’ESS",
    description="Les entreprises de l’économie sociale et solidaire que ce site publie, en "
    "liste ou en exemple : une ligne par établissement. Leur position est celle du "
    "centre-bourg de leur commune, et non leur adresse ; elle manque quand elle n’est pas "
    "connue.",
    theme="ECON",
    keywords=["économie sociale et solidaire", "entreprises", "associations", "coopératives"],
    key=["entreprise"],
    queryset=lambda _: (
        Enterprise.objects.published()
        .select_related("commune__intercommunality", "department", "family", "sector")
        .defer("text", "searched", "folded_name", "imported", "department__outline")
        .order_by("-is_example", "folded_name", "pk")
    ),
    filters=enterprise_filters(),
    narrow=lambda rows, choice, publication: narrow(rows, choice, publication.choices),
    version=enterprises_version,
    shape=lambda row: (
        {"type": "Point", "coordinates": list(centre_of(row))} if centre_of(row) else None
    ),
    credits=[maps.CENTRES_CREDIT],
    columns=[
        Column(
            "entreprise",
            "string",
            "Entreprise, en abrégé",
            lambda row, _: row.slug,
            constraints=REQUIRED | UNIQUE,
        ),
        Column(
            "siret",
            "string",
            "SIRET",
            lambda row, _: row.siret,
            "Vide quand il n’est pas connu.",
            sirene="siret",
            constraints=UNIQUE | {"pattern": "[0-9]{14}"},
        ),
        Column(
            "siren",
            "string",
            "SIREN",
            lambda row, _: row.siret[:9],
            "Les neuf premiers chiffres du SIRET.",
            sirene="siren",
            constraints={"pattern": "[0-9]{9}"},
        ),
        Column(
            "denomination",
            "string",
            "Dénomination",
            lambda row, _: row.name,
            "Le nom que porte la page.",
            sirene="denominationUniteLegale",
            constraints=REQUIRED,
        ),
        Column(
            "nom_usuel",
            "string",
            "Nom usuel",
            lambda row, _: row.usual_name or row.name,
            "À défaut, la dénomination.",
            sirene="denominationUsuelleEtablissement",
            constraints=REQUIRED,
        ),
        Column(
            "exemple",
            "string",
            "Montrée en exemple",
            lambda row, _: "oui" if row.is_example else "non",
            "Un exemple a un résumé et illustre des leviers.",
            constraints=REQUIRED | {"enum": ["oui", "non"]},
        ),
        Column(
            "activite_principale",
            "string",
            "Activité principale",
            lambda row, _: row.activity_code,
            sirene="activitePrincipaleEtablissement",
            constraints={"pattern": "[0-9]{2}[.][0-9]{2}[A-Z]"},
        ),
        Column(
            "nomenclature_activite",
            "string",
            "Nomenclature de l’activité",
            lambda row, _: row.activity_code and "NAFRev2",
            sirene="nomenclatureActivitePrincipaleEtablissement",
            constraints={"enum": ["NAFRev2"]},
        ),
        Column(
            "categorie_juridique",
            "string",
            "Catégorie juridique",
            lambda row, _: row.legal_category,
            "Code de l’Insee.",
            sirene="categorieJuridiqueUniteLegale",
            constraints={"pattern": "[0-9]{4}"},
        ),
        Column(
            "famille_ess",
            "string",
            "Famille de l’ESS, en abrégé",
            lambda row, _: row.family and row.family.slug,
            "Vide quand elle n’est pas certaine.",
        ),
        Column(
            "secteur",
            "string",
            "Secteur, en abrégé",
            lambda row, _: row.sector.slug,
            constraints=REQUIRED,
        ),
        Column("nom_secteur", "string", "Secteur", lambda row, _: row.sector.name),
        Column(
            "code_insee",
            "string",
            "Code Insee de la commune",
            commune_of("insee_code"),
            sirene="codeCommuneEtablissement",
            constraints={"pattern": "[0-9][0-9AB][0-9]{3}"},
        ),
        Column("commune", "string", "Commune", commune_of("name"), "Nom officiel."),
        Column(
            "epci_siren",
            "string",
            "SIREN de l’intercommunalité",
            lambda row, _: (
                row.commune and row.commune.intercommunality and row.commune.intercommunality.siren
            ),
            constraints={"pattern": "[0-9]{9}"},
        ),
        Column(
            "departement",
            "string",
            "Code du département",
            lambda row, _: row.department.code,
            constraints=REQUIRED,
        ),
        Column(
            "latitude",
            "number",
            "Latitude",
            commune_of("latitude"),
            "WGS 84, du centre-bourg de la commune, et non de l’entreprise.",
            constraints={"minimum": -90, "maximum": 90},
        ),
        Column(
            "longitude",
            "number",
            "Longitude",
            commune_of("longitude"),
            "WGS 84, du centre-bourg de la commune, et non de l’entreprise.",
            constraints={"minimum": -180, "maximum": 180},
        ),
        Column(
            "source_position",
            "string",
            "Source de la position",
            lambda row, _: maps.CENTRES_CREDIT if centre_of(row) else None,
        ),
        Column(
            "effectif_min",
            "integer",
            "Effectif, au moins",
            lambda row, _: row.headcount_min,
            "En salariés.",
            constraints=COUNT,
        ),
        Column(
            "effectif_max",
            "integer",
            "Effectif, au plus",
            lambda row, _: row.headcount_max,
            "En salariés.",
            constraints=COUNT,
        ),
        Column(
            "effectif",
            "string",
            "Effectif, tel que publié",
            lambda row, _: row.headcount_as_printed,
        ),
        Column(
            "source_effectif",
            "string",
            "Source de l’effectif",
            lambda row, _: row.headcount_source,
            "Qui le dit, et de quand cela date.",
        ),
        Column("annee_creation", "year", "Année de création", lambda row, _: row.founded),
        Column(
            "resume",
            "string",
            "Résumé",
            lambda row, _: row.summary,
            "Les exemples en ont un.",
        ),
        Column("note", "string", "Ce qu’il faut savoir", lambda row, _: row.print_note),
        Column(
            "site_web", "string", "Site de l’entreprise", lambda row, _: row.website, format="uri"
        ),
        Column(
            "leviers",
            "list",
            "Leviers illustrés, en abrégé",
            lambda row, publication: publication.illustrations.get(row.pk, []),
        ),
        PAGE,
        *COMMON_COLUMNS,
    ],
)

DATASETS = [FIGURES, KEY_FIGURES, TERRITORIES, LEVERS, ENTERPRISES]


def days_of_change(publication):
    """Return {slug: the day when a row of the dataset last changed, or None}, asked for at once."""
    first, *others = [dataset.last_change(publication) for dataset in DATASETS]
    return {
        slug: latest and timezone.localdate(latest)
        for slug, latest in first.union(*others, all=True)
    }
