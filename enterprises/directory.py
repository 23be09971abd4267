"""The enterprises that a visitor's choices leave: how many, where, and what each choice adds."""

from collections import Counter
from functools import cached_property, partial
from operator import eq

from django.core.paginator import Paginator
from django.db.models import BooleanField, Count, IntegerField, Value

from cress.base.text.numbers import format_figure
from enterprises.filters import BANDS, RECENT
from enterprises.models import Enterprise
from territories.maps import Dot
from territories.models import Commune

PAGE_LENGTH = 20
MOST_PAGES = 500  # nobody reads further, and the database would skip ever more rows
MOST_MATCHES = 1000  # of a text: beyond, they are not counted

# What cells of the counts are made of: the parameter of the address, the column.
_CELLS = {
    "departement": "department",
    "secteur": "sector",
    "famille_ess": "family",
    "effectif": "headcount_min",
    "exemples": "is_example",
}


class Directory:
    """
    What the choices of a DirectoryFilter leave of the published enterprises.

    `counts` says beside each choice what it would leave with all the others; it is empty where
    a text matches more than MOST_MATCHES enterprises, as `dots` is. `count` is then exact up to
    that number, and `is_capped` beyond.
    """

    def __init__(self, filters):
        self.filters = filters
        self.rows = Enterprise.objects.published()
        self.counts, self.dots, self.example_count = {}, [], None
        self.is_capped = False
        found = self._look_up(filters.words) if filters.words else []
        if len(found) > MOST_MATCHES:
            most = self._narrowed()[: MOST_MATCHES + 1].count()
            self.is_capped = most > MOST_MATCHES
            self.count = min(most, MOST_MATCHES)
            return
        if filters.words:  # looked up once: all that follows asks for the rows that were found
            self.rows = self.rows.filter(pk__in=found)
        self._count()

    def _look_up(self, words):
        """Return the numbers of the enterprises that have the words: one too many at most."""
        matches = self.rows.matching(words).order_by()
        return list(matches.values_list("pk", flat=True)[: MOST_MATCHES + 1])

    def _narrowed(self, *without):
        return self.filters.narrow(self.rows, without).order_by()

    def _count(self):
        """Count in one query what each choice would leave, and where what is left stands."""
        tallies = {"cell": Counter(), "commune": Counter(), "lever": Counter()}
        illustrations = Enterprise.levers.through.objects.filter(
            enterprise__in=self._narrowed("levier").values("pk")
        )
        nothing = Value(None, output_field=IntegerField())
        filling = [nothing, nothing, nothing, Value(None, output_field=BooleanField())]
        rows = _tally("cell", self._narrowed(*_CELLS), list(_CELLS.values()), []).union(
            _tally("commune", self._narrowed("epci"), ["commune"], filling),
            _tally("lever", illustrations, ["lever"], filling),
            all=True,
        )
        for kind, *key, count in rows:
            tallies[kind][tuple(key) if kind == "cell" else key[0]] += count
        self._read_cells(tallies["cell"])
        self._read_communes(tallies["commune"])
        self._count_by_key("levier", tallies["lever"])

    def _read_cells(self, cells):
        """A cell counts for all the choices or, if one of those made refuses it, for that one."""
        counts = {parameter: Counter() for parameter in _CELLS}
        tests = self._tests()
        self.count = self.example_count = 0
        for cell, count in cells.items():
            values = dict(zip(_CELLS, cell, strict=True))
            refusing = [parameter for parameter, accepts in tests if not accepts(values[parameter])]
            if len(refusing) > 1:
                continue
            for parameter in refusing or counts:
                counts[parameter][values[parameter]] += count
            if not refusing:
                self.count += count
                self.example_count += count * values["exemples"]
        for parameter in ["departement", "secteur", "famille_ess"]:
            self._count_by_key(parameter, counts[parameter])
        self.counts["effectif"] = {
            band.key: sum(
                count for headcount, count in counts["effectif"].items() if band.holds(headcount)
            )
            for band in BANDS.values()
        }
        self.counts["exemples"] = {"oui": counts["exemples"][True]}

    def _tests(self):
        """Return [(parameter, whether it accepts a value of a cell)] for the choices made."""
        tests = []
        for parameter, value in self.filters.chosen.items():
            if parameter == "effectif":
                tests.append((parameter, BANDS[value].holds))
            elif parameter == "exemples":
                tests.append((parameter, bool))
            elif parameter in _CELLS:
                tests.append((parameter, partial(eq, self.filters.known[parameter][value].pk)))
        return tests

    def _read_communes(self, counted):
        rows = Commune.objects.filter(pk__in=list(counted)).order_by()
        chosen = self.filters.chosen.get("epci")
        chosen = chosen and self.filters.known["epci"][chosen].pk
        groupings = Counter()
        for pk, grouping, longitude, latitude in rows.values_list(
            "pk", "intercommunality", "longitude", "latitude"
        ):
            groupings[grouping] += counted[pk]
            if longitude is not None and chosen in (None, grouping):
                self.dots.append(Dot((longitude, latitude), counted[pk]))
        self._count_by_key("epci", groupings)

    def _count_by_key(self, parameter, counted):
        self.counts[parameter] = {
            key: counted[choice.pk] for key, choice in self.filters.known[parameter].items()
        }

    # What the page shows

    @property
    def heading(self):
        """How many they are: « 9 306 entreprises, dont 6 exemples »."""
        if not self.count:
            return "Aucune entreprise"
        if self.count == self.example_count:
            return _counted(self.count, "exemple")
        said = _counted(self.count, "entreprise")
        if self.is_capped:
            return f"Plus de {said}"
        examples = _counted(self.example_count, "exemple") if self.example_count else ""
        return f"{said}, dont {examples}" if examples else said

    def page(self, number):
        """Return a page of the enterprises, as for cards; the last one for a number too high."""
        return Paginator(_Results(self), PAGE_LENGTH).get_page(number)

    @property
    def is_cut(self):
        """Whether there are more than can be leafed through."""
        return self.is_capped or self.count > MOST_PAGES * PAGE_LENGTH

    def cards(self, window):
        """Return the enterprises of a slice of the results, each with its `kilometres` if asked."""
        ordered = self._ordered(self.filters.narrow(self.rows))
        # Rows are skipped in an index; only those of the page are read whole.
        page = self._ordered(Enterprise.objects.filter(pk__in=ordered.values("pk")[window]))
        return page.for_cards().with_kilometres(self._centre)

    @property
    def _centre(self):
        return self.filters.near.centre if self.filters.near else None

    def _ordered(self, rows):
        if self.filters.chosen.get("tri") == RECENT:
            return rows.order_by("-pk")
        if self._centre:
            return rows.by_distance(self._centre)
        return rows.order_by("-is_example", "folded_name", "pk")

    @cached_property
    def looser(self):
        """What to take away where nothing is left: (label, query, count), the most first."""
        counts = [
            _tally(name, self._looser_rows(name), [], [])
            for name in self.filters.chosen
            if name not in ("commune", "tri")
        ]
        if not counts:
            return []
        first, *others = counts
        left = dict(first.union(*others, all=True))
        return sorted(
            (
                (self.filters.label_of(name), self.filters.query_without(name), count)
                for name, count in left.items()
                if count
            ),
            key=lambda suggestion: -suggestion[2],
        )

    def _looser_rows(self, name):
        if name == "q":
            return self.filters.narrow(Enterprise.objects.published(), ["q"]).order_by()
        return self._narrowed(name)


def _tally(kind, rows, columns, filling):
    """Return a query of (kind, columns, filling, count), a row for each group of `rows`."""
    extra = {f"filling_{n}": value for n, value in enumerate(filling)}
    columns = ["kind", *columns, *extra]
    counted = rows.annotate(kind=Value(kind), **extra).values(*columns).annotate(count=Count("*"))
    return counted.values_list(*columns, "count")


def _counted(count, noun):
    return f"{format_figure(count)} {noun}{'s' if count > 1 else ''}"


class _Results:
    """The results as a paginator reads them."""

    ordered = True

    def __init__(self, directory):
        self.directory = directory

    def count(self):
        return min(self.directory.count, MOST_PAGES * PAGE_LENGTH)

    def __getitem__(self, window):
        return self.directory.cards(window)
