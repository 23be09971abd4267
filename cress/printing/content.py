"""
What the PDF of an edition says: plain data from the rows that `cress.printing.rows` tells.

Each function returns a dictionary that JSON can hold, for one of the Typst documents. All
its texts go through `plain`, so that nothing an editor types is taken for markup.
"""

from functools import lru_cache
from io import BytesIO

import segno
from django.template.loader import render_to_string
from django.utils import formats, timezone

from cress.base.palette import LIGHT, SHADES, THEME_INKS
from cress.base.text.numbers import format_figure
from cress.base.text.typography import NARROW_SPACE
from cress.base.web.addresses import absolute, bare_address
from cress.chamber.models import SiteIdentity
from cress.contact.models import Person
from cress.printing.photos import printed_photo
from cress.printing.plain import blocks, drawable
from territories.figures import MEASURES

# Signs of an address that a telephone reads at once from a code, and at all.
WELL_SCANNED, MOST_SCANNED = 200, 700


def brochure(told):
    """
    Return what the brochure prints of the rows that `rows.brochure` told.
    """
    territory, arguments = told["territory"], told["arguments"]
    identity = SiteIdentity.objects.current()
    return _edition(identity, absolute(territory.get_absolute_url())) | {
        "title": drawable(
            identity.title
            if told["is_region"] and identity.title
            else f"L’économie sociale et solidaire {territory.inside}"
        ),
        "subtitle": drawable(identity.presentation),
        "inside": drawable(territory.inside),
        "map": _map(told["map"]),
        "figures": _figures(told),
        "key_figures": [_key_figure(item) for item in told["key_figures"]],
        "table": _table(told),
        "keywords": [drawable(keyword.title) for keyword in arguments["keyword"]],
        "strengths": _arguments(arguments["strength"]),
        "reasons": _arguments(arguments["reason"]),
        "referent": _arguments(arguments["referent"]),
        "themes": [
            _theme(theme) | {"levers": [_lever(lever) for lever in members]}
            for theme, members in told["themes"]
        ],
        "shared_credits": _credits(told),
        "examples": _examples(told["enterprises"]),
        "terms": _terms(told["terms"]),
        "services": [
            {"title": drawable(service.title), "text": drawable(service.text)}
            for service in told["services"]
        ],
        "chamber": _page(told["chamber"]),
        "missions": [drawable(mission.title) for mission in told["missions"]],
        "resources": [_resource(resource) for resource in told["resources"]],
    }


def sheet(told):
    """Return what the sheet of a lever prints of the rows that `rows.sheet` told."""
    lever = told["lever"]
    identity = SiteIdentity.objects.current()
    return _edition(identity, absolute(lever.get_absolute_url())) | {
        "theme": _theme(lever.Theme(lever.theme)),
        "lever": _lever(lever),
        "examples": _examples(told["enterprises"]),
        "terms": _terms(told["terms"]),
        "resources": [_resource(resource) for resource in told["resources"]],
    }


def roadmap(told, address):
    """
    Return what the roadmap at that address prints of the rows that `rows.roadmap` told.

    Of a long address only the start is printed; the code holds it whole, if it can be read.
    """
    territory = told["territory"]
    identity = SiteIdentity.objects.current()
    return _edition(identity, address) | {
        "inside": drawable(territory.inside) if territory else "",
        "bare_address": bare_address(address.partition("?")[0]),
        "figures": _figures(told),
        "levers": [
            _lever(lever)
            | {
                "theme": _theme(lever.Theme(lever.theme)),
                "example": _example(None, example) if example else None,
                "is_local": bool(example) and example.department == territory,
            }
            for lever, example in told["levers"]
        ],
        "shared_credits": _credits(told),
        "steps": _arguments(told["steps"]),
        "terms": _terms(told["terms"]),
        "resources": [_resource(resource) for resource in told["resources"]],
    }


