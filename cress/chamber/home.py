"""The composition of the home page: its sections in order, and the ground of each."""

from dataclasses import dataclass
from itertools import cycle

# The grounds that follow the opening, which is on paper; the band that ends the page is on ochre.
# No two neighbours are alike, whatever the order, and a page of ten sections has two on teal.
GROUNDS = ["sheet", "teal", "paper", "sand", "paper"]


@dataclass(frozen=True)
class Section:
    """A part of the home page: its template, and the key of the context that it shows."""

    name: str
    shows: str

    @property
    def template(self):
        return f"chamber/home/{self.name}.html"


SECTIONS = [
    Section("departments", shows="six"),
    Section("region", shows="region_figures"),
    Section("hundred", shows="hundred"),
    Section("levers", shows="matrix"),
    Section("reasons", shows="reasons"),
    Section("examples", shows="enterprises"),
    Section("referent", shows="referent"),
]


def compose(context, sections=SECTIONS):
    """
    Return (section, ground) for the sections that have something to show, in their order.

    A section that is empty leaves its ground to the next.
    """
    shown = [section for section in sections if context.get(section.shows)]
    return list(zip(shown, cycle(GROUNDS), strict=False))
