"""
The rows that an edition shows, read in the same way for its HTML page and for its PDF.

Each function returns the context of a template. With `with_drafts` it includes what is not
published yet, for the staff only.
"""

from collections import Counter, defaultdict
from typing import NamedTuple

from django.db.models import Prefetch, prefetch_related_objects

from cress.chamber.models import Mission, Page, Service
from enterprises.models import Enterprise
from policies.competences.who_acts import who_acts
from policies.models import Argument, Lever, Resource, Term, by_theme
from policies.terms import terms_in
from territories.charts.pages import six_departments
from territories.composition import place_among_all
from territories.figures import MEASURES, Atlas
from territories.maps import draw_map
from territories.models import KeyFigure

SHEET_EXAMPLES = 3  # side by side


def brochure(territory_code, with_drafts=False):
    """Return the rows of the brochure of a territory that has a page."""
    atlas = Atlas()
    territory = atlas.territory(territory_code)
    is_region = territory == atlas.region
    texts = _brochure_texts(atlas, territory, with_drafts)
    maps = _maps(atlas, territory)
    of_region = atlas.statistic(atlas.region) if atlas.region else None
    return {
        **_figures(atlas, territory),
        **_levers_of_brochure(*texts),
        "is_region": is_region,
        "atlas": atlas,
        "hundred": place_among_all(atlas, territory),
        "maps": maps,
        "maps_with_shares": [(drawn, drawn.measure.of(of_region)) for drawn in maps],
        "key_figures": KeyFigure.objects.select_related("source") if is_region else [],
        "rows": atlas.rows(),
        "six": six_departments(atlas),
        "source": atlas.source,
        "notes": atlas.notes(),
        "arguments": texts.arguments,
        "enterprises": texts.enterprises,
        "services": Service.objects.all(),
        "chamber": _visible(Page.objects, with_drafts).filter(slug="la-cress").first(),
        "missions": Mission.objects.all(),
    }


def brochure_levers(territory_code):
    """Return the rows of the second page of a brochure, which shows no figure."""
    atlas = Atlas()
    territory = atlas.territory(territory_code)
    texts = _brochure_texts(atlas, territory, with_drafts=False)
    return {"territory": territory, "region": atlas.region, **_levers_of_brochure(*texts)}


class _Texts(NamedTuple):
    """What a brochure says, in which the terms of the glossary are looked for."""

    levers: list[Lever]
    enterprises: list[Enterprise]
    arguments: dict[str, list[Argument]]


def _brochure_texts(atlas, territory, with_drafts):
    return _Texts(
        list(_visible(Lever.objects, with_drafts).prefetch_related("actions")),
        _brochure_examples(territory, territory == atlas.region, with_drafts),
        Argument.objects.by_kind(),
    )


def _levers_of_brochure(levers, enterprises, arguments):
    return {
        "themes": by_theme(levers),
        "shared_credits": _shared_credits(levers),
        "terms": terms_in(_text(levers, enterprises, arguments), Term.objects.explained_in_texts()),
        "resources": Resource.objects.filter(is_in_brochure=True),
    }


def sheet(lever, with_drafts=False):
    """Return the rows of the sheet of a lever."""
    return {
        "lever": lever,
        "rules": lever.rules.select_related("legal_text"),
        "enterprises": _examples(lever.enterprises, with_drafts)[:SHEET_EXAMPLES],
        "terms": lever.terms.all(),
        "resources": lever.resources.all(),
    }


def roadmap(atlas, choice):
    """Return the rows of a RoadmapChoice; examples of its territory come before those of others."""
    levers = choice.levers
    examples = Enterprise.objects.published().examples().for_cards()
    prefetch_related_objects(
        levers, "actions", "terms", "resources", Prefetch("enterprises", examples)
    )
    exercised = exercised_at(choice.home)
    return _figures(atlas, choice.territory) | {
        "home": choice.home,
        "levers": [
            (lever, _nearest(lever, choice.territory), exercised.get(lever, [])) for lever in levers
        ],
        "shared_credits": _shared_credits(levers),
        "steps": Argument.objects.filter(kind=Argument.Kind.STEP),
        "terms": _merged(lever.terms.all() for lever in levers),
        "resources": _merged(lever.resources.all() for lever in levers),
    }


def exercised_at(home):
    """Return {lever: [(who exercises them, titles of competences)]}; empty without a Home."""
    acting = who_acts(home)
    exercised = defaultdict(list)
    for side in acting.lists if acting else []:
        for lever, exercises in side.levers:
            titles = ", ".join(exercise.competence.title for exercise in exercises)
            exercised[lever].append((side.heading, titles))
    return exercised


def _figures(atlas, territory):
    """Return the shares of a territory and the region; no share if the territory is None."""
    statistic, figures = atlas.figures(territory) if territory else (None, [])
    return {
        "territory": territory,
        "region": atlas.region,
        "statistic": statistic,
        "figures": figures,
    }


def _maps(atlas, territory):
    """Return the map of each measure that the current source gives; none without outlines."""
    maps = [draw_map(atlas, measure, current=territory) for measure in MEASURES]
    return [found for found in maps if found.shapes and found.legend]


def _visible(rows, with_drafts):
    return rows.all() if with_drafts else rows.published()


def _examples(enterprises, with_drafts):
    """Return the examples among enterprises, each with its `shown_levers`."""
    levers = Prefetch("levers", _visible(Lever.objects, with_drafts), to_attr="shown_levers")
    return _visible(enterprises, with_drafts).examples().for_cards().prefetch_related(levers)


def _brochure_examples(territory, is_region, with_drafts):
    """Return all the examples of a department, or one of each for the region."""
    if is_region:
        examples = _examples(Enterprise.objects, with_drafts)
        return list(examples.one_per_department().order_by("department__code"))
    return list(_examples(territory.enterprises, with_drafts))


def _nearest(lever, territory):
    """Return an example of the territory if there is one, else of another territory, or None."""
    examples = lever.enterprises.all()
    return min(examples, key=lambda example: example.department != territory, default=None)


def _shared_credits(levers):
    """Return the credits that several levers share: an edition prints them once, at the end."""
    counted = Counter(lever.credit for lever in levers)
    return [credit for credit, count in counted.items() if credit and count > 1]


def _merged(groups):
    """Return the rows of several groups, each once, sorted by slug."""
    rows = {row.pk: row for group in groups for row in group}
    return sorted(rows.values(), key=lambda row: row.slug)


def _text(levers, enterprises, arguments):
    """Return the texts of a brochure, in which terms of the glossary are looked for."""
    shown = [
        argument for kind in ["strength", "reason", "referent"] for argument in arguments[kind]
    ]
    return " ".join(
        [action.text for lever in levers for action in lever.actions.all()]
        + [row.text for row in [*enterprises, *shown]]
    )
