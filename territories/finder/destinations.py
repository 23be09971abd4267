"""
The page that the finder leads to: that of the place, or another page that takes it into account.

« ?vers=levier&levier=dechets&q=bourges » leads to the lever with « ?commune=18033 ».
"""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

_SLUG = re.compile(r"[-a-z0-9_]{1,80}")
_MOST_LEVERS = 30
_PAGES = {
    "leviers": "policies:lever_list",
    "feuille-de-route": "printing:roadmap",
    "deliberation": "printing:deliberation",
}
_LEVER = "levier"


@dataclass(frozen=True)
class Destination:
    """A page that takes a place, and the levers that it is about; without a page, the place's."""

    page: str = ""
    levers: tuple[str, ...] = ()  # slugs

    @property
    def fields(self):
        """The (name, value) pairs of a form or an address that leads here."""
        if not self.page:
            return []
        return [("vers", self.page), *(("levier", slug) for slug in self.levers)]

    @property
    def query(self):
        return urlencode(self.fields)

    def address_of(self, place):
        """Return the address to which a Place leads."""
        if not self.page:
            return place.address
        if self.page == _LEVER:
            return f"{reverse('policies:lever_detail', args=self.levers)}?{urlencode(place.query)}"
        levers = [("levier", slug) for slug in self.levers]
        return f"{reverse(_PAGES[self.page])}?{urlencode([*place.query.items(), *levers])}"


def read_destination(query):
    """Return the Destination that a QueryDict asks for; an unknown page is the place's own."""
    page = query.get("vers", "")
    slugs = [slug for slug in query.getlist("levier") if _SLUG.fullmatch(slug)]
    if page == _LEVER and slugs:
        return Destination(page, (slugs[0],))
    if page in _PAGES:
        return Destination(page, tuple(slugs[:_MOST_LEVERS]))
    return Destination()
