"""Captions of the charts of a source."""

from cress.charts.caption import Caption


def caption_of(source, measure, **parts):
    """Return the Caption of a measure in a Source; `parts` are its other fields."""
    return Caption(measure, source.vintage, source.citation, **parts)
