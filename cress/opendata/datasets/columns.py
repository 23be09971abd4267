"""Columns and filters that several datasets share."""

from django.utils import timezone

from cress.base.web.addresses import absolute
from cress.opendata.datasets.declaration import Column, Filter
from policies.models import Lever
from territories.models import Territory

PERCENTAGE = {"minimum": 0, "maximum": 100}
COUNT = {"minimum": 0}
REQUIRED = {"required": True}
UNIQUE = {"unique": True}

DEPARTMENT_CODE = "Code officiel géographique d’un département"
LEVER_SLUG = "Nom abrégé d’un levier"


def source_columns(source_of):
    """Return the columns of the source of a row’s figures."""

    def of(name):
        return lambda *row: getattr(source_of(*row), name, None)

    return [
        Column("id_source", "string", "Source, en abrégé", of("slug")),
        Column("producteur", "string", "Producteur de la source", of("producer")),
        Column("source", "string", "Titre de la source", of("title")),
        Column(
            "millesime",
            "string",
            "Millésime",
            of("vintage"),
            "L’année décrite, telle que publiée. Vide si la source ne la dit pas.",
        ),
        Column(
            "edition", "string", "Édition", of("edition"), "D’une source qui n’a pas de millésime."
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
    lambda row, publication: absolute(row.get_absolute_url()),
    format="uri",
)


def share_columns(statistic_of):
    """Return the columns of the two shares, with the decimals that their source publishes."""

    def of(name):
        return lambda *row: getattr(statistic_of(*row), name, None)

    return [
        Column(
            "part_salaries",
            "number",
            "Part des salariés, en pour cent",
            of("published_employee_share"),
            "De tous les salariés du territoire, avec les décimales que la source publie.",
            constraints=PERCENTAGE,
        ),
        Column(
            "part_etablissements",
            "number",
            "Part des établissements employeurs, en pour cent",
            of("published_establishment_share"),
            "De tous les établissements employeurs du territoire, avec les décimales que la "
            "source publie.",
            constraints=PERCENTAGE,
        ),
        Column(
            "decimales",
            "integer",
            "Décimales publiées",
            of("decimals"),
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


def lever_filter(lookup):
    return Filter(
        "levier",
        LEVER_SLUG,
        lambda _: Lever.objects.published().values_list("slug", flat=True),
        lookup=lookup,
    )
