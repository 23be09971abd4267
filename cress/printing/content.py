"""
What the printed editions say: plain data from the same rows as the pages.

Each function returns a dictionary that JSON can hold, for one of the Typst documents. All
its texts go through `plain`, so that nothing an editor types is taken for markup.
"""

from collections import Counter
from io import BytesIO

import segno
from django.template.loader import render_to_string
from django.utils import formats, timezone

from cress.contact.models import Person
from cress.pages.models import Mission, Page, Service, SiteIdentity
from cress.pages.views import arguments_by_kind
from cress.printing.plain import blocks, drawable
from cress.templatetags.french import bare_address, figure
from cress.typography import NARROW_SPACE
from enterprises.models import Enterprise
from policies.models import Lever, Resource, Term, by_theme
from policies.templatetags.terms import said_in
from territories.figures import EMPLOYEES, MEASURES, Atlas, share_figures
from territories.maps import draw_map, number_markers
from territories.models import KeyFigure

INK = "#14302c"
# The five families of levers, as in static/css/site.css; ochre is too pale for text on paper.
THEME_COLOURS = {
    "economy": "#0d5a5c",
    "environment": "#3d6b35",
    "solidarity": "#a8401f",
    "culture": "#6a3357",
    "housing": "#8a5a00",
}


def brochure(territory_code, root):
    """
    Return what the brochure of a territory that has a page holds.

    `root` starts the addresses it prints: « https://www.example.org ».
    """
    atlas = Atlas()
    territory = atlas.territory(territory_code)
    is_region = territory == atlas.region
    identity = SiteIdentity.objects.current()
    examples = Enterprise.objects.published().examples().for_cards().with_published_levers()
    if is_region:
        examples = examples.one_per_department().order_by("department__code")
    else:
        examples = examples.filter(department=territory)
    examples = list(examples)
    levers = list(Lever.objects.published().prefetch_related("actions"))
    arguments = arguments_by_kind()
    return _edition(identity, f"{root}{territory.get_absolute_url()}") | {
        "title": drawable(
            identity.title
            if is_region and identity.title
            else f"L’économie sociale et solidaire {territory.inside}"
        ),
        "subtitle": drawable(identity.presentation),
        "place": drawable(territory.name),
        "inside": drawable(territory.inside),
        "of": drawable(territory.of),
        "map": _map(atlas, territory, examples),
        "figures": _figures(atlas, territory),
        "key_figures": _key_figures() if is_region else [],
        "table": _table(atlas, territory),
        "keywords": [drawable(keyword.title) for keyword in arguments["keyword"]],
        "strengths": _arguments(arguments["strength"]),
        "reasons": _arguments(arguments["reason"]),
        "referent": _arguments(arguments["referent"]),
        "themes": [
            {
                "name": drawable(theme.label),
                "colour": THEME_COLOURS[theme],
                "levers": [_lever(lever) for lever in theme_levers],
            }
            for theme, theme_levers in by_theme(levers)
        ],
        "shared_credits": _shared(lever.credit for lever in levers),
        "examples": [_example(number, example) for number, example in enumerate(examples, 1)],
        "terms": _terms(
            said_in(
                " ".join(
                    [action.text for lever in levers for action in lever.actions.all()]
                    + [example.text for example in examples]
                    + [argument.text for kind in arguments.values() for argument in kind]
                ),
                Term.objects.explained_in_texts(),
            )
        ),
        "services": [
            {"title": drawable(service.title), "text": drawable(service.text)}
            for service in Service.objects.all()
        ],
        "chamber": _page("la-cress"),
        "missions": [drawable(mission.title) for mission in Mission.objects.all()],
        "resources": [_resource(resource) for resource in Resource.objects.all()],
    }


def lever_sheet(lever, root):
    """Return what the sheet of a published lever holds."""
    identity = SiteIdentity.objects.current()
    enterprises = lever.enterprises.published().examples().for_cards().with_published_levers()
    return _edition(identity, f"{root}{lever.get_absolute_url()}") | {
        "theme": {
            "name": drawable(lever.get_theme_display()),
            "colour": THEME_COLOURS[lever.theme],
        },
        "lever": _lever(lever),
        "examples": [_example(number, example) for number, example in enumerate(enterprises, 1)],
        "terms": _terms(lever.terms.all()),
        "resources": [_resource(resource) for resource in lever.resources.all()],
    }


def _shared(credits):
    """Return the credits that several have: they are said once, at the end."""
    counted = Counter(credits)
    return [drawable(credit) for credit, count in counted.items() if credit and count > 1]


