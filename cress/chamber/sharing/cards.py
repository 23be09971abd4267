"""The texts of the picture of a shared page: the site, a territory or a lever."""

from dataclasses import dataclass

from cress.base.text.numbers import format_figure
from cress.chamber.models import SiteIdentity
from policies.models import Lever
from territories.figures import EMPLOYEES, Atlas, share_figures
from territories.maps import draw_map


@dataclass(frozen=True)
class Card:
    """The texts of a picture and the department outlined on its map; each may be empty."""

    signature: str
    title: str
    eyebrow: str = ""
    number: str = ""
    words: str = ""
    source: str = ""
    theme: str = ""
    current: str = ""  # code of a department


def find_card(name):
    """
    Return (Card, RegionMap) for « site », « territoire-18 » or « levier-transports-voirie ».

    Return None for any other name.
    """
    kind, _, key = name.partition("-")
    atlas = Atlas()
    identity = SiteIdentity.objects.current()
    signature = identity.name
    territory = atlas.territory(key) if kind == "territoire" else None
    if name == "site":
        card = Card(signature, identity.title)
    elif territory:
        card = _territory_card(signature, atlas, territory)
    elif kind == "levier" and (lever := Lever.objects.published().filter(slug=key).first()):
        card = Card(
            signature,
            lever.title,
            eyebrow=lever.get_theme_display(),
            words=lever.summary,
            theme=lever.theme,
        )
    else:
        return None
    return card, draw_map(atlas, EMPLOYEES, current=territory)


def _territory_card(signature, atlas, territory):
    statistic = atlas.best_statistic(territory)
    shares = share_figures(statistic)
    card = {"signature": signature, "title": f"L’ESS {territory.inside}", "current": territory.code}
    if shares:
        card |= {
            "number": format_figure(shares[0].value, "%"),
            "words": shares[0].label,
            "source": f"{statistic.source.citation}, {statistic.source.dating}",
        }
    return Card(**card)