def _edition(identity, address):
    """What every edition says: who speaks, when, whom to call, where to read on."""
    return {
        "palette": LIGHT,
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


def _palette():
    """Return the colours under names that a template can read."""
    return {name.replace("-", "_"): colour for name, colour in LIGHT.items()}


@lru_cache(maxsize=100)
def _qr_code(address):
    """Return the drawing of an address, without its choices if a telephone could not read it."""
    if len(address) > MOST_SCANNED:
        address = address.partition("?")[0]
    drawn = BytesIO()
    code = segno.make(address, error="m" if len(address) < WELL_SCANNED else "l", boost_error=False)
    code.save(drawn, kind="svg", xmldecl=False, border=0, dark=LIGHT["ink"])
    return drawn.getvalue().decode()


def _map(drawn):
    return {
        "svg": drawable(
            render_to_string(
                "printing/map.svg",
                {"map": drawn, "shades": SHADES, "palette": _palette()},
            )
        )
        if drawn.shapes
        else "",
        "alt": "Carte : part des salariés de l’ESS. "
        + " ; ".join(
            f"{drawable(shape.territory.name)} : {format_figure(shape.share, '%') or 'non connue'}"
            for shape in drawn.shapes
        ),
        "source": _source(drawn.source),
        "credit": drawable(drawn.credit),
    }


def _figures(told):
    region = told["region"]
    return [
        {
            "value": format_figure(share.value, "%"),
            "label": share.label,
            "words": share.words,
            "gap": f"{share.gap} que {drawable(region.with_article)}" if share.gap else "",
            "share": float(share.value / share.axis),
            "mark": float(share.reference / share.axis) if share.reference else None,
            "source": _source(told["statistic"].source),
        }
        for share in told["figures"]
    ]


def _key_figure(item):
    is_share = item.unit == "%"
    return {
        "value": format_figure(item.value, "%" if is_share else ""),
        "unit": "" if is_share else drawable(item.unit),
        "label": drawable(item.label),
        "note": drawable(item.note),
        "source": _source(item.source),
    }


def _table(told):
    return {
        "measures": [measure.title for measure in MEASURES],
        "rows": [
            {
                "name": drawable(place.name),
                "is_current": place == told["territory"],
                "is_region": place == told["region"],
                "shares": [
                    format_figure(measure.of(statistic), "%") or "non connue"
                    for measure in MEASURES
                ],
            }
            for place, statistic in told["rows"]
        ],
        "source": _source(told["source"]),
        "notes": [drawable(note) for note in told["notes"]],
    }


def _source(source):
    if source is None:
        return ""
    said = f"Source{NARROW_SPACE}: {source.citation}. Millésime{NARROW_SPACE}: {source.vintage}."
    return drawable(f"{said} Champ{NARROW_SPACE}: {source.scope}." if source.scope else said)


def _page(page):
    """Return the blocks of a text of the site, if it is there: its lead, then its body."""
    return blocks(f"{page.lead}\n\n{page.body}") if page else []


def _credits(told):
    return [drawable(credit) for credit in told["shared_credits"]]


def _theme(theme):
    return {"name": drawable(theme.label), "colour": THEME_INKS[theme]}


def _arguments(arguments):
    return [{"title": drawable(a.title), "text": blocks(a.text)} for a in arguments]


def _lever(lever):
    return {
        "title": drawable(lever.title),
        "summary": drawable(lever.summary),
        "text": blocks(lever.text),
        "actions": [drawable(action.text) for action in lever.actions.all()],
        "pictogram": _pictogram(lever.pictogram, THEME_INKS[lever.theme]),
        "credit": drawable(lever.credit),
    }


@lru_cache(maxsize=100)
def _pictogram(name, colour):
    return render_to_string("printing/pictogram.svg", {"name": name, "colour": colour})


def _examples(enterprises):
    """Return examples numbered as on the map beside them."""
    return [
        _example(number, enterprise)
        | {"levers": [drawable(lever.title) for lever in enterprise.told_levers]}
        for number, enterprise in enumerate(enterprises, 1)
    ]


def _example(number, enterprise):
    return {
        "number": number if enterprise.commune and enterprise.commune.centre else None,
        "name": drawable(enterprise.name),
        "place": drawable(f"{enterprise.place} ({enterprise.department.code})"),
        "sector": drawable(enterprise.sector_as_printed or enterprise.sector.name),
        "summary": drawable(enterprise.summary),
        "text": blocks(enterprise.text),
        "headcount": _headcount(enterprise),
        "note": drawable(enterprise.print_note),
        "website": bare_address(enterprise.website),
        "photo": printed_photo(enterprise.published_photo),
    }


def _headcount(enterprise):
    if not enterprise.headcount_as_printed:
        return ""
    source = f"(source{NARROW_SPACE}: {enterprise.headcount_source})"
    return drawable(f"{enterprise.headcount_as_printed} {source}")


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
