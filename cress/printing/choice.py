"""
The choice that a roadmap is made of, as its address holds it.

« /feuille-de-route/?territoire=18&levier=transports-voirie&levier=… »: the code of a territory,
the region where none is named, and the slugs of levers.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from policies.models import Lever
from territories.models import Territory


@dataclass(frozen=True)
class Choice:
    """A territory and levers, each once and in order; what there is to say of what was asked."""

    territory: Territory | None
    levers: list[Lever]
    territory_remark: str = ""
    lever_remark: str = ""

    @property
    def query(self):
        """The choice as the end of an address: the same for all who choose the same."""
        territory = [("territoire", self.territory.code)] if self.territory else []
        return urlencode([*territory, *(("levier", lever.slug) for lever in self.levers)])


def choose(atlas, levers, query):
    """
    Return the Choice, among the places of an Atlas and levers, that a QueryDict asks for.

    What is not known is told and passed over, so that an old link still composes the rest. Of
    several territories, the first one that is known holds.
    """
    codes = list(filter(None, query.getlist("territoire")))
    slugs = set(filter(None, query.getlist("levier")))
    known = {place.code: place for place in atlas.places}
    chosen = [lever for lever in levers if lever.slug in slugs]
    return Choice(
        territory=next((known[code] for code in codes if code in known), atlas.region),
        levers=chosen,
        territory_remark=_territory_remark(codes, known, atlas.region),
        lever_remark=_lever_remark(len(slugs) - len(chosen)),
    )


def _territory_remark(codes, known, region):
    if not codes or any(code in known for code in codes):
        return ""
    instead = f" En attendant, cette page parle {region.of}." if region else ""
    return f"Ce territoire n’est pas dans la liste\u202f: choisissez-en un autre.{instead}"


def _lever_remark(missing):
    if missing == 0:
        return ""
    if missing == 1:
        return "Un des leviers demandés n’existe pas ou n’est plus publié. Vérifiez votre choix."
    return (
        f"{missing} des leviers demandés n’existent pas ou ne sont plus publiés. "
        "Vérifiez votre choix."
    )
