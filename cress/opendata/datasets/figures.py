"""Figures of the ESS, a row for each territory and source."""

from cress.opendata.datasets.columns import (
    COMMON_COLUMNS,
    COUNT,
    REQUIRED,
    department_filter,
    share_columns,
    source_columns,
)
from cress.opendata.datasets.declaration import Column, Dataset
from territories.models import Statistic, Territory


def _rank(row, publication):
    return publication.atlas.rank(row.territory, row.source)


def _is_tied(rank):
    """Return « oui » or « non », or None without a rank."""
    return rank and ("oui" if rank.is_tied else "non")


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
        Column(
            "rang_part_salaries",
            "integer",
            "Rang du département par sa part des salariés",
            lambda row, publication: getattr(_rank(row, publication), "position", None),
            "De la part la plus haute à la plus basse. Un rang est fragile : des parts voisines "
            "ne diffèrent que de quelques centièmes de point.",
            constraints={"minimum": 1},
        ),
        Column(
            "rang_ex_aequo",
            "string",
            "Rang ex æquo",
            lambda row, publication: _is_tied(_rank(row, publication)),
            "Si un autre département a la même part publiée.",
            constraints={"enum": ["oui", "non"]},
        ),
        Column("note", "string", "Ce qu’il faut savoir", lambda row, _: row.note),
        *source_columns(lambda row, _: row.source),
        *COMMON_COLUMNS,
    ],
)
