"""What a line of a list says of an enterprise, in the site's own terms."""

import re
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from cress.base.text.folding import fold
from enterprises.listing.errors import RefusedError
from enterprises.listing.places import Places
from enterprises.models import Enterprise, Family, Sector
from enterprises.nomenclatures import (
    NATURAL_PERSON,
    UNKNOWN_SECTOR,
    family_of,
    headcount_band,
    sector_of,
)
from enterprises.siret import bare_siret, siret_problem

NOT_SHOWN = "[ND]"  # what Sirene writes instead of what it may not tell
_ACTIVITY = re.compile(r"([0-9]{2})\.?([0-9]{2}[A-Z])")
_CATEGORY = re.compile(r"[0-9]{4}")
_is_website = URLValidator(schemes=["http", "https"])


@dataclass
class Entry:
    """
    A line that can be taken: an establishment to list, or to withdraw and why.

    `values` says {attribute of Enterprise: value}; what the file has no column for is not in
    it. `doubts` are sentences about cells that were left out.
    """

    line: int
    siret: str
    values: dict = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    withdrawal: str = ""
    is_secret: bool = False  # the law, not the chamber, decides that it is not shown


class Reader:
    """Turns the rows of a table into entries; keeps what they refer to."""

    def __init__(self, table, apply):
        self.table, self.apply = table, apply
        self.places = Places()
        self.families, self.family_names = _numbers_and_names(Family)
        self.sectors, self.sector_names = _numbers_and_names(Sector)
        self.new_sectors = {}  # {slug: name} of those that the file calls for

    def read(self, row):
        """Return the Entry of a Row, or raise RefusedError."""
        if row.problem:
            raise RefusedError(row.problem)
        siret = bare_siret(row.cells["siret"])
        if problem := siret_problem(siret):
            raise RefusedError(problem)
        cells = {
            name: "" if text == NOT_SHOWN else " ".join(text.split())
            for name, text in row.cells.items()
        }
        entry = Entry(row.line, siret)
        entry.withdrawal, entry.is_secret = _why_not_listed(cells)
        if not entry.withdrawal:
            self._fill(entry, cells)
        return entry

    def _fill(self, entry, cells):
        values = entry.values
        values["name"] = _text(cells, "name")
        if not values["name"]:
            raise RefusedError("Le nom (dénomination) manque.")
        commune, department = self.places.find(
            cells.get("insee_code", ""), cells.get("postcode", ""), cells.get("commune", "")
        )
        values |= {"department_id": department, "commune_id": commune, "is_published": True}
        if "usual_name" in cells:
            usual_name = _text(cells, "usual_name")
            values["usual_name"] = usual_name if usual_name != values["name"] else ""
        self._fill_activity(entry, cells)
        self._fill_family(entry, cells)
        self._fill_headcount(entry, cells)
        self._fill_website(entry, cells)

    def _fill_activity(self, entry, cells):
        if not {"activity_code", "sector"} & cells.keys():
            return
        code = self._activity_code(entry, cells)
        if "activity_code" in cells:
            entry.values["activity_code"] = code
        entry.values["sector_id"] = self._named_sector(entry, cells) or self.sector(
            *sector_of(code)
        )

    @staticmethod
    def _activity_code(entry, cells):
        text = cells.get("activity_code", "").upper()
        if not text or cells.get("activity_nomenclature", "NAFRev2") not in ("", "NAFRev2"):
            return ""
        if code := _ACTIVITY.fullmatch(text):
            return f"{code[1]}.{code[2]}"
        entry.doubts.append(f"« {text[:40]} » n’est pas un code de la NAF : laissé de côté.")
        return ""

    def _named_sector(self, entry, cells):
        """Return the number of the sector that the file names, if the site has it."""
        name = cells.get("sector", "")
        known = self._number_of(self.sectors, self.sector_names, name)
        if name and not known:
            entry.doubts.append(f"Le secteur « {name[:60]} » n’existe pas sur le site.")
        return known

    def sector(self, slug, name):
        """Return the number of a sector, made if need be; None while nothing is written."""
        number = self.sectors.get(slug) or self._number_of(self.sectors, self.sector_names, name)
        if number is None:
            self.new_sectors[slug] = name
            if self.apply:
                number = Sector.objects.create(slug=slug, name=name).pk
                self.sectors[slug], self.sector_names[number] = number, name
        return number

    def default_sector(self):
        return self.sector(*UNKNOWN_SECTOR)

    def _fill_family(self, entry, cells):
        if not {"family", "legal_category"} & cells.keys():
            return
        category = cells.get("legal_category", "")
        if category and not _CATEGORY.fullmatch(category):
            entry.doubts.append(f"« {category[:40]} » n’est pas une catégorie juridique.")
            category = ""
        if "legal_category" in cells:
            entry.values["legal_category"] = category
        said = cells.get("family", "")
        known = self._number_of(self.families, self.family_names, said)
        if said and not known:
            entry.doubts.append(f"La famille « {said[:60]} » n’existe pas sur le site.")
        entry.values["family_id"] = known or self.families.get(family_of(category))

    @staticmethod
    def _number_of(numbers, names, said):
        """Return the number of the row whose slug or name is said, or None."""
        return numbers.get(said) or next(
            (number for number, name in names.items() if said and fold(name) == fold(said)), None
        )

    def say(self, attribute, value):
        """Return a value of an entry as people read it."""
        names = {
            "commune_id": self.places.names,
            "sector_id": self.sector_names,
            "family_id": self.family_names,
        }
        plain = {"": "rien", None: "rien", True: "oui"}
        return str(names.get(attribute, plain).get(value, value))

    @staticmethod
    def _fill_headcount(entry, cells):
        if "headcount" not in cells:
            return
        band = headcount_band(cells["headcount"])
        if band is None:
            entry.doubts.append(f"« {cells['headcount'][:40]} » n’est pas une tranche d’effectif.")
            return
        year = cells.get("headcount_year", "")
        dated = year if re.fullmatch(r"[0-9]{4}", year) else "année non précisée"
        entry.values |= {
            "headcount_min": band.least,
            "headcount_max": band.most,
            "headcount_as_printed": _field("headcount_as_printed").to_python(band.label),
            "headcount_source": f"Insee, Sirene, {dated}" if band.label else "",
        }

    @staticmethod
    def _fill_website(entry, cells):
        if "website" not in cells:
            return
        address = cells["website"]
        if address and "://" not in address:
            address = f"https://{address}"
        try:
            if address:
                _is_website(address)
                _field("website").clean(address, None)
        except ValidationError:
            entry.doubts.append(f"« {address[:60]} » n’est pas l’adresse d’un site.")
            return
        entry.values["website"] = address


