"""The columns that an import reads: Sirene's, the schema's, those of the chamber's lists."""

from cress.base.files.tables import TableError
from cress.base.files.tables.named import bare

# Sirene's heading first, then that of the schema of lists of ESS enterprises, then what people
# type. Columns about persons (names, sex, birth) have no heading here, so they are not read.
COLUMNS = {
    "siret": ["siret", "numéro siret", "n° siret", "no siret"],
    "name": [
        "denominationUniteLegale",
        "denomination",
        "dénomination sociale",
        "raison sociale",
        "nom de l’établissement",
        "nom de l’entreprise",
        "nom de la structure",
        "nom de l’association",
        "nom de l’organisme",
    ],
    "usual_name": [
        "denominationUsuelleEtablissement",
        "enseigne1Etablissement",
        "enseigne",
        "nom commercial",
    ],
    "insee_code": [
        "codeCommuneEtablissement",
        "code_insee",
        "code insee commune",
        "code commune",
        "insee",
    ],
    "postcode": ["codePostalEtablissement", "code_postal", "cp", "codeCedexEtablissement"],
    "commune": ["libelleCommuneEtablissement", "commune", "ville", "libelleCedexEtablissement"],
    "activity_code": [
        "activitePrincipaleEtablissement",
        "activite_principale",
        "code ape",
        "ape",
        "code naf",
        "naf",
    ],
    "activity_nomenclature": [
        "nomenclatureActivitePrincipaleEtablissement",
        "nomenclature_activite",
    ],
    "sector": ["secteur", "secteur d’activité"],
    "legal_category": [
        "categorieJuridiqueUniteLegale",
        "categorie_juridique",
        "code catégorie juridique",
    ],
    "family": ["famille_ess", "famille", "famille de l’ESS"],
    "headcount_band": [
        "trancheEffectifsEtablissement",
        "tranche_effectifs",
        "tranche d’effectifs",
        "tranche d’effectif",
    ],
    "headcount": [
        "effectif",
        "effectifs",
        "effectif salarié",
        "effectifs salariés",
        "nombre de salariés",
        "nb de salariés",
        "nb salariés",
        "salariés",
    ],
    "associated_count": ["personnes_associees", "entrepreneurs associés"],
    "headcount_year": ["anneeEffectifsEtablissement", "année des effectifs", "année effectif"],
    "website": ["site_web", "site", "site internet", "url"],
    "state": [
        "etatAdministratifEtablissement",
        "état administratif",
        "état de l’établissement",
        "état",
    ],
    "unit_state": [
        "etatAdministratifUniteLegale",
        "état de l’unité légale",
        "état de l’entreprise",
    ],
    "closed": [
        "fermé",
        "fermée",
        "cessé",
        "cessée",
        "date de fermeture",
        "date de cessation",
        "dateFermetureEtablissement",
    ],
    "diffusion": [
        "statutDiffusionEtablissement",
        "statut de diffusion",
        "diffusion",
        "diffusible",
    ],
    "unit_diffusion": ["statutDiffusionUniteLegale"],
    "is_ess": ["economieSocialeSolidaireUniteLegale", "ess", "économie sociale et solidaire"],
}
REQUIRED = ["siret", "name"]

# Headings that name an enterprise in a list of enterprises, and a person in a list of people.
_AMBIGUOUS = {"name": "nom", "usual_name": "nom_usuel"}
# What a heading about a person has in it, or is.
_IN_PERSON_HEADINGS = [
    "prenom",
    "civilite",
    "sexe",
    "pseudonyme",
    "naissance",
    "nomusage",
    "nomdusage",
    "nomdefamille",
    "nompatronymique",
    "nomjeunefille",
    "nomdejeunefille",
    "firstname",
    "lastname",
    "surname",
]
_PERSON_HEADINGS = {"fonction", "genre", "mmemr", "mrmme", "mmem", "mmme"}
_SURNAME_OF_SIRENE = "nomunitelegale"


def select_columns(table):
    """
    Select the columns of a list in its Table; return the table.

    « Nom » is read only where it cannot be the name of a person: no column of the list is about
    persons, or their surnames have Sirene's own column; and no other column has the
    enterprise's name. Raise TableError if there is no column left for the name.
    """
    headings = {bare(heading): heading for heading in table.headings}
    person = next(filter(_is_about_persons, headings), None)
    columns = dict(COLUMNS)
    if person is None or _SURNAME_OF_SIRENE in headings:
        for field, heading in _AMBIGUOUS.items():
            if not any(bare(known) in headings for known in COLUMNS[field]):
                columns[field] = [*COLUMNS[field], heading]
    elif bare("nom") in headings and not any(bare(h) in headings for h in COLUMNS["name"]):
        raise TableError(
            f"La colonne « {headings[bare('nom')]} » n’est pas lue : à côté de "
            f"« {headings[person]} », elle peut donner le nom d’une personne. Nommez « Raison "
            "sociale » la colonne qui donne le nom de l’entreprise."
        )
    return table.select(columns, REQUIRED)


def _is_about_persons(heading):
    return heading in _PERSON_HEADINGS or any(part in heading for part in _IN_PERSON_HEADINGS)
