"""Policy levers and their actions, a row for each lever."""

from cress.opendata.datasets.columns import COMMON_COLUMNS, PAGE, REQUIRED, UNIQUE, lever_filter
from cress.opendata.datasets.declaration import Column, Dataset
from policies.models import Lever

LEVERS = Dataset(
    slug="leviers",
    title="Leviers des politiques locales",
    description="Les politiques d’une commune ou d’une intercommunalité qui peuvent soutenir "
    "l’économie sociale et solidaire, et les actions possibles.",
    theme="GOVE",
    keywords=["économie sociale et solidaire", "politiques publiques", "collectivités"],
    key=["levier"],
    queryset=lambda _: Lever.objects.published().prefetch_related("actions", "terms"),
    filters=[lever_filter("slug")],
    columns=[
        Column(
            "levier",
            "string",
            "Levier, en abrégé",
            lambda row, _: row.slug,
            constraints=REQUIRED | UNIQUE,
        ),
        Column("rang", "integer", "Rang", lambda row, _: row.order, "L’ordre dans les listes."),
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
