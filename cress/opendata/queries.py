"""Filters of an address: what they keep, and why one is refused."""

import re

_LONGEST_QUOTED = 40
_NOT_PRINTABLE = re.compile(r"[^\w .,;:’'/@&+-]")


class QueryError(ValueError):
    """Why an address cannot be answered, in French, for whom wrote it."""


def chosen(dataset, parameters):
    """
    Return {filter: the values it is given} for the parameters of an address (a QueryDict).

    Raise QueryError on a parameter that the dataset does not have, and on a value that none
    of its rows can have.
    """
    filters = {each.parameter: each for each in dataset.filters}
    refuse_unknown(parameters, filters)
    choice = {filters[name]: parameters.getlist(name) for name in parameters}
    for each, values in choice.items():
        known = sorted(each.values())
        for value in values:
            if value not in known:
                raise QueryError(
                    f"Le filtre « {each.parameter} » ne connaît pas « {_quoted(value)} ». "
                    f"Valeurs possibles : {', '.join(known) or 'aucune'}."
                )
    return choice


def refuse_unknown(parameters, known=()):
    """Raise QueryError on the first parameter that is not known."""
    for name in parameters:
        if name not in known:
            raise QueryError(
                f"Le filtre « {_quoted(name)} » n’existe pas ici. "
                f"Filtres possibles : {', '.join(known) or 'aucun'}."
            )


def kept(rows, choice):
    """Keep the rows that have one of the values of each filter."""
    for each, values in choice.items():
        matching = rows.model.objects.filter(**{f"{each.lookup}__in": values})
        rows = rows.filter(pk__in=matching.values("pk"))
    return rows


def _quoted(text):
    """Return what was typed, short and without signs that show nothing."""
    shown = _NOT_PRINTABLE.sub("�", text[:_LONGEST_QUOTED])
    return f"{shown}…" if len(text) > _LONGEST_QUOTED else shown
