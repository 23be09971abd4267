"""
Lists of fictitious establishments in real communes, in the format of Sirene.

    python -m tests.made_up_enterprises 100000 > list.csv
"""

import csv
import sys

from django.conf import settings

from enterprises.siret import luhn_sum

HEADER = [
    "siren",
    "siret",
    "statutDiffusionEtablissement",
    "trancheEffectifsEtablissement",
    "anneeEffectifsEtablissement",
    "codePostalEtablissement",
    "libelleCommuneEtablissement",
    "codeCommuneEtablissement",
    "etatAdministratifEtablissement",
    "denominationUsuelleEtablissement",
    "activitePrincipaleEtablissement",
    "nomenclatureActivitePrincipaleEtablissement",
    "denominationUniteLegale",
    "prenomUsuelUniteLegale",
    "categorieJuridiqueUniteLegale",
    "economieSocialeSolidaireUniteLegale",
]
KINDS = ["COMITE DES FETES", "ATELIER", "CREPE & CIE", "REGIE DE QUARTIER", "L'ENTRAIDE"]
BANDS = ["NN", "00", "01", "02", "03", "11", "12", "21"]
ACTIVITIES = ["88.10A", "94.99Z", "85.20Z", "90.01Z", "38.31Z", "10.71C", "55.20Z"]
CATEGORIES = ["9220", "9220", "5458", "8210", "9300", "5710"]


def with_key(digits):
    """Return the digits with their check digit (Luhn)."""
    return digits + str(-luhn_sum(digits + "0") % 10)


def made_up_siret(n):
    """Return the n-th SIRET of a range that Sirene does not use (SIREN below a million)."""
    return with_key(with_key(f"000{n // 1000 + 1:05}") + f"{n % 1000:04}")


def communes():
    path = settings.BASE_DIR / "fixtures" / "communes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def made_up_rows(count):
    """Yield {column: text} for each of `count` establishments, the same every time."""
    places = communes()
    for n in range(count):
        siret, place = made_up_siret(n), places[n % len(places)]
        cells = [
            siret[:9],
            siret,
            "O",
            BANDS[n % len(BANDS)],
            "2023",
            place["codes_postaux"].split()[0],
            place["nom"].upper(),
            place["code_insee"],
            "A",
            "",
            ACTIVITIES[n % len(ACTIVITIES)],
            "NAFRev2",
            f"{KINDS[n % len(KINDS)]} DE {place['nom'].upper()} {n}",
            "CAMILLE",
            CATEGORIES[n % len(CATEGORIES)],
            "O",
        ]
        yield dict(zip(HEADER, cells, strict=True))


def write_list(file, rows, delimiter=","):
    writer = csv.DictWriter(file, HEADER, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)


if __name__ == "__main__":
    write_list(sys.stdout, made_up_rows(int(sys.argv[1])))
