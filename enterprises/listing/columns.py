"""The columns that an import reads: Sirene's, the schema's, the chamber's. No other is."""

# Sirene's name first, then that of the schema of lists of ESS enterprises, then what people type.
# Columns about persons (names, sex, birth) are in no list here, and so are never read.
COLUMNS = {
    "siret": ["siret", "numéro siret", "n° siret", "no siret"],
    "name": [
        "denominationUniteLegale",
        "denomination",
        "nom",
        "raison sociale",
        "nom de l’établissement",
        "nom de l’entreprise",
    ],
    "usual_name": [
        "denominationUsuelleEtablissement",
        "enseigne1Etablissement",
        "nom_usuel",
        "nom d’usage",
        "enseigne",
    ],
    "insee_code": [
        "codeCommuneEtablissement",
        "code_insee",
        "code insee commune",
        "code commune",
        "insee",
    ],
    "postcode": ["codePostalEtablissement", "code_postal", "cp"],
    "commune": ["libelleCommuneEtablissement", "commune", "ville"],
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
    "headcount": ["trancheEffectifsEtablissement", "tranche_effectifs", "effectif", "effectifs"],
    "headcount_year": ["anneeEffectifsEtablissement", "année des effectifs"],
    "website": ["site_web", "site", "site internet", "url"],
    "state": ["etatAdministratifEtablissement", "état administratif"],
    "unit_state": ["etatAdministratifUniteLegale"],
    "diffusion": ["statutDiffusionEtablissement", "statut de diffusion"],
    "unit_diffusion": ["statutDiffusionUniteLegale"],
    "is_ess": ["economieSocialeSolidaireUniteLegale"],
}
REQUIRED = ["siret", "name"]
