"""From a row of a list to the values of an enterprise of the site."""

import re
from collections import Counter
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from cress.base.files.tables import TableError
from cress.base.text.codes import bare_code
from cress.base.text.folding import fold
from cress.base.web.addresses import has_account
from enterprises.listing.permissions import Withdrawal, find_withdrawal
from enterprises.listing.places import Places
from enterprises.models import Enterprise, Family, Sector
from enterprises.nomenclatures import (
    NAF_2025,
    UNKNOWN_SECTOR,
    band_of_code,
    band_of_count,
    family_of,
    ground_of,
    read_activity,
    sector_of,
)
from enterprises.siret import bare_siret, siret_problem

NOT_SHOWN = "[ND]"  # Sirene writes this instead of what it may not publish
_CATEGORY = re.compile(r"[0-9]{4}")
_SCHEMES = re.compile(r"(?:https?:/{0,2})+", re.IGNORECASE)
_check_website = URLValidator(schemes=["http", "https"])


@dataclass
class ListedEstablishment:
    """
    A row that can be imported: an establishment to publish, or to withdraw.

    `values` is {attribute of Enterprise: value}; an attribute that the file does not give, or
    gives in a way that is not understood, is not in it. `defaults` are for a new enterprise.
    `doubts` are sentences for the screen and the report, `notes` for the report alone.
    """

    line: int
    siret: str
    values: dict = field(default_factory=dict)
    defaults: dict = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    withdrawal: Withdrawal | None = None


class Reader:
    """Makes establishments of the rows of a table, with the site's places, sectors and families."""

    def __init__(self, table, apply):
        self.table, self.apply = table, apply
        self.places = Places()
        self.families, self.family_names = _keys_and_names(Family)
        self.sectors, self.sector_names = _keys_and_names(Sector)
        self.new_sectors = {}  # {slug: name} of those that the file needs
        self.nomenclatures = Counter()  # of the activities that were read

    def read(self, row):
        """Return the ListedEstablishment of a Row, or raise TableError."""
        if row.problem:
            raise TableError(row.problem)
        siret = bare_siret(row.cells["siret"])
        if problem := siret_problem(siret):
            raise TableError(problem)
        listed = ListedEstablishment(row.line, siret, withdrawal=find_withdrawal(row.cells))
        if not listed.withdrawal:
            cells = {
                name: " ".join(text.split())
                for name, text in row.cells.items()
                if text != NOT_SHOWN
            }
            self._fill(listed, cells)
        return listed

    def _fill(self, listed, cells):
        values = listed.values
        values["name"] = _text(cells, "name")
        if not values["name"]:
            raise TableError("Le nom (dénomination) manque.")
        place = self.places.find(
            bare_code(cells.get("insee_code", "")),
            _bare_postcode(cells.get("postcode", "")),
            cells.get("commune", ""),
        )
        listed.doubts += place.doubts
        values |= {
            "department_id": place.department,
            "commune_id": place.commune,
            "is_published": True,
        }
        if "usual_name" in cells:
            usual_name = _text(cells, "usual_name")
            values["usual_name"] = usual_name if usual_name != values["name"] else ""
        self._fill_activity(listed, cells)
        self._fill_family(listed, cells)
        _fill_headcount(listed, cells)
        _fill_website(listed, cells)

    # Sector and activity

    def _fill_activity(self, listed, cells):
        """
        Set the activity, and the sector that the file names or that follows from the activity.

        What is not understood changes nothing: only an empty cell means that nothing is known.
        """
        named = self._find_named(listed, cells, "sector", "Le secteur")
        activity = self._read_activity(listed, cells)
        if activity is not None:
            listed.values["activity_code"] = activity
        if named:
            listed.values["sector_id"] = named
        elif activity or _are_empty(cells, ["activity_code", "sector"]):
            listed.values["sector_id"] = self.sector(*sector_of(activity or ""))

    def _read_activity(self, listed, cells):
        """Return a code of the NAF rev. 2, "" for an empty cell, None for anything else."""
        text = cells.get("activity_code")
        if not text:
            return text
        activity = read_activity(text, cells.get("activity_nomenclature", ""))
        if activity is None:
            listed.doubts.append(
                f"« {text[:40]} » n’est pas un code de la NAF que le site connaît : l’activité "
                "n’est pas changée."
            )
            return None
        code, nomenclature = activity
        self.nomenclatures[nomenclature] += 1
        if nomenclature != NAF_2025:
            return code
        listed.notes.append(
            f"« {code} » est un code de la NAF 2025 : l’activité et le secteur connus sont gardés."
        )
        listed.defaults["sector"] = sector_of(code)
        return None

    def sector(self, slug, name):
        """Return the key of a sector, made if need be; None while nothing is written."""
        key = self.sectors.get(slug) or self.sectors.get(fold(name))
        if key is None:
            self.new_sectors[slug] = name
            if self.apply:
                key = Sector.objects.create(slug=slug, name=name, ground=ground_of(slug)).pk
                self.sectors |= {slug: key, fold(name): key}
                self.sector_names[key] = name
        return key

    def default_sector(self, listed):
        """Return the key of the sector of a new enterprise whose sector the file does not give."""
        return self.sector(*listed.defaults.get("sector", UNKNOWN_SECTOR))

    # Family

    def _fill_family(self, listed, cells):
        named = self._find_named(listed, cells, "family", "La famille")
        category = bare_code(cells.get("legal_category", ""))
        is_understood = not category or bool(_CATEGORY.fullmatch(category))
        if not is_understood:
            listed.doubts.append(
                f"« {cells['legal_category'][:40]} » n’est pas une catégorie juridique : elle "
                "n’est pas changée."
            )
        elif "legal_category" in cells:
            listed.values["legal_category"] = category
        family = named or self.families.get(family_of(category))
        has_category = bool(category) and is_understood and not cells.get("family")
        if family or has_category or _are_empty(cells, ["family", "legal_category"]):
            listed.values["family_id"] = family

    def _find_named(self, listed, cells, column, noun):
        """Return the key of the sector or family that the file names, if the site has it."""
        keys = {"sector": self.sectors, "family": self.families}[column]
        name = cells.get(column, "")
        key = _key_of(keys, name)
        if name and not key:
            listed.doubts.append(f"{noun} « {name[:60]} » n’existe pas sur le site.")
        return key

    def as_text(self, attribute, value):
        """Return a value of an establishment as people read it."""
        names = {
            "commune_id": self.places.names,
            "sector_id": self.sector_names,
            "family_id": self.family_names,
        }
        plain = {"": "rien", None: "rien", True: "oui"}
        return str(names.get(attribute, plain).get(value, value))