def _numbers_and_names(model):
    rows = list(model.objects.values_list("slug", "pk", "name"))
    return {slug: pk for slug, pk, _ in rows}, {pk: name for _, pk, name in rows}


def _field(name):
    return Enterprise._meta.get_field(name)


def _text(cells, name):
    """Return a text as it will be stored, or raise RefusedError if it is too long."""
    field = _field(name)
    text = field.to_python(cells.get(name, ""))
    if len(text) > field.max_length:
        raise RefusedError(
            f"Le {field.verbose_name} a {len(text)} signes, {field.max_length} au plus."
        )
    return text


def _why_not_listed(cells):
    """Return why an establishment is not to be shown, or nothing, and if the law says so."""
    for column in ["diffusion", "unit_diffusion"]:
        # An unknown status is no leave to publish.
        if cells.get(column, "").upper() not in ("", "O"):
            return "sa diffusion est restreinte dans Sirene", True
    if cells.get("legal_category") == NATURAL_PERSON:
        return "c’est une personne physique", True
    if cells.get("is_ess", "").upper() == "N":
        return "elle n’est pas de l’ESS selon Sirene", False
    if cells.get("state", "").upper() == "F":
        return "l’établissement est fermé", False
    if cells.get("unit_state", "").upper() == "C":
        return "l’entreprise a cessé", False
    return "", False
