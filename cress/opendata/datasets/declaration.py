"""The declaration of a dataset: its columns, its filters, its publisher."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import F, Max, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse

from cress.chamber.models import SiteIdentity
from enterprises.choices import read_choices
from policies.models import Lever
from territories.figures import Atlas
from territories.models import Source

UNKNOWN_LICENCE = "à préciser par la CRESS"
LIST_DELIMITER = "|"
# The French names of the types of Table Schema that columns have.
KINDS = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "date": "date",
    "year": "année",
    "list": "liste",
}


class Publication:
    """Who publishes the files and under what licence; read once for each answer."""

    @cached_property
    def identity(self):
        return SiteIdentity.objects.current()

    @cached_property
    def atlas(self):
        return Atlas()

    @cached_property
    def choices(self):
        """The values of the directory’s filters."""
        choices, _ = read_choices("")
        return choices

    @cached_property
    def illustrations(self):
        """The slugs of the published levers of each enterprise that has some, by its pk."""
        levers = Lever.objects.published().filter(enterprises__isnull=False)
        illustrations = {}
        for enterprise, slug in levers.values_list("enterprises", "slug"):
            illustrations.setdefault(enterprise, []).append(slug)
        return illustrations

    @property
    def publisher(self):
        return self.identity.full_name

    @property
    def licence(self):
        return self.identity.data_licence or UNKNOWN_LICENCE


@dataclass(frozen=True)
class Column:
    """
    One column: its Table Schema, and how a row fills it.

    `value` takes the row and the Publication; a list is one cell of a CSV file, its
    items separated by LIST_DELIMITER.
    """

    name: str
    kind: str  # a type of Table Schema
    title: str
    value: Callable
    note: str = ""
    sirene: str = ""
    format: str = ""
    constraints: dict = field(default_factory=dict)

    @property
    def description(self):
        sirene = f"SIRENE : {self.sirene}." if self.sirene else ""
        return " ".join(filter(None, [self.note, sirene]))

    @property
    def name_parts(self):
        """The parts of the name: a narrow screen may break it between two of them."""
        return self.name.split("_")

    @property
    def kind_label(self):
        return KINDS[self.kind]


@dataclass(frozen=True)
class Filter:
    """
    A parameter of the address that keeps the rows with one of the values it is given.

    `values` gives all the values there are; `fixed` is a short list of them, shown with the title.
    Without values, the parameter is one text, which `clean` returns or refuses (ValidationError).
    """

    parameter: str
    title: str
    values: Callable[[Publication], Collection[str]] | None = None
    fixed: Collection[str] = ()
    clean: Callable[[str], str] | None = None
    lookup: str = ""  # used when the dataset has no `narrow`

    def known_values(self, publication):
        """Return the possible values, or None if any text is one."""
        return self.fixed or (self.values(publication) if self.values else None)


@dataclass(frozen=True)
class Dataset:
    """
    A table of the site and its description.

    `queryset` takes the Publication and gives rows with what the columns read, in a number
    of queries that does not depend on the rows. `dates` are the lookups of the dates on which a
    row changed; `sources` gives the sources of the figures; `shape` gives a row's geometry;
    `narrow` applies the filters. A dataset of many rows has a `version`: a value that changes
    when a row does, computed without reading the rows.
    """

    slug: str
    title: str
    description: str
    theme: str  # of the European vocabulary of data themes
    keywords: list[str]
    columns: list[Column]
    key: list[str]
    queryset: Callable[[Publication], QuerySet]
    dates: list[str] = field(default_factory=lambda: ["updated_at"])
    filters: list[Filter] = field(default_factory=list)
    narrow: Callable | None = None
    version: Callable[[Publication], list] | None = None
    sources: Callable[[Publication], Iterable[Source]] = lambda publication: []
    shape: Callable | None = None
    credit: Callable[[Publication], str] = lambda publication: ""
    preview: str = ""  # a template that shows the rows on the page, from an Atlas

    def get_absolute_url(self):
        return reverse("opendata:dataset", args=[self.slug])

    def credits(self, publication):
        """Return the credits of other people’s work in the dataset, a list of sentences."""
        return list(filter(None, [self.credit(publication)]))

    def rows(self, publication):
        """Return the rows, each with `changed_at`: the latest of its dates."""
        first, *others = self.dates
        dates = [F(first), *(Coalesce(other, first) for other in others)]
        changed_at = Greatest(*dates) if others else dates[0]
        return self.queryset(publication).annotate(changed_at=changed_at)

    def filtered(self, filters, publication):
        """Return the rows that have, for each {parameter: values}, one of the values."""
        rows = self.rows(publication)
        if self.narrow:
            return self.narrow(rows, filters, publication)
        lookups = {each.parameter: each.lookup for each in self.filters}
        return rows.filter(
            **{f"{lookups[parameter]}__in": values for parameter, values in filters.items()}
        )

    def last_change(self, publication):
        """Return a query of one row: the slug, and when a row last changed (None without rows)."""
        rows = self.rows(publication).order_by().annotate(dataset=Value(self.slug))
        return (
            rows.values("dataset")
            .annotate(latest=Max("changed_at"))
            .values_list("dataset", "latest")
        )

    def record(self, row, publication):
        """Return the values of a row by column; an unknown value is None."""
        values = {column.name: column.value(row, publication) for column in self.columns}
        return {name: None if value == "" else value for name, value in values.items()}
