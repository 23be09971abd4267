"""Territories, with the shares that the site shows and their outlines."""

from django.db.models import OuterRef, Subquery

from cress.opendata.datasets.columns import (
    COMMON_COLUMNS,
    PAGE,
    REQUIRED,
    UNIQUE,
    department_filter,
    share_columns,
    source_columns,
)
from cress.opendata.datasets.declaration import Column, Dataset
from territories.models import Statistic, Territory
from territories.outlines import geometry


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
    """Return the source of the shares that the site shows for a territory, or None."""
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
    shape=lambda territory, publication: geometry(territory.outline, publication.atlas.grid),
    credit=lambda publication: publication.atlas.grid.outline_credit,
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
