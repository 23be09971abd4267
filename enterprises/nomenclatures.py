"""What Sirene's codes mean: headcount bands, activities, legal categories (source: Insee)."""

import re
from dataclasses import dataclass

from cress.base.text.codes import bare_code
from cress.base.text.folding import fold
from cress.base.text.numbers import format_number


@dataclass(frozen=True)
class HeadcountBand:
    """A headcount: its bounds in employees (None: not known), and its label in French."""

    least: int | None
    most: int | None
    label: str


# An establishment without employee or without declaration (NN) has no headcount to show.
UNKNOWN_BAND = HeadcountBand(None, None, "")
# trancheEffectifsEtablissement; the last one has no upper bound.
HEADCOUNT_BANDS = {
    "NN": UNKNOWN_BAND,
    "00": HeadcountBand(0, 0, "0 salarié au 31 décembre"),
    "01": HeadcountBand(1, 2, "1 ou 2 salariés"),
    "02": HeadcountBand(3, 5, "3 à 5 salariés"),
    "03": HeadcountBand(6, 9, "6 à 9 salariés"),
    "11": HeadcountBand(10, 19, "10 à 19 salariés"),
    "12": HeadcountBand(20, 49, "20 à 49 salariés"),
    "21": HeadcountBand(50, 99, "50 à 99 salariés"),
    "22": HeadcountBand(100, 199, "100 à 199 salariés"),
    "31": HeadcountBand(200, 249, "200 à 249 salariés"),
    "32": HeadcountBand(250, 499, "250 à 499 salariés"),
    "41": HeadcountBand(500, 999, "500 à 999 salariés"),
    "42": HeadcountBand(1000, 1999, "1 000 à 1 999 salariés"),
    "51": HeadcountBand(2000, 4999, "2 000 à 4 999 salariés"),
    "52": HeadcountBand(5000, 9999, "5 000 à 9 999 salariés"),
    "53": HeadcountBand(None, None, "10 000 salariés et plus"),
}
_BANDS_BY_LABEL = {fold(band.label): band for band in HEADCOUNT_BANDS.values() if band.label}


MOST_EMPLOYEES = 1_000_000  # no establishment has as many
# « 12 », « 1 200 salariés », « 12.0 », as a spreadsheet writes a whole number.
_COUNT = r"([0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,7})(?:[.,]0+)?"
_PEOPLE = r"(?: (?:salari|employ|personne|agent)\S*)?"
_ONE_COUNT = re.compile(_COUNT + _PEOPLE, re.IGNORECASE)
_TWO_COUNTS = re.compile(
    rf"(?:(?:de|entre) )?{_COUNT} ?(?:à|a|et|ou|-|–) ?{_COUNT}{_PEOPLE}", re.IGNORECASE
)


def band_of_code(text):
    """
    Return the HeadcountBand of a code of Sirene, or of a label.

    « 02 » may have become « 2 » in a spreadsheet. Return None if there is no such band; an empty
    text means that the headcount is not known.
    """
    if not text:
        return UNKNOWN_BAND
    code = bare_code(text).upper().zfill(2)
    return HEADCOUNT_BANDS.get(code) or _BANDS_BY_LABEL.get(fold(text))


def band_of_count(text):
    """
    Return the HeadcountBand of a number of employees, of two bounds, or of a label of Sirene.

    « 12 » is twelve employees here, and not Sirene's code of 20 to 49. A number that starts
    with a zero may be such a code: it gives None, like all that is not understood.
    """
    if not text or text.upper() == "NN":
        return UNKNOWN_BAND
    if band := _BANDS_BY_LABEL.get(fold(text)):
        return band
    found = _ONE_COUNT.fullmatch(text) or _TWO_COUNTS.fullmatch(text)
    if not found:
        return None
    digits = [count.replace(" ", "") for count in found.groups()]
    if any(count != str(int(count)) for count in digits):
        return None
    least, most = int(digits[0]), int(digits[-1])
    if not least <= most <= MOST_EMPLOYEES:
        return None
    return HeadcountBand(least, most, _label(least, most))


def _label(least, most):
    noun = "salarié" if most < 2 else "salariés"
    if least == most:
        return f"{format_number(most)} {noun}"
    between = "ou" if most == least + 1 else "à"
    return f"{format_number(least)} {between} {format_number(most)} {noun}"


# Activities. Subclasses of the NAF rev. 2 end with A to F or Z; those of the NAF 2025 end with
# other letters, so that no code is in both (source: Insee).
_ACTIVITY = re.compile(r"([0-9]{2})\.?([0-9]{2})([A-Z])")
_REV2_LETTERS = "ABCDEFZ"
NAF_REV2, NAF_2025 = "NAFRev2", "NAF2025"
_NOMENCLATURES = {
    "nafrev2": NAF_REV2,
    "naf2008": NAF_REV2,
    "naf2025": NAF_2025,
    "naf25": NAF_2025,
}


def read_activity(text, nomenclature=""):
    """
    Return (the code of an activity as « 88.10A », its nomenclature), or None.

    `nomenclature` is the one that the file gives, or an empty text. A code that contradicts it
    is not understood, nor is a code of an older nomenclature.
    """
    code = _ACTIVITY.fullmatch("".join(text.split()).upper())
    if not code:
        return None
    found = NAF_REV2 if code[3] in _REV2_LETTERS else NAF_2025
    if nomenclature and _NOMENCLATURES.get(fold(nomenclature).replace(" ", "")) != found:
        return None
    return f"{code[1]}.{code[2]}{code[3]}", found


# Sections of the NAF rev. 2: (divisions, slug and name of the sector). « Industrie » is the
# sector that the site ships with. Sections T and U (households, embassies) have no enterprise.
# The NAF 2025 groups the same divisions into other sections, and has no division 45.
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
# The ground of the plates of a section: near sections share one, as the shipped sectors do.
_GROUNDS = {"ade": "leaf", "bcf": "sand", "ghi": "ochre", "jklmn": "ink", "pr": "plum"}
_GROUND_OF_SECTION = {
    f"naf-{letter}": ground for letters, ground in _GROUNDS.items() for letter in letters
}


def sector_of(activity_code):
    """Return (slug, name) of the sector of a code of either NAF, such as « 88.10A »."""
    return _SECTOR_OF_DIVISION.get(activity_code[:2], UNKNOWN_SECTOR)


def ground_of(sector_slug):
    """Return the name of the ground of a sector that `sector_of` names."""
    return _GROUND_OF_SECTION.get(sector_slug, "teal")


# Legal categories whose published title names one family. The category of a company of the ESS,
# of a group of employers or of a congregation does not.
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
# The categories that start with 1 are those of natural persons; lists may write it in words.
_NATURAL_PERSONS = {
    "entrepreneur individuel",
    "entreprise individuelle",
    "personne physique",
    "micro entrepreneur",
    "auto entrepreneur",
    "autoentrepreneur",
    "microentrepreneur",
    "profession liberale",
}


def is_natural_person(legal_category):
    """Whether a legal category, as a code or in words, is that of a natural person."""
    return bare_code(legal_category).startswith("1") or fold(legal_category) in _NATURAL_PERSONS


def family_of(legal_category):
    """Return the slug of the one family that a legal category names, or an empty text."""
    return _FAMILY_OF_CATEGORY.get(legal_category, "")
