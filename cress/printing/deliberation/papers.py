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
from territories.figures import share_figures
from territories.models import Intercommunality

Paper, Part, Reader = DeliberationBlock.Paper, DeliberationBlock.Part, DeliberationBlock.Reader

_TITLES = {Paper.DELIBERATION: "Délibération", Paper.ORDER: "Arrêté de délégation"}
_ARTICLES = {  # of the code, on the competences of an EPCI of this nature
    Intercommunality.Kind.CC: "l’article L. 5214-16",
    Intercommunality.Kind.CA: "l’article L. 5216-5",
    Intercommunality.Kind.METROPOLIS: "l’article L. 5217-2",
}
_UNKNOWN_ARTICLE = "l’article sur les compétences de l’intercommunalité"
_OTHER_METHOD = "compté autrement que dans le département, ce chiffre ne se compare pas aux siens"
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
    statistics = [atlas.figures(department)[0] for department in home.departments]
    return {
        "nom": place.name,
        "nature": nature,
        "departement": get_text_list([each.name for each in home.departments], "et"),
        "article": _ARTICLES.get(getattr(home.intercommunality, "kind", ""), _UNKNOWN_ARTICLE),
        "chiffres": " ; ".join(filter(None, map(_shares, statistics))),
        "chiffres_region": _region_shares(atlas, statistics),
        "intercommunalite": grouping.name if grouping else "",
        "leviers": " ; ".join(lever.title for lever in choice.levers),
        "tribunal": _court(home.departments),
    }


def _court(departments):
    """Return the court of the departments, or words to fill in if they have several or none."""
    courts = {department.administrative_court for department in departments}
    return courts.pop() if len(courts) == 1 and "" not in courts else _UNKNOWN_COURT


def _shares(statistic):
    """Return the shares of a statistic in words, with year and source; nothing without one."""
    figures = share_figures(statistic)
    if not figures:
        return ""
    shares = get_text_list([f"{format_figure(f.value, '%')} {f.label}" for f in figures], "et")
    return f"{figures[0].setting} {shares} (source : {statistic.source.citation})"


def _region_shares(atlas, of_departments):
    """Return the newest dated shares of the region, and whether they compare with the others."""
    rows = atlas.history(atlas.region) if atlas.region else []
    dated = [row for row in rows if row.source.vintage and share_figures(row)]
    # Of two tables of one year, the current one of the site.
    newest = max(
        dated, key=lambda row: (row.source.year or 0, row.source == atlas.source), default=None
    )
    if newest is None:
        return ""
    series = {row.source.series for row in of_departments if row}
    caution = _OTHER_METHOD if series - {newest.source.series} else ""
    return " ; ".join(filter(None, [_shares(newest), caution]))
