"""
The data of the PDF editions, made from the rows of `cress.printing.rows`.

Each function returns a dictionary for one of the Typst documents, ready for JSON. All its texts
go through `plain`, so Typst never reads them as markup.
"""

from functools import lru_cache
from io import BytesIO

import segno
from django.utils import formats, timezone
from django.utils.text import capfirst, get_text_list

from cress.base.palette import GROUNDS, LIGHT, THEMES
from cress.base.text.numbers import format_figure
from cress.base.text.typography import NARROW_SPACE
from cress.base.web.addresses import absolute, bare_address
from cress.chamber.models import SiteIdentity
from cress.contact.models import Person
from cress.printing import drawings
from cress.printing.photos import printed_photo
from cress.printing.plain import blocks, drawable
from policies.practice import Practice
from territories.figures import EMPLOYEES, MEASURES

# Length of an address, in characters, that a telephone scans easily, and that it scans at all.
EASILY_SCANNED, MOST_SCANNED = 200, 700
COVER_TITLE = "L’économie sociale et solidaire"  # of an identity without a title
MOST_NAMES = 3  # on a cover
LONGEST_AT_FOOT = 180  # of an address at the foot of a page: two lines at most


def brochure(rows):
    """Return the data of a brochure, from the result of `rows.brochure`."""
    territory, arguments = rows["territory"], rows["arguments"]
    identity = SiteIdentity.objects.current()
    address = absolute(territory.get_absolute_url())
    people = Person.objects.all()
    return shared(address, people) | {
        "title": drawable(
            identity.title
            if rows["is_region"] and identity.title
            else f"L’économie sociale et solidaire {territory.inside}"
        ),
        "subtitle": drawable(identity.presentation),
        "inside": drawable(territory.inside),
        "cover": drawings.cover(rows["atlas"], territory)
        | {
            "title": drawable(identity.title or COVER_TITLE),
            "name": drawable(capfirst(territory.with_article)),
        },
        "call": _call(identity, people),
        "maps": [drawings.measure_map(region_map) for region_map in rows["maps"]],
        "maps_source": _maps_source(rows),
        "hundred": drawings.hundred(rows["hundred"]),
        "plates_caption": drawings.plates_caption_of(rows["enterprises"]),
        "figures": _figures(rows),
        "key_figures": [_key_figure(item) for item in rows["key_figures"]],
        "table": _table(rows),
        "keywords": [drawable(keyword.title) for keyword in arguments["keyword"]],
        "strengths": _arguments(arguments["strength"]),
        "reasons": _arguments(arguments["reason"]),
        "referent": _arguments(arguments["referent"]),
        "themes": [
            _theme(theme) | {"levers": [_lever(lever) for lever in members]}
            for theme, members in rows["themes"]
        ],
        "shared_credits": _credits(rows),
        "examples": _examples(rows["enterprises"]),
        "terms": _terms(rows["terms"]),
        "services": [
            {"title": drawable(service.title), "text": drawable(service.text)}
            for service in rows["services"]
        ],
        "chamber": _page(rows["chamber"]),
        "missions": [drawable(mission.title) for mission in rows["missions"]],
        "resources": [_resource(resource) for resource in rows["resources"]],
    }


def sheet(rows):
    """Return the data of a lever’s sheet, from the result of `rows.sheet`."""
    lever = rows["lever"]
    address = absolute(lever.get_absolute_url())
    return shared(address, Person.objects.in_charge()) | {
        "theme": _theme(lever.Theme(lever.theme)),
        "lever": _lever(lever) | {"actions": [_action(action) for action in lever.actions.all()]},
        "practice": {
            field.name: blocks(getattr(lever, field.name)) for field in Practice._meta.fields
        },
        "rules": [_rule(rule) for rule in rows["rules"]],
        "examples": _examples(rows["enterprises"]),
        "plates_caption": drawings.plates_caption_of(rows["enterprises"]),
        "terms": _terms(rows["terms"]),
        "resources": [_resource(resource) for resource in rows["resources"]],
    }


def roadmap(rows, address):
    """
    Return the data of the roadmap at that address, from the result of `rows.roadmap`.

    The address is printed whole: it leads back to the same choice. The QR code holds it when it can
    be scanned.
    """
    territory, home = rows["territory"], rows["home"]
    return shared(address, Person.objects.in_charge(territory)) | {
        "inside": drawable(territory.inside) if territory else "",
        "home": drawable(home.name) if home else "",
        "grouping": _grouping(home),
        "bare_address": _foot_address(address),
        "figures": _figures(rows),
        "levers": [
            _lever(lever)
            | {
                "theme": _theme(lever.Theme(lever.theme)),
                "example": _example(example) if example else None,
                "is_local": bool(example) and example.department == territory,
                "exercised": [
                    {"who": drawable(who), "titles": drawable(titles)} for who, titles in exercised
                ],
                "actions": [_action(action) for action in lever.actions.all()],
            }
            for lever, example, exercised in rows["levers"]
        ],
        "plates_caption": drawings.plates_caption_of(
            dict.fromkeys(example for _, example, _ in rows["levers"] if example)
        ),
        "shared_credits": _credits(rows),
        "steps": _arguments(rows["steps"]),
        "terms": _terms(rows["terms"]),
        "resources": [_resource(resource) for resource in rows["resources"]],
    }


def _foot_address(address):
    """Return the address at the foot of each page; where it is too long, say where it stands."""
    if len(address) <= LONGEST_AT_FOOT:
        return bare_address(address)
    return f"{bare_address(address.partition('?')[0])} (adresse entière en dernière page)"


