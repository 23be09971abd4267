"""How the shares of all departments of the country spread: a row a source, and a row a bin."""

from cress.opendata.datasets.columns import (
    COMMON_COLUMNS,
    COUNT,
    PERCENTAGE,
    REQUIRED,
    source_columns,
)
from cress.opendata.datasets.declaration import Column, Dataset
from territories.models import Bin, Distribution, Source

MEASURE_NOTE = "De toute l’économie de chaque département."


def _measure_column(distribution_of):
    return Column(
        "part",
        "string",
        "Part décrite",
        lambda row, _: distribution_of(row).get_measure_display(),
        MEASURE_NOTE,
        constraints=REQUIRED | {"enum": Distribution.Measure.labels},
    )


def _share(name, title, field, note=""):
    return Column(
        name,
        "number",
        f"{title}, en pour cent",
        lambda row, _: getattr(row, field),
        note,
        constraints=REQUIRED | PERCENTAGE,
    )


def _name(name, title, field):
    return Column(name, "string", title, lambda row, _: getattr(row, field), constraints=REQUIRED)


DISTRIBUTIONS = Dataset(
    slug="repartition",
    title="Répartition des départements de France",
    description="Où se tiennent les parts de l’économie sociale et solidaire de tous les "
    "départements de France : de la plus basse à la plus haute, une ligne par source.",
    theme="ECON",
    keywords=["économie sociale et solidaire", "départements", "répartition", "médiane"],
    key=["id_source", "part"],
    preview="opendata/_distributions.html",
    queryset=lambda _: Distribution.objects.select_related("source"),
    dates=["updated_at", "source__updated_at"],
    sources=lambda _: Source.objects.filter(distributions__isnull=False).distinct(),
    columns=[
        _measure_column(lambda row: row),
        Column(
            "departements",
            "integer",
            "Nombre de départements",
            lambda row, _: row.size,
            "Ceux dont la part est connue.",
            constraints=REQUIRED | COUNT,
        ),
        Column("manque", "string", "Ce qui manque", lambda row, _: row.missing),
        _share("minimum", "Part la plus basse", "lowest"),
        _name("departement_minimum", "Département de la part la plus basse", "lowest_name"),
        _share("quartile_1", "Premier quartile", "quartile_1"),
        _share(
            "mediane",
            "Médiane",
            "median",
            "Des départements, chacun compté une fois : ce n’est pas la part de la France.",
        ),
        _share("quartile_3", "Troisième quartile", "quartile_3"),
        _share("maximum", "Part la plus haute", "highest"),
        _name("departement_maximum", "Département de la part la plus haute", "highest_name"),
        *source_columns(lambda row, _: row.source),
        *COMMON_COLUMNS,
    ],
)

BINS = Dataset(
    slug="repartition-tranches",
    title="Répartition des départements de France, par demi-point",
    description="Combien de départements de France ont une part dans chaque demi-point : une "
    "ligne par source et par tranche. Une tranche sans département n’a pas de ligne.",
    theme="ECON",
    keywords=["économie sociale et solidaire", "départements", "répartition", "histogramme"],
    key=["id_source", "part", "de"],
    preview="opendata/_bins.html",
    queryset=lambda _: Bin.objects.select_related("distribution__source"),
    dates=["updated_at", "distribution__updated_at", "distribution__source__updated_at"],
    sources=lambda _: Source.objects.filter(distributions__bins__isnull=False).distinct(),
    columns=[
        _measure_column(lambda row: row.distribution),
        Column(
            "de",
            "number",
            "À partir de, en pour cent",
            lambda row, _: row.start,
            constraints=REQUIRED | PERCENTAGE,
        ),
        Column(
            "a_moins_de",
            "number",
            "À moins de, en pour cent",
            lambda row, _: row.end,
            constraints=REQUIRED,
        ),
        Column(
            "departements",
            "integer",
            "Nombre de départements",
            lambda row, _: row.departments,
            constraints=REQUIRED | {"minimum": 1},
        ),
        *source_columns(lambda row, _: row.distribution.source),
        *COMMON_COLUMNS,
    ],
)
