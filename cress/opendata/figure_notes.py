"""What a reader of the figures must know: notes of the sources, and figures that are missing."""

from dataclasses import dataclass

from cress.base.text.typography import french
from territories.models import Source, Statistic

COUNTS = ["employee_count", "establishment_count"]


@dataclass(frozen=True)
class FigureNote:
    """What the staff wrote about one figure."""

    subject: str
    source: Source
    text: str


@dataclass(frozen=True)
class MissingFigures:
    """What no source gives for the departments: newer vintages, and counts of any vintage."""

    source: Source
    newer_sources: list[Source]
    counts: list[str]


def figure_notes(atlas, key_figures):
    """Return every note of the figures."""
    notes = [FigureNote(s.territory.name, s.source, s.note) for s in atlas.statistics if s.note]
    return notes + [
        FigureNote(french(f"Chiffre clé « {f'{k.value} {k.unit}'.strip()} »"), k.source, k.note)
        for k in key_figures
        if k.note
    ]


def missing_figures(atlas):
    """Return the MissingFigures of the departments, or None while no source describes them."""
    if atlas.source is None:
        return None
    of_departments = [s for s in atlas.statistics if s.territory.is_department]
    described = {s.source for s in of_departments}
    sources = dict.fromkeys(s.source for s in atlas.statistics)
    return MissingFigures(
        source=atlas.source,
        newer_sources=[s for s in sources if s.year > atlas.source.year and s not in described],
        counts=[
            Statistic._meta.get_field(name).verbose_name
            for name in COUNTS
            if all(getattr(s, name) is None for s in of_departments)
        ],
    )