def _grouping(home):
    """Return « CC du Val, communauté de communes » for a commune that has an EPCI, or nothing."""
    if not home or not home.commune or not home.intercommunality:
        return ""
    grouping = home.intercommunality
    return drawable(f"{grouping.name}, {grouping.get_kind_display()}")


def _action(action):
    return {
        "text": drawable(action.text),
        "instrument": drawable(action.instrument),
        "steps": [{"title": title, "text": drawable(text)} for title, text in action.steps],
    }


def _rule(rule):
    reference = drawable(str(rule.legal_text or ""))
    if rule.articles:
        reference += f", art. {drawable(rule.articles)}"
    return {
        "heading": drawable(rule.heading),
        "text": drawable(rule.text),
        "source": " · ".join(filter(None, [reference, rule.verification])),
    }


def shared(address, people):
    """
    Return what every edition holds: publisher, date, whom to call, address of its page.

    Without people, the chamber itself is to be called.
    """
    identity = SiteIdentity.objects.current()
    return {
        "palette": LIGHT | GROUNDS,
        "name": drawable(identity.name),
        "full_name": drawable(identity.full_name),
        "website": _link(identity.website),
        "date": formats.date_format(timezone.localdate(), "j F Y"),
        "address": address,
        "bare_address": bare_address(address),
        "qr": _qr_code(address),
        "people": [_person(person) for person in people]
        or [_person(Person(name="La CRESS", email=identity.email, telephone=identity.telephone))],
    }


def _link(url):
    return {"url": url, "shown": drawable(bare_address(url))}


def _call(identity, people):
    """Return whom the cover names, if they are few, and the number to call."""
    names = [person.name for person in people]
    numbers = {person.telephone for person in people if person.telephone}
    telephone = numbers.pop() if len(numbers) == 1 else identity.telephone
    return {
        "names": drawable(get_text_list(names, "et")) if len(names) <= MOST_NAMES else "",
        "telephone": drawable(telephone),
    }


def _person(person):
    return {
        "name": drawable(person.name),
        "role": drawable(person.role),
        "email": drawable(person.email),
        "telephone": drawable(person.telephone),
    }


@lru_cache(maxsize=100)
def _qr_code(address):
    """Return the QR code of an address as SVG; without its query if it is too long to scan."""
    if len(address) > MOST_SCANNED:
        address = address.partition("?")[0]
    file = BytesIO()
    code = segno.make(
        address, error="m" if len(address) < EASILY_SCANNED else "l", boost_error=False
    )
    code.save(file, kind="svg", xmldecl=False, border=0, dark=LIGHT["ink"])
    return file.getvalue().decode()


def _maps_source(rows):
    if not rows["maps"]:
        return ""
    region_map = rows["maps"][0]
    return " ".join(filter(None, [_source(region_map.source), drawable(region_map.credit)]))


def _figures(rows):
    region = rows["region"]
    return [
        {
            "value": format_figure(share.value, "%"),
            "setting": drawable(share.setting),
            "label": share.label,
            "words": share.words,
            "gap": f"{share.gap} que {drawable(region.with_article)}" if share.gap else "",
            "is_employees": share.label == EMPLOYEES.label,
            "source": _source(rows["statistic"].source),
        }
        for share in rows["figures"]
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


def _table(rows):
    return {
        "measures": [measure.title for measure in MEASURES],
        "rows": [
            {
                "name": drawable(place.name),
                "is_current": place == rows["territory"],
                "is_region": place == rows["region"],
                "shares": [
                    format_figure(measure.of(statistic), "%") or "non connue"
                    for measure in MEASURES
                ],
            }
            for place, statistic in rows["rows"]
        ],
        "source": _source(rows["source"]),
        "notes": [drawable(note) for note in rows["notes"]],
    }


def _source(source):
    if source is None:
        return ""
    dating = " ".join([source.dating, *([f"({source.scope})"] if source.scope else [])])
    return drawable(f"Source{NARROW_SPACE}: {source.citation}, {dating}.")


def _page(page):
    """Return the lead and the body of a Page as blocks; an empty list without a page."""
    return blocks(f"{page.lead}\n\n{page.body}") if page else []


def _credits(rows):
    return [drawable(credit) for credit in rows["shared_credits"]]


def _theme(theme):
    return {"name": drawable(theme.label), "colour": THEMES[theme]}


def _arguments(arguments):
    return [{"title": drawable(a.title), "text": blocks(a.text)} for a in arguments]


def _lever(lever):
    return {
        "title": drawable(lever.title),
        "summary": drawable(lever.summary),
        "text": blocks(lever.text),
        "actions": [drawable(action.text) for action in lever.actions.all()],
        "credit": drawable(lever.credit),
        "is_addition": lever.is_addition,
    }


def _examples(enterprises):
    return [
        _example(enterprise)
        | {"levers": [drawable(lever.title) for lever in enterprise.shown_levers]}
        for enterprise in enterprises
    ]


def _example(enterprise):
    return {
        "name": drawable(enterprise.name),
        "place": drawable(f"{enterprise.place} ({enterprise.department.code})"),
        "sector": drawable(enterprise.sector_as_printed or enterprise.sector.name),
        "summary": drawable(enterprise.summary),
        "text": blocks(enterprise.text),
        "headcount": _headcount(enterprise),
        "website": _link(enterprise.website),
        "plate": drawings.plate(enterprise),
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
        "address": _link(resource.url),
    }
