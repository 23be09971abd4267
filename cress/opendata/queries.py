"""What an address asks of a dataset: filters, the rows they keep, and why one is refused."""

import hashlib
import re
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.utils import timezone

from cress.opendata.descriptions import metadata, table_schema

_CHUNK = 2000  # rows that are read at once
_LONGEST_QUOTED = 40
_MOST_LISTED = 12  # values of a filter, in a refusal
_NOT_PRINTABLE = re.compile(r"[^\w .,;:’'/@&+-]")


class QueryError(ValueError):
    """Why an address cannot be answered, in French, for whom wrote it."""


class Selection:
    """
    The rows of a dataset that an address asks for, and what is to be said of them.

    Raise QueryError on a parameter that the dataset does not have, and on a value that none
    of its rows can have. `choice` is {parameter: values}.
    """

    def __init__(self, dataset, parameters, publication):
        self.dataset, self.publication = dataset, publication
        filters = {each.parameter: each for each in dataset.filters}
        refuse_unknown(parameters, filters)
        self.choice = {
            name: _accepted(filters[name], parameters.getlist(name), publication)
            for name in parameters
        }

    @property
    def _rows(self):
        return self.dataset.kept(self.choice, self.publication)

    @cached_property
    def _extent(self):
        return self._rows.order_by().aggregate(count=Count("pk"), latest=Max("changed_at"))

    @property
    def count(self):
        return self._extent["count"]

    def records(self):
        """Yield each row and what it says, by column; they are never in memory together."""
        for row in self._rows.iterator(chunk_size=_CHUNK):
            yield row, self.dataset.record(row, self.publication)

    @property
    def metadata(self):
        latest = self._extent["latest"]
        return self._metadata(latest and timezone.localdate(latest))

    def _metadata(self, changed_on):
        return metadata(self.dataset, self.publication, self.choice, changed_on)

    @cached_property
    def mark(self):
        """
        What differs once a file of these rows does, known without reading them; None where the
        dataset does not say its version.

        It holds for a day: what was changed behind the site's back is then seen.
        """
        if self.dataset.version is None:
            return None
        said = [
            timezone.localdate(),
            self._metadata(None),
            table_schema(self.dataset, self.publication),
            self.dataset.version(self.publication),
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


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
    """Return values as a sentence lists them, no more than anyone reads."""
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
    """Return what was typed, short and without signs that show nothing."""
    shown = _NOT_PRINTABLE.sub("�", text[:_LONGEST_QUOTED])
    return f"{shown}…" if len(text) > _LONGEST_QUOTED else shown
