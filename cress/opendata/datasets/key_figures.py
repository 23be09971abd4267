"""Key figures of the region, a row each."""

from cress.base.text.numbers import parse_number
from cress.opendata.datasets.columns import COMMON_COLUMNS, REQUIRED, source_columns
from cress.opendata.datasets.declaration import Column, Dataset
from territories.models import KeyFigure, Source

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
