"""Which commune a line of a list is in."""

from django.db.models import F

from cress.base.text.folding import fold_place_name
from enterprises.listing.errors import RefusedError
from territories.models import Commune, FormerCommune, Territory


class Places:
    """The communes of the region and their former names, read once for an import."""

    def __init__(self):
        self.departments = set(Territory.objects.departments().values_list("code", flat=True))
        self.names = {}  # of communes, by number
        self._by_code, self._by_name = {}, {}
        communes = Commune.objects.values_list(
            "insee_code", "pk", "department_id", "name", "postcodes"
        )
        former = FormerCommune.objects.annotate(today=F("commune__name")).values_list(
            "insee_code", "commune_id", "commune__department_id", "name", "commune__postcodes"
        )
        for code, pk, department, name, postcodes in [*former, *communes]:
            self._by_code[code] = (pk, department)  # today's last: it is the one that counts
            for postcode in postcodes.split():
                self._by_name.setdefault((postcode, fold_place_name(name)), set()).add(
                    (pk, department)
                )
        for _, pk, _, name, _ in communes:
            self.names[pk] = name

    def find(self, code, postcode, name):
        """
        Return the numbers of the commune and of its department: by INSEE code, or else by
        postcode and name. Raise RefusedError where none is certain.
        """
        if code in self._by_code:
            return self._by_code[code]
        self._refuse_elsewhere("code Insee", code)
        found = self._by_name.get((postcode, fold_place_name(name)), set())
        if len(found) == 1:
            return next(iter(found))
        self._refuse_elsewhere("code postal", postcode)
        said = " ".join(filter(None, [code, postcode, name]))[:60]
        if found:
            raise RefusedError(f"Plusieurs communes répondent à « {said} » : donnez le code Insee.")
        raise RefusedError(
            f"Commune inconnue : « {said} ». Donnez son code Insee, ou son code postal et son nom."
            if said
            else "La commune manque : donnez son code Insee, ou son code postal et son nom."
        )

    def _refuse_elsewhere(self, title, code):
        if code and code[:2] not in self.departments:
            raise RefusedError(f"La commune n’est pas dans la région ({title} {code[:10]}).")
