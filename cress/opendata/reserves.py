"""What a careful reader of the figures is told: where sources differ, what none of them gives."""

from dataclasses import dataclass

from cress.base.text.typography import french
from territories.models import Source, Statistic

COUNTS = ["employee_count", "establishment_count"]


@dataclass(frozen=True)
class Reserve:
    """What must be known of one figure, as the staff wrote it beside it."""

    subject: str
    source: Source
    text: str


@dataclass(frozen=True)
class Unknown:
    """What is not known of the departments: newer vintages, and counts in any vintage."""

    source: Source
    newer_sources: list[Source]
    counts: list[str]


def reserves(atlas, key_figures):
    """Return every note that the figures bear."""
    statistics = [Reserve(s.territory.name, s.source, s.note) for s in atlas.statistics if s.note]
    return statistics + [
        Reserve(french(f"Chiffre clé « {f'{k.value} {k.unit}'.strip()} »"), k.source, k.note)
        for k in key_figures
        if k.note
    ]


def unknown(atlas):
    """Return what no source gives of the departments, or None while none describes them."""
    if atlas.source is None:
        return None
    of_departments = [s for s in atlas.statistics if s.territory.is_department]
    described = {s.source for s in of_departments}
    sources = dict.fromkeys(s.source for s in atlas.statistics)
    return Unknown(
        source=atlas.source,
        newer_sources=[s for s in sources if s.year > atlas.source.year and s not in described],
        counts=[
            Statistic._meta.get_field(name).verbose_name
            for name in COUNTS
            if all(getattr(s, name) is None for s in of_departments)
        ],
    )
