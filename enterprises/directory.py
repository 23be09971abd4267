"""The results of the directory: the enterprises, their counts, their places on the map."""

from collections import Counter
from functools import cached_property, partial
from operator import eq

from django.core.paginator import Paginator
from django.db.models import BooleanField, Count, IntegerField, Value

from cress.base.text.numbers import format_figure
from enterprises.choices import BANDS
from enterprises.filters import RECENT
from enterprises.models import Enterprise
from territories.maps import Dot
from territories.models import Commune

PAGE_LENGTH = 18  # rows of two and of three are full
MOST_PACED = 12  # results whose plates have two widths, and numbers on the map
MOST_TOWNS = 8  # in the list beside the map
MOST_PAGES = 500  # nobody reads more, and the database would skip more and more rows
MOST_MATCHES = 1000  # matches of a text that are counted

# {parameter of the address: column}: rows with equal values are counted together, as one cell.
_CELLS = {
    "departement": "department",
    "secteur": "sector",
    "famille_ess": "family",
    "effectif": "headcount_min",
    "exemples": "is_example",
}


class Directory:
    """
    The published enterprises that the choices of a DirectoryFilter leave.

    `counts` is {parameter: {key: the number that this choice would leave with the others}}. When a
    text matches more than MOST_MATCHES enterprises, `counts` and `dots` are empty, `count` is
    MOST_MATCHES at most, and `is_capped` is true where there are more.
    `towns` is {name: count} of the communes with results, the highest count first.
    """

    def __init__(self, filters):
        self.filters = filters
        self.rows = Enterprise.objects.published()
        self.counts, self.dots, self.towns, self.example_count = {}, [], Counter(), None
        self.is_capped = False
        found = self._find(filters.looked_for) if filters.looked_for else []
        if len(found) > MOST_MATCHES:
            most = self._narrowed()[: MOST_MATCHES + 1].count()
            self.is_capped = most > MOST_MATCHES
            self.count = min(most, MOST_MATCHES)
            return
        if filters.looked_for:  # it is searched once: the other queries use these primary keys
            self.rows = self.rows.filter(pk__in=found)
        self._count()

    def _find(self, query):
        """Return the primary keys of the enterprises that match, MOST_MATCHES + 1 at most."""
        matches = self.rows.matching(query).order_by()
        return list(matches.values_list("pk", flat=True)[: MOST_MATCHES + 1])

    def _narrowed(self, *without):
        return self.filters.narrow(self.rows, without).order_by()

    def _count(self):
        """Count in one query the enterprises of each choice and of each commune."""
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
        """
        Add each cell to the counts.

        A cell that all the choices accept counts for every parameter. One that a single choice
        refuses counts for that parameter only: it would be left if the choice were another.
        """
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
                count for headcount, count in counts["effectif"].items() if band.contains(headcount)
            )
            for band in BANDS.values()
        }
        self.counts["exemples"] = {"oui": counts["exemples"][True]}

    def _tests(self):
        """Return [(parameter, function that accepts a value of a cell or not)] for the choices."""
        tests = []
        for parameter, value in self.filters.chosen.items():
            if parameter == "effectif":
                tests.append((parameter, BANDS[value].contains))
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
        for pk, label, grouping, longitude, latitude in rows.values_list(
            "pk", Commune.LABEL, "intercommunality", "longitude", "latitude"
        ):
            groupings[grouping] += counted[pk]
            if chosen not in (None, grouping):
                continue
            self.towns[label] = counted[pk]
            if longitude is not None:
                self.dots.append(Dot((longitude, latitude), counted[pk]))
        self._count_by_key("epci", groupings)

    def _count_by_key(self, parameter, counted):
        self.counts[parameter] = {
            key: counted[choice.pk] for key, choice in self.filters.known[parameter].items()
        }

    # The content of the page

    @property
    def heading(self):
        """The number of results: « 9 306 entreprises, dont 6 exemples »."""
        if not self.count:
            return "Aucune entreprise"
        if self.count == self.example_count:
            return _counted(self.count, "exemple")
        enterprises = _counted(self.count, "entreprise")
        if self.is_capped:
            return f"Plus de {enterprises}"
        examples = _counted(self.example_count, "exemple") if self.example_count else ""
        return f"{enterprises}, dont {examples}" if examples else enterprises

    @property
    def is_paced(self):
        """Whether the results are few: each has its number on the map."""
        return self.count <= MOST_PACED and not self.is_capped

    @property
    def where(self):
        """In how many communes the results are: « Dans 6 communes »."""
        if len(self.towns) == 1:
            return "Dans une seule commune"
        return f"Dans {_counted(len(self.towns), 'commune')}" if self.towns else "Où les trouver"

    @property
    def largest_towns(self):
        """(name, count) of the communes with the most results, those with several only."""
        return [(name, count) for name, count in self.towns.most_common(MOST_TOWNS) if count > 1]

    def page(self, number):
        """Return a Page of enterprises with their cards; the last page for too high a number."""
        return Paginator(_Results(self), PAGE_LENGTH).get_page(number)

    @property
    def is_cut(self):
        """Whether there are more results than the pages show."""
        return self.is_capped or self.count > MOST_PAGES * PAGE_LENGTH

    def cards(self, window):
        """Return the enterprises of a slice of the results, with their `kilometres`."""
        ordered = self._ordered(self.filters.narrow(self.rows))
        # The index skips the rows of the earlier pages; only those of this page are read whole.
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
    def wider_searches(self):
        """(label, query string, count) without each choice, the highest count first."""
        counts = [
            _tally(name, self._rows_without(name), [], [])
            for name in self.filters.chosen
            if name not in ("commune", "tri")
        ]
        if not counts:
            return []
        first, *others = counts
        count_without = dict(first.union(*others, all=True))
        return sorted(
            (
                (self.filters.label_of(name), self.filters.query_without(name), count)
                for name, count in count_without.items()
                if count
            ),
            key=lambda suggestion: -suggestion[2],
        )

    def _rows_without(self, name):
        if name == "q":
            return self.filters.narrow(Enterprise.objects.published(), ["q"]).order_by()
        return self._narrowed(name)


def _tally(kind, rows, columns, filling):
    """Return a query of (kind, *columns, *filling, count), one row for each group of `rows`."""
    extra = {f"filling_{n}": value for n, value in enumerate(filling)}
    columns = ["kind", *columns, *extra]
    counted = rows.annotate(kind=Value(kind), **extra).values(*columns).annotate(count=Count("*"))
    return counted.values_list(*columns, "count")


def _counted(count, noun):
    return f"{format_figure(count)} {noun}{'s' if count > 1 else ''}"


class _Results:
    """The results in the form that a paginator needs."""

    ordered = True

    def __init__(self, directory):
        self.directory = directory

    def count(self):
        return min(self.directory.count, MOST_PAGES * PAGE_LENGTH)

    def __getitem__(self, window):
        return self.directory.cards(window)
