"""What the picture of a shared page shows: the site, a territory, a lever or an enterprise."""

from dataclasses import dataclass

from cress.base.palette import GROUNDS, LIGHT, THEMES
from cress.base.text.numbers import format_figure
from cress.base.text.typography import french
from cress.chamber.models import SiteIdentity
from cress.printing import drawings
from cress.printing.plain import drawable
from enterprises.models import Enterprise
from policies.models import Lever
from territories.figures import Atlas, share_figures

PALE_GROUNDS = {"sand", "ochre"}
TOWNS = "Un point, une mairie ou un centre-bourg."


@dataclass(frozen=True)
class Card:
    """The words of a picture, its ground and its drawing (SVG); each word may be empty."""

    title: str
    ground: str
    svg: str = ""
    eyebrow: str = ""
    number: str = ""
    words: str = ""
    caption: str = ""
    is_dark: bool = True  # its ground


def find_card(name):
    """
    Return the Card of « site », « territoire-18 », « levier-transports-voirie » or of
    « entreprise-isa-groupe »; None for any other name.
    """
    kind, _, key = name.partition("-")
    find = {
        "site": _site,
        "territoire": _territory,
        "levier": _lever,
        "entreprise": _enterprise,
    }.get(kind)
    return find(key) if find and (key or name == "site") else None


def as_data(card):
    """Return a Card as a dictionary for Typst, ready for JSON."""
    texts = {name: text for name, text in vars(card).items() if name != "is_dark"}
    return {
        "palette": LIGHT | GROUNDS,
        "signature": drawable(SiteIdentity.objects.current().name),
        "colour": "on-ground" if card.is_dark else "on-ochre",
        "accent": "ochre-bright" if card.is_dark else "on-ochre",
        **{name: drawable(text) for name, text in texts.items()},
    }


def _site(key):
    if key:
        return None
    atlas, identity = Atlas(), SiteIdentity.objects.current()
    drawn = drawings.cover(atlas, atlas.region)
    caption = _caption(atlas, drawn)
    return Card(identity.title, GROUNDS["ground-teal"], drawn["svg"], caption=caption)


def _territory(code):
    atlas = Atlas()
    territory = atlas.territory(code)
    if territory is None:
        return None
    statistic = atlas.best_statistic(territory)
    drawn = drawings.cover(atlas, territory)
    caption = _caption(atlas, drawn)
    card = {
        "title": f"L’ESS {territory.inside}",
        "ground": GROUNDS["ground-teal"],
        "svg": drawn["svg"],
        "caption": caption,
    }
    if shares := share_figures(statistic):
        source = f"Source : {statistic.source.citation}, {statistic.source.dating}."
        card |= {
            "number": format_figure(shares[0].value, "%"),
            "words": f"{shares[0].label} {statistic.source.period}".strip(),
            "caption": french(f"{source} {caption}"),
        }
    return Card(**card)


def _caption(atlas, drawn):
    """Return what a dot is and who placed it, shorter than on a page."""
    return f"{TOWNS} {atlas.grid.place_credit}" if drawn["svg"] else ""


def _lever(slug):
    lever = Lever.objects.published().filter(slug=slug).first()
    if lever is None:
        return None
    return Card(
        lever.title, THEMES[lever.theme], eyebrow=lever.get_theme_display(), words=lever.summary
    )


def _enterprise(slug):
    enterprise = Enterprise.objects.published().filter(slug=slug).for_cards().first()
    if enterprise is None:
        return None
    drawn = enterprise.plate
    return Card(
        enterprise.name,
        GROUNDS[f"ground-{drawn.ground}"],
        drawings.plate_dots(drawn),
        eyebrow=f"{enterprise.place} ({enterprise.department.code})",
        words=enterprise.summary,
        caption=f"{drawn.words}. {drawn.caption}" if drawn.caption else "",
        is_dark=drawn.ground not in PALE_GROUNDS,
    )
