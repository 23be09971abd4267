"""The finder: the commune, the EPCI or the territory that a visitor means by a name or a code."""

from territories.finder.answers import (
    LONGEST_QUERY,
    MOST_PLACES,
    Answer,
    Match,
    Place,
    find,
    query_for_display,
)

__all__ = [
    "LONGEST_QUERY",
    "MOST_PLACES",
    "Answer",
    "Match",
    "Place",
    "find",
    "query_for_display",
]
