"""
What a roadmap is made of, as its address holds it.

« /feuille-de-route/?commune=18033&levier=transports-voirie&levier=… »: the code of a commune or of
an EPCI, or « territoire=18 », the code of a territory (the region by default), and the slugs of
levers.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from cress.base.old_addresses import OldAddress
from policies.models import Lever
from territories.homes import Home, find_home_anywhere
from territories.models import Territory


@dataclass(frozen=True)
class RoadmapChoice:
    """
    A territory and levers, each once and in order.

    The messages say, in French, which values of the address are unknown; empty if none is.
    """

    territory: Territory | None  # of the home where there is one
    levers: list[Lever]
    home: Home | None = None  # the visitor's commune or EPCI
    territory_message: str = ""
    lever_message: str = ""

    @property
    def where(self):
        """What follows « Votre feuille de route »: « : Le Blanc », « dans le Cher »."""
        if self.home:
            return f"\u202f: {self.home.name}"
        return f" {self.territory.inside}" if self.territory else ""

    def mail_address(self, address):
        """Return the address that opens a mail to a colleague, with the roadmap's own address."""
        subject = f"Feuille de route pour l’économie sociale et solidaire{self.where}"
        body = f"Bonjour,\n\nVoici la feuille de route\u202f: {address}\n"
        return f"mailto:?{urlencode({'subject': subject, 'body': body}, quote_via=quote)}"

    @property
    def query(self):
        """The query string: the same for every address that chooses the same."""
        if self.home:
            place = self.home.query
        else:
            place = {"territoire": self.territory.code} if self.territory else {}
        return urlencode([*place.items(), *(("levier", lever.slug) for lever in self.levers)])


def read_choice(atlas, levers, query):
    """
    Return the RoadmapChoice that a QueryDict asks for, among the places of an Atlas and levers.

    Unknown values are ignored and reported in a message: an old link still gives a roadmap. Of
    several territories, the first known one counts.
    """
    codes = list(filter(None, query.getlist("territoire")))
    slugs = set(filter(None, query.getlist("levier")))
    known = {place.code: place for place in atlas.places}
    if slugs - {lever.slug for lever in levers}:
        slugs = OldAddress.objects.slugs_now(Lever, slugs)
    chosen = [lever for lever in levers if lever.slug in slugs]
    home = find_home_anywhere(query)
    if home:
        territory, message = known.get(home.department.code), ""
    else:
        territory = next((known[code] for code in codes if code in known), atlas.region)
        message = _territory_message(codes, known, atlas.region)
    return RoadmapChoice(
        territory=territory,
        levers=chosen,
        home=home,
        territory_message=message,
        lever_message=_lever_message(len(slugs) - len(chosen), "composer" in query, chosen),
    )


def _territory_message(codes, known, region):
    if not codes or any(code in known for code in codes):
        return ""
    default = f" En attendant, cette page parle {region.of}." if region else ""
    return f"Ce territoire n’est pas dans la liste\u202f: choisissez-en un autre.{default}"


def _lever_message(missing, is_asked, chosen):
    if missing == 0:
        return "Cochez au moins un levier." if is_asked and not chosen else ""
    if missing == 1:
        return "Un des leviers demandés n’existe pas ou n’est plus publié. Vérifiez votre choix."
    return (
        f"{missing} des leviers demandés n’existent pas ou ne sont plus publiés. "
        "Vérifiez votre choix."
    )
