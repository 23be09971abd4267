"""What Sirene's codes mean: headcount bands, activities, legal categories (source: Insee)."""

from dataclasses import dataclass

from cress.base.text.folding import fold


@dataclass(frozen=True)
class Band:
    """A headcount band of Sirene: its bounds in employees, and how it is said."""

    least: int | None
    most: int | None
    label: str


# An establishment without employee or without declaration (NN) has no headcount to show.
UNKNOWN_BAND = Band(None, None, "")
# trancheEffectifsEtablissement; the last one has no upper bound.
BANDS = {
    "NN": UNKNOWN_BAND,
    "00": Band(0, 0, "0 salarié au 31 décembre"),
    "01": Band(1, 2, "1 ou 2 salariés"),
    "02": Band(3, 5, "3 à 5 salariés"),
    "03": Band(6, 9, "6 à 9 salariés"),
    "11": Band(10, 19, "10 à 19 salariés"),
    "12": Band(20, 49, "20 à 49 salariés"),
    "21": Band(50, 99, "50 à 99 salariés"),
    "22": Band(100, 199, "100 à 199 salariés"),
    "31": Band(200, 249, "200 à 249 salariés"),
    "32": Band(250, 499, "250 à 499 salariés"),
    "41": Band(500, 999, "500 à 999 salariés"),
    "42": Band(1000, 1999, "1 000 à 1 999 salariés"),
    "51": Band(2000, 4999, "2 000 à 4 999 salariés"),
    "52": Band(5000, 9999, "5 000 à 9 999 salariés"),
    "53": Band(None, None, "10 000 salariés et plus"),
}
_BANDS_BY_LABEL = {fold(band.label): band for band in BANDS.values() if band.label}


def headcount_band(text):
    """
    Return the Band of a code (« 02 », or « 2 » once a spreadsheet has passed) or of a label.

    None if there is no such band; no text says that the headcount is not known.
    """
    if not text:
        return UNKNOWN_BAND
    return BANDS.get(text.upper().zfill(2)) or _BANDS_BY_LABEL.get(fold(text))


# Sections of the NAF rev. 2: (divisions, slug and name of the sector). « Industrie » is the
# sector that the site ships with. Sections T and U (households, embassies) have no enterprise.
_SECTIONS = [
    (range(1, 4), "naf-a", "Agriculture, sylviculture et pêche"),
    (range(5, 10), "naf-b", "Industries extractives"),
    (range(10, 34), "industrie", "Industrie"),
    (
        range(35, 36),
        "naf-d",
        "Production et distribution d’électricité, de gaz, de vapeur et d’air conditionné",
    ),
    (
        range(36, 40),
        "naf-e",
        "Production et distribution d’eau ; assainissement, gestion des déchets et dépollution",
    ),
    (range(41, 44), "naf-f", "Construction"),
    (range(45, 48), "naf-g", "Commerce ; réparation d’automobiles et de motocycles"),
    (range(49, 54), "naf-h", "Transports et entreposage"),
    (range(55, 57), "naf-i", "Hébergement et restauration"),
    (range(58, 64), "naf-j", "Information et communication"),
    (range(64, 67), "naf-k", "Activités financières et d’assurance"),
    (range(68, 69), "naf-l", "Activités immobilières"),
    (range(69, 76), "naf-m", "Activités spécialisées, scientifiques et techniques"),
    (range(77, 83), "naf-n", "Activités de services administratifs et de soutien"),
    (range(84, 85), "naf-o", "Administration publique"),
    (range(85, 86), "naf-p", "Enseignement"),
    (range(86, 89), "naf-q", "Santé humaine et action sociale"),
    (range(90, 94), "naf-r", "Arts, spectacles et activités récréatives"),
    (range(94, 97), "naf-s", "Autres activités de services"),
]
_SECTOR_OF_DIVISION = {
    f"{division:02}": (slug, name) for divisions, slug, name in _SECTIONS for division in divisions
}
UNKNOWN_SECTOR = ("a-preciser", "Secteur à préciser")


def sector_of(activity_code):
    """Return (slug, name) of the sector of a NAF code such as « 88.10A »."""
    return _SECTOR_OF_DIVISION.get(activity_code[:2], UNKNOWN_SECTOR)


# Legal categories whose published title says the family, and no other: a company that is of the
# ESS by its articles, a group of employers or a congregation is told by its papers only.
_FAMILIES = {
    "association": "9210 9220 9221 9222 9230 9260",
    "cooperative": "5191 5192 5193 5194 5195 5196 5203 5307 5309 5443 5451 5453 5454 5455 5458 "
    "5459 5460 5543 5547 5551 5552 5553 5554 5555 5558 5559 5560 5643 5647 5651 5652 5653 5654 "
    "5655 5658 5659 5660 6316 6317 6318 6543 6551 6554 6558 6560",
    "mutuelle": "6411 8210 8250 8290",
    "fondation": "9300",
}
_FAMILY_OF_CATEGORY = {
    category: family for family, categories in _FAMILIES.items() for category in categories.split()
}
NATURAL_PERSON = "1000"


def family_of(legal_category):
    """Return the slug of the family that a legal category belongs to for certain, or nothing."""
    return _FAMILY_OF_CATEGORY.get(legal_category, "")
