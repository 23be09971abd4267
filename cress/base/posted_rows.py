"""The rows of a formset in posted data, read and numbered anew."""

import re


def posted_rows(data, prefix):
    """Return {number: {name of a field: its values}} of the rows of a formset, in order."""
    name_of_row = re.compile(rf"{re.escape(prefix)}-([0-9]{{1,4}})-(.+)")
    rows = {}
    for name in data:
        if found := name_of_row.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = data.getlist(name)
    return dict(sorted(rows.items()))


def put_rows(data, prefix, rows, initial):
    """Replace the rows of a formset; the first `initial` of them are stored ones."""
    for number, row in posted_rows(data, prefix).items():
        for name in row:
            data.pop(f"{prefix}-{number}-{name}", None)
    for number, row in enumerate(rows):
        for name, values in row.items():
            data.setlist(f"{prefix}-{number}-{name}", values)
    data[f"{prefix}-TOTAL_FORMS"] = str(len(rows))
    data[f"{prefix}-INITIAL_FORMS"] = str(initial)
