"""
The two papers, composed from the blocks that staff edit and from the place of the reader.

`papers_of` reads the database; the rest is pure.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.text import get_text_list

from cress.base.text.numbers import format_figure
from cress.base.text.typography import french
from policies.deliberation import DeliberationBlock

Paper, Part, Reader = DeliberationBlock.Paper, DeliberationBlock.Part, DeliberationBlock.Reader

_TITLES = {Paper.DELIBERATION: "Délibération", Paper.ORDER: "Arrêté de délégation"}
_UNKNOWN_COURT = "tribunal administratif du siège"


@dataclass(frozen=True)
class ComposedPaper:
    """A paper: its title, and its paragraphs by part."""

    title: str
    parts: dict[str, list[str]] = field(default_factory=dict)

    @property
    def warnings(self):
        return self.parts.get(Part.WARNING, [])

    @property
    def heading(self):
        return self.parts.get(Part.HEADING, [])

    @property
    def reasons(self):
        """What the decision rests on: the texts, then the facts."""
        return [*self.parts.get(Part.VISA, []), *self.parts.get(Part.RECITAL, [])]

    @property
    def articles(self):
        """Return (title, text) for each article, numbered from 1."""
        texts = enumerate(self.parts.get(Part.ARTICLE, []), start=1)
        return [(f"Article {number}", text) for number, text in texts]

    @property
    def foot(self):
        return [*self.parts.get(Part.VOTE, []), *self.parts.get(Part.FOOT, [])]


def papers_of(choice, atlas):
    """Return the ComposedPapers of a RoadmapChoice that has a home, in the order of signature."""
    reader = Reader.COMMUNE if choice.home.commune else Reader.GROUPING
    values = values_of(choice, atlas)
    parts = {paper: defaultdict(list) for paper in Paper}
    for block in DeliberationBlock.objects.filter(reader__in=[Reader.BOTH, reader]):
        if text := fill_in(block.text, values):
            parts[block.paper][block.part].append(text)
    return [ComposedPaper(_TITLES[paper], dict(parts[paper])) for paper in Paper if parts[paper]]


def fill_in(text, values):
    """Return a text with its fields filled in, or nothing if one of them is empty."""
    used = {name: value for name, value in values.items() if f"{{{name}}}" in text}
    if not all(used.values()):
        return ""
    return french(text.format_map(used))


def values_of(choice, atlas):
    """Return {field: its value} for the home of a choice; see policies.deliberation.FIELDS."""
    home = choice.home
    place = home.place
    nature = "commune" if home.commune else home.intercommunality.get_kind_display()
    grouping = home.intercommunality if home.commune else None
    return {
        "nom": place.name,
        "nature": nature,
        "departement": get_text_list([each.name for each in home.departments], "et"),
        "chiffres": " ; ".join(filter(None, (_shares(atlas, each) for each in home.departments))),
        "intercommunalite": grouping.name if grouping else "",
        "leviers": " ; ".join(lever.title for lever in choice.levers),
        "tribunal": _court(home.departments),
    }


def _court(departments):
    """Return the court of the departments, or words to fill in if they have several or none."""
    courts = {department.administrative_court for department in departments}
    return courts.pop() if len(courts) == 1 and "" not in courts else _UNKNOWN_COURT


def _shares(atlas, department):
    """Return the shares of a department in words, with year and source; nothing without one."""
    statistic, figures = atlas.figures(department)
    if not figures:
        return ""
    shares = get_text_list([f"{format_figure(f.value, '%')} {f.label}" for f in figures], "et")
    source = statistic.source
    return f"{department.inside}, en {source.vintage}, {shares} (source : {source.citation})"
