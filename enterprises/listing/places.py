"""Which commune a row of a list is in."""

import re
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import F

from cress.base.files.tables import TableError
from cress.base.text.folding import fold_place_name
from territories.models import Commune, FormerCommune, Territory

# « ORLEANS CEDEX 1 »: the mail is handed over there, the town is the one named.
_CEDEX = re.compile(r" cedex\b.*")
_ARTICLE_LAST = re.compile(r"(.+) (l|la|le|les)")  # « BLANC (LE) »


@dataclass(frozen=True)
class FoundPlace:
    """The keys of a commune and of its department, and sentences on what is doubtful."""

    commune: int
    department: int
    doubts: tuple[str, ...] = ()


class Places:
    """The communes of the region and their former names, read once for an import."""

    def __init__(self):
        self.departments = set(Territory.objects.departments().values_list("code", flat=True))
        self.names = {}  # {key: name} of communes
        self._codes = {}  # {key: INSEE code} of communes
        self._by_code = {}  # {INSEE code, today's or former: FoundPlace}
        self._names_of = defaultdict(set)  # {key of a commune: all its folded names}
        self._by_name = defaultdict(set)  # {(postcode or department code, folded name): places}
        self._postcodes = defaultdict(set)  # {postcode: places}
        communes = Commune.objects.values_list(
            "insee_code", "pk", "department_id", "department__code", "name", "postcodes"
        )
        former = FormerCommune.objects.annotate(today=F("commune__name")).values_list(
            "insee_code",
            "commune_id",
            "commune__department_id",
            "commune__department__code",
            "name",
            "commune__postcodes",
        )
        for code, key, department, department_code, name, postcodes in [*former, *communes]:
            place, folded = FoundPlace(key, department), fold_place_name(name)
            self._by_code[code] = place  # today's communes come last: their codes win
            self._names_of[key].add(folded)
            for area in [department_code, *postcodes.split()]:
                self._by_name[area, folded].add(place)
            for postcode in postcodes.split():
                self._postcodes[postcode].add(place)
        for code, key, _, _, name, _ in communes:
            self.names[key], self._codes[key] = name, code

    def code_of(self, key):
        """Return the INSEE code of a commune, or an empty text."""
        return self._codes.get(key, "")

    def today(self, code):
        """Return the FoundPlace of an INSEE code, today's or former, or None."""
        return self._by_code.get(code)

    def find(self, code, postcode, name):
        """
        Return the FoundPlace of a row: by INSEE code, or else by postcode and name.

        Raise TableError where no commune is certain.
        """
        town = _folded_town(name)
        if place := self._by_code.get(code):
            return FoundPlace(
                place.commune, place.department, self._contradictions(place, code, postcode, name)
            )
        self._refuse_elsewhere("code Insee", code)
        unknown_code = [f"Le code Insee {code} n’est pas connu."] if code else []
        found = self._by_name.get((postcode, town), set())
        if not found and postcode in self._postcodes:
            found = self._quarter_of(postcode, town)
        elif not found:  # the postcode of a CEDEX, which no commune has
            found = self._by_name.get((postcode[:2], town), set())
        if "cedex" in name.lower() and not found:
            found = self._by_name.get((postcode[:2], town), set())
        if len(found) == 1:
            [place] = found
            is_exact = place in self._by_name.get((postcode, town), set())
            guess = [] if is_exact else [f"Commune lue : {self.names[place.commune]}."]
            return FoundPlace(place.commune, place.department, (*unknown_code, *guess))
        self._refuse_elsewhere("code postal", postcode)
        given = " ".join(filter(None, [code, postcode, name]))[:60]
        if found:
            raise TableError(f"Plusieurs communes répondent à « {given} » : donnez le code Insee.")
        raise TableError(
            f"Commune inconnue : « {given} ». Donnez son code Insee, ou son code postal et son nom."
            if given
            else "La commune manque : donnez son code Insee, ou son code postal et son nom."
        )

    def _quarter_of(self, postcode, town):
        """Return the places of « Orléans La Source »: a commune's name, then a quarter's."""
        return {
            place
            for place in self._postcodes[postcode]
            if any(town.startswith(f"{name} ") for name in self._names_of[place.commune])
        }

    def _contradictions(self, place, code, postcode, name):
        """Return sentences on a name or a postcode that is not that of the INSEE code."""
        town = _folded_town(name)
        agrees = not town or any(
            f"{town} ".startswith(f"{known} ") or f"{known} ".startswith(f"{town} ")
            for known in self._names_of[place.commune]
        )
        today = self.names[place.commune]
        if not agrees:
            return (
                f"Le code Insee {code} est celui de {today}, le nom donné est « {name[:60]} » : "
                f"{today} est pris, vérifiez.",
            )
        others = self._postcodes.get(postcode)
        if others and all(other.commune != place.commune for other in others):
            return (
                f"Le code Insee {code} est celui de {today}, qui n’a pas le code postal "
                f"{postcode} : {today} est pris, vérifiez.",
            )
        return ()

    def _refuse_elsewhere(self, title, code):
        if code and code[:2] not in self.departments:
            raise TableError(f"La commune n’est pas dans la région ({title} {code[:10]}).")


def _folded_town(name):
    """Return the name of a town folded, without CEDEX, its article first."""
    town = _CEDEX.sub("", fold_place_name(name))
    article_last = _ARTICLE_LAST.fullmatch(town)
    return f"{article_last[2]} {article_last[1]}" if article_last else town