def _fill_headcount(listed, cells):
    """Set the headcount: Sirene's band if the file has it, or else a number of employees."""
    texts = {name: cells[name] for name in ["headcount_band", "headcount"] if name in cells}
    if not texts:
        return
    column = next((name for name, text in texts.items() if text), None)
    is_band = column == "headcount_band"
    text = texts.get(column, "")
    band = band_of_code(text) if is_band else band_of_count(text)
    if band is None:
        what = "une tranche d’effectif" if is_band else "un nombre de salariés"
        listed.doubts.append(f"« {text[:40]} » n’est pas {what} : l’effectif n’est pas changé.")
        return
    associated = _associated_count(listed, cells.get("associated_count", ""))
    label = " et ".join(filter(None, [band.label, associated and _associated_people(associated)]))
    year = bare_code(cells.get("headcount_year", ""))
    dated = year if re.fullmatch(r"[0-9]{4}", year) else "année non précisée"
    source = f"Insee, Sirene, {dated}" if is_band else f"Liste importée, {dated}"
    listed.values |= {
        "headcount_min": band.least,
        "headcount_max": band.most,
        "associated_count": associated,
        "headcount_as_printed": _field("headcount_as_printed").to_python(label),
        "headcount_source": source if label else "",
    }


def _associated_count(listed, text):
    """Return the number of people who work there without being employees, or None."""
    if text and not text.isdecimal():
        listed.doubts.append(f"« {text[:40]} » n’est pas un nombre de personnes associées.")
        return None
    return int(text or 0) or None


def _associated_people(count):
    return f"{count} personnes associées" if count > 1 else "1 personne associée"


def _fill_website(listed, cells):
    if "website" not in cells:
        return
    text = cells["website"]
    address = _web_address(text)
    if has_account(address):
        listed.doubts.append(
            "Une adresse électronique est à la place de celle du site : elle n’est pas prise."
        )
        return
    try:
        if address:
            _check_website(address)
            _field("website").clean(address, None)
    except ValidationError:
        listed.doubts.append(f"« {text[:60]} » n’est pas l’adresse d’un site.")
        return
    listed.values["website"] = address


def _web_address(text):
    """Return an address with one scheme and its host in lower case: « HTTP:/X.fr » is http://x.fr."""
    schemes = _SCHEMES.match(text)
    scheme = "https"
    if schemes:
        scheme = re.findall(r"https?", schemes[0].lower())[-1]
        text = text[schemes.end() :]
    elif "://" in text or not text:
        return text
    host, slash, path = text.removeprefix("mailto:").partition("/")
    return f"{scheme}://{host.lower()}{slash}{path}"


def _bare_postcode(text):
    return re.sub(r"^FR?-?(?=[0-9])", "", bare_code(text), flags=re.IGNORECASE)


def _are_empty(cells, columns):
    """Whether the file has some of these columns, and nothing in them."""
    texts = [cells[column] for column in columns if column in cells]
    return bool(texts) and not any(texts)


def _key_of(keys, text):
    """Return the key of the row whose slug or name is this text, or None."""
    return keys.get(text) or keys.get(fold(text))


def _keys_and_names(model):
    """Return ({slug or folded name: key}, {key: name})."""
    rows = list(model.objects.values_list("slug", "pk", "name"))
    keys = {fold(name): key for _, key, name in rows} | {slug: key for slug, key, _ in rows}
    return keys, {key: name for _, key, name in rows}


def _field(name):
    return Enterprise._meta.get_field(name)


def _text(cells, name):
    """Return a text as it will be stored, or raise TableError if it is too long."""
    field = _field(name)
    text = field.to_python(cells.get(name, ""))
    if len(text) > field.max_length:
        raise TableError(
            f"Le {field.verbose_name} a {len(text)} signes, {field.max_length} au plus."
        )
    return text
