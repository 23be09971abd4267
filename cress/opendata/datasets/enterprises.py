"""Published enterprises, a row for each establishment."""

from django.db.models import Count, Max

from cress.opendata.datasets.columns import (
    COMMON_COLUMNS,
    COUNT,
    DEPARTMENT_CODE,
    LEVER_SLUG,
    PAGE,
    REQUIRED,
    UNIQUE,
)
from cress.opendata.datasets.declaration import Column, Dataset, Filter
from enterprises.choices import BANDS, RELATIONS, narrow
from enterprises.filters import SHORTEST_WORD, DirectoryFilter
from enterprises.models import Enterprise
from territories.models import Commune


def commune_of(name):
    return lambda row, _: getattr(row.commune, name, None)


def centre_of(enterprise):
    """Return the town centre of an enterprise’s commune as (longitude, latitude), or None."""
    return enterprise.commune and enterprise.commune.centre


def enterprises_version(publication):
    """
    Return a value that changes when a published enterprise, or what its row shows, changes.

    A saved row changes the latest date, a removed one changes the count. The links to levers are
    only added and removed. All other values come from short tables, which are read whole.
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
    """Return the filters of the directory, with the same parameters."""
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
            "Mots du nom, de la commune, du département, du secteur, de la famille, du résumé ou "
            f"du texte, dont un d’au moins {SHORTEST_WORD} lettres\u202f; ou un SIRET",
            clean=DirectoryFilter.base_fields["q"].clean,
        ),
    ]


ENTERPRISES = Dataset(
    slug="entreprises",
    title="Entreprises de l’ESS",
    description="Les entreprises de l’économie sociale et solidaire que ce site publie, en "
    "liste ou en exemple : une ligne par établissement. Leur position est celle du "
    "centre-bourg de leur commune ou, à défaut, de sa mairie, et non leur adresse ; elle "
    "manque quand elle n’est pas connue.",
    theme="ECON",
    keywords=["économie sociale et solidaire", "entreprises", "associations", "coopératives"],
    key=["entreprise"],
    queryset=lambda _: (
        Enterprise.objects.published()
        .select_related("commune__intercommunality", "department", "family", "sector")
        .defer("text", "words", "folded_name", "imported", "department__outline")
        .defer("commune__intercommunality__outline")
        .order_by("-is_example", "folded_name", "pk")
    ),
    filters=enterprise_filters(),
    narrow=lambda rows, filters, publication: narrow(rows, filters, publication.choices),
    version=enterprises_version,
    shape=lambda row, _: (
        {"type": "Point", "coordinates": list(centre_of(row))} if centre_of(row) else None
    ),
    credit=lambda publication: publication.atlas.grid.place_credit,
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
            "WGS 84, du centre-bourg de la commune ou, à défaut, de sa mairie.",
            constraints={"minimum": -90, "maximum": 90},
        ),
        Column(
            "longitude",
            "number",
            "Longitude",
            commune_of("longitude"),
            "WGS 84, du centre-bourg de la commune ou, à défaut, de sa mairie.",
            constraints={"minimum": -180, "maximum": 180},
        ),
        Column(
            "source_position",
            "string",
            "Source de la position",
            lambda row, publication: (
                publication.atlas.grid.credit_of(row.commune) if centre_of(row) else None
            ),
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
            "personnes_associees",
            "integer",
            "Personnes associées",
            lambda row, _: row.associated_count,
            "Celles qui y travaillent sans être salariées.",
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
