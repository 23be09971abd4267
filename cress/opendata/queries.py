"""Read the filters of an address, and give the rows that they keep."""

import hashlib
import re
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.utils import timezone

from cress.base.files.locks import in_small_steps
from cress.opendata.descriptions import metadata, table_schema

_CHUNK = 200  # rows that are read at once: a page never waits for more of them
_LONGEST_QUOTED = 40
_MOST_LISTED = 12  # values of a filter, in an error message
_NOT_PRINTABLE = re.compile(r"[^\w .,;:’'/@&+-]")


class QueryError(ValueError):
    """An address has a filter that cannot be applied; the message is in French."""


class Selection:
    """
    The rows of a dataset that the parameters of an address keep.

    Raise QueryError on a parameter that the dataset does not have, and on a value that no row
    can have. `filters` is {parameter: values}. Of a dataset with many rows, filters that keep
    every row count as no filter: their answer is the whole file, which is cached.
    """

    def __init__(self, dataset, parameters, publication):
        self.dataset, self.publication = dataset, publication
        known = {each.parameter: each for each in dataset.filters}
        refuse_unknown(parameters, known)
        self.filters = {
            name: _accepted(known[name], parameters.getlist(name), publication)
            for name in parameters
        }
        if self.filters and dataset.version and self._keeps_every_row():
            self.filters = {}

    def _keeps_every_row(self):
        return self.count == self.dataset.rows(self.publication).count()

    @property
    def _rows(self):
        return self.dataset.filtered(self.filters, self.publication)

    @cached_property
    def _extent(self):
        return self._rows.order_by().aggregate(count=Count("pk"), latest=Max("changed_at"))

    @property
    def count(self):
        return self._extent["count"]

    def records(self):
        """Yield each row and its values by column, without holding all rows in memory."""
        for row in in_small_steps(self._rows.iterator(chunk_size=_CHUNK)):
            yield row, self.dataset.record(row, self.publication)

    @property
    def metadata(self):
        latest = self._extent["latest"]
        return self._metadata(latest and timezone.localdate(latest))

    def _metadata(self, changed_on):
        return metadata(self.dataset, self.publication, self.filters, changed_on)

    @cached_property
    def digest(self):
        """
        The digest of a file of these rows, computed without reading them; None for a dataset
        without a version.

        It changes at least every day, because a version misses rows that are changed without a
        date (`QuerySet.update`).
        """
        if self.dataset.version is None:
            return None
        content = [
            timezone.localdate(),
            self._metadata(None),
            table_schema(self.dataset, self.publication),
            self.dataset.version(self.publication),
        ]
        return hashlib.sha256(repr(content).encode()).hexdigest()[:32]


def _accepted(each, values, publication):
    """Return the values given to a filter, once each, or raise QueryError."""
    known = each.known_values(publication)
    if known is None:
        return [_accepted_text(each, values)]
    for value in values:
        if value not in known:
            raise QueryError(
                f"Le filtre « {each.parameter} » ne connaît pas « {_quoted(value)} ». "
                f"Valeurs possibles : {_listed(sorted(known))}."
            )
    return list(dict.fromkeys(values))


def _accepted_text(each, values):
    if len(values) > 1:
        raise QueryError(f"Le filtre « {each.parameter} » ne se répète pas.")
    try:
        text = each.clean(values[0])
    except ValidationError as error:
        raise QueryError(f"Le filtre « {each.parameter} » : {error.messages[0]}") from None
    if not text:
        raise QueryError(f"Le filtre « {each.parameter} » est vide.")
    return text


def _listed(values):
    """Return the first values as a French list, and how many others there are."""
    more = len(values) - _MOST_LISTED
    shown = ", ".join(values[:_MOST_LISTED]) or "aucune"
    return f"{shown} et {more} autre{'s' if more > 1 else ''}" if more > 0 else shown


def refuse_unknown(parameters, known=()):
    """Raise QueryError on the first parameter that is not known."""
    for name in parameters:
        if name not in known:
            raise QueryError(
                f"Le filtre « {_quoted(name)} » n’existe pas ici. "
                f"Filtres possibles : {', '.join(known) or 'aucun'}."
            )


def _quoted(text):
    """Return what was typed, shortened, without characters that cannot be seen."""
    shown = _NOT_PRINTABLE.sub("�", text[:_LONGEST_QUOTED])
    return f"{shown}…" if len(text) > _LONGEST_QUOTED else shown