def _edition(identity, address):
    """What every edition says: who speaks, when, whom to call, where to read on."""
    return {
        "name": drawable(identity.name),
        "full_name": drawable(identity.full_name),
        "website": bare_address(identity.website),
        "date": formats.date_format(timezone.localdate(), "j F Y"),
        "address": address,
        "bare_address": bare_address(address),
        "qr": _qr_code(address),
        "people": [
            {
                "name": drawable(person.name),
                "role": drawable(person.role),
                "email": drawable(person.email),
                "telephone": drawable(person.telephone),
            }
            for person in Person.objects.all()
        ],
    }


def _qr_code(address):
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", xmldecl=False, border=0, dark=INK)
    return drawn.getvalue().decode()


def _map(atlas, territory, examples):
    drawn = draw_map(
        atlas,
        EMPLOYEES,
        current=territory,
        markers=number_markers([example.commune for example in examples]),
    )
    return {
        "svg": drawable(render_to_string("printing/map.svg", {"map": drawn}))
        if drawn.shapes
        else "",
        "alt": "Carte : part des salariés de l’ESS. "
        + " ; ".join(
            f"{drawable(shape.territory.name)} : {figure(shape.share, '%') or 'non connue'}"
            for shape in drawn.shapes
        ),
        "source": _source(drawn.source),
        "credit": drawable(drawn.credit),
    }


def _figures(atlas, territory):
    statistic = atlas.best_statistic(territory)
    reference = None
    if statistic and atlas.region and territory != atlas.region:
        reference = atlas.statistic(atlas.region, statistic.source)
    region = drawable(atlas.region.with_article) if atlas.region else ""
    return [
        {
            "value": figure(share.value, "%"),
            "label": share.label,
            "words": share.words,
            "gap": f"{share.gap} que {region}" if share.gap else "",
            "share": float(share.value / share.axis),
            "mark": float(share.reference / share.axis) if share.reference else None,
            "source": _source(statistic.source),
        }
        for share in share_figures(statistic, reference)
    ]


def _key_figures():
    return [
        {
            "value": figure(item.value, "%" if item.unit == "%" else ""),
            "unit": "" if item.unit == "%" else drawable(item.unit),
            "label": drawable(item.label),
            "note": drawable(item.note),
            "source": _source(item.source),
        }
        for item in KeyFigure.objects.select_related("source")
    ]


def _table(atlas, territory):
    return {
        "measures": [measure.title for measure in MEASURES],
        "rows": [
            {
                "name": drawable(place.name),
                "is_current": place == territory,
                "is_region": place == atlas.region,
                "shares": [
                    figure(measure.of(statistic), "%") or "non connue" for measure in MEASURES
                ],
            }
            for place, statistic in atlas.rows()
        ],
        "source": _source(atlas.source),
        "notes": [
            drawable(statistic.note)
            for statistic in atlas.statistics
            if statistic.note and statistic.source == atlas.source
        ],
    }


def _source(source):
    if source is None:
        return ""
    said = f"Source{NARROW_SPACE}: {source.citation}. Millésime{NARROW_SPACE}: {source.vintage}."
    return drawable(f"{said} Champ{NARROW_SPACE}: {source.scope}." if source.scope else said)


def _page(slug):
    """Return the blocks of a text of the site: its lead, then its body."""
    page = Page.objects.published().filter(slug=slug).first()
    return blocks(f"{page.lead}\n\n{page.body}") if page else []


def _arguments(arguments):
    return [{"title": drawable(a.title), "text": blocks(a.text)} for a in arguments]


def _lever(lever):
    return {
        "title": drawable(lever.title),
        "summary": drawable(lever.summary),
        "text": blocks(lever.text),
        "actions": [drawable(action.text) for action in lever.actions.all()],
        "pictogram": render_to_string(
            "printing/pictogram.svg",
            {"name": lever.pictogram, "colour": THEME_COLOURS[lever.theme]},
        ),
        "credit": drawable(lever.credit),
    }


def _example(number, enterprise):
    return {
        "number": number if enterprise.commune and enterprise.commune.centre else None,
        "name": drawable(enterprise.name),
        "place": drawable(f"{enterprise.place} ({enterprise.department.code})"),
        "sector": drawable(enterprise.sector_as_printed or enterprise.sector.name),
        "summary": drawable(enterprise.summary),
        "text": blocks(enterprise.text),
        "headcount": drawable(enterprise.headcount_as_printed),
        "note": drawable(enterprise.print_note),
        "website": bare_address(enterprise.website),
        "levers": [drawable(lever.title) for lever in enterprise.published_levers],
    }


def _terms(terms):
    return [
        {"name": drawable(term.name), "definition": drawable(term.definition)} for term in terms
    ]


def _resource(resource):
    return {
        "title": drawable(resource.title),
        "publisher": drawable(resource.publisher),
        "description": drawable(resource.description),
        "address": bare_address(resource.url),
    }
