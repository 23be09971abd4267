"""
The sitemap: every page that a visitor can reach, for search engines (protocol: sitemaps.org).

It is an index of parts. A part of enterprises holds at most PART of them, and costs one query of
that many slugs; the protocol allows 50 000 addresses in a file. The parts are written from the
database at each request, so they are never stale: reading the rows costs as little as asking
whether they have changed.
"""

from collections import Counter
from xml.sax.saxutils import escape

from django.db.models import Max
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cress.base.files.locks import in_small_steps
from cress.base.web.addresses import absolute
from cress.chamber.models import Page
from enterprises.models import Enterprise
from policies.models import Lever
from territories.models import Commune, Intercommunality, Territory

PART = 10_000  # enterprises
SECTIONS = [
    "chamber:home",
    "chamber:arguments",
    "territories:territory_list",
    "territories:comparison",
    "policies:lever_list",
    "policies:how_to_act",
    "printing:roadmap",
    "printing:deliberation",
    "enterprises:enterprise_list",
    "chamber:chamber",
    "contact:contact",
    "policies:glossary",
    "opendata:data",
    "chamber:legal_notice",
    "chamber:site_map",
]
BROCHURE = ["printing:region_page", "printing:region_levers"]
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
def index(request):
    """List the parts of the sitemap."""
    parts = [
        reverse("sitemap_pages"),
        reverse("sitemap_places"),
        *(reverse("sitemap_enterprises", args=[number]) for number in _numbers()),
    ]
    return _answer("sitemapindex", [_entry(part, element="sitemap") for part in parts])


@require_safe
def pages(request, more=list):
    """List all pages but those of enterprises; `more` returns paths of other pages."""
    sections = [reverse(name) for name in SECTIONS]
    # A Page that opens a section has the address of the section.
    texts = [
        _entry(page.get_absolute_url(), page.updated_at)
        for page in Page.objects.published()
        if page.get_absolute_url() not in sections
    ]
    # The brochure of the region only: those of the departments have nearly the same content.
    has_brochure = Territory.objects.filter(kind=Territory.Kind.REGION).exists()
    brochure = map(reverse, BROCHURE if has_brochure else [])
    changes = _changes_of_territories()
    dated = [
        *((place.get_absolute_url(), changes[place.pk]) for place in Territory.objects.with_page()),
        *((lever.get_absolute_url(), lever.updated_at) for lever in Lever.objects.published()),
    ]
    paths = [*sections, *brochure, *more()]
    entries = [_entry(path, changed_at) for path, changed_at in dated]
    return _answer("urlset", [*map(_entry, paths), *texts, *entries])


@require_safe
def places(request):
    """
    List the pages of communes and EPCI.

    The page of a commune changes with its department; an EPCI may have two of them.
    """
    changes = _changes_of_territories()
    communes = Commune.objects.select_related("department").defer("department__outline")
    groupings = Intercommunality.objects.filter(communes__isnull=False).distinct()
    found = [*groupings, *communes]
    # Of two homonyms side by side, the address without a code asks which is meant.
    counts = Counter(place.get_absolute_url() for place in found)
    for place in found:
        place.has_homonym = counts[place.get_absolute_url()] > 1
    entries = [
        _entry(place.get_absolute_url(), changes.get(getattr(place, "department_id", None)))
        for place in in_small_steps(found)
    ]
    return _answer("urlset", entries)


@require_safe
def enterprises(request, number):
    """List the enterprises of a part, numbered from 1."""
    if number not in _numbers():
        raise Http404("Le plan du site n’a pas cette partie.")
    published = Enterprise.objects.published().order_by("pk").values_list("slug", "updated_at")
    rows = published[(number - 1) * PART : number * PART].iterator(chunk_size=500)
    # An address is resolved once, not ten thousand times.
    before, _, after = reverse("enterprises:enterprise_detail", args=["SLUG"]).partition("SLUG")
    entries = [
        _entry(f"{before}{slug}{after}", changed_at) for slug, changed_at in in_small_steps(rows)
    ]
    return _answer("urlset", entries)


def _changes_of_territories():
    """Return {primary key of a territory: the date of its last change, or of its figures'}."""
    rows = Territory.objects.annotate(figures_changed_at=Max("statistics__updated_at"))
    return {
        pk: max(filter(None, dates))
        for pk, *dates in rows.values_list("pk", "updated_at", "figures_changed_at")
    }


def _numbers():
    """Return the numbers of the parts of enterprises."""
    count = Enterprise.objects.published().count()
    return range(1, -(-count // PART) + 1)


def _entry(path, changed_at=None, element="url"):
    """Return the XML of an address, with the date of its last change if it is known."""
    date = f"<lastmod>{changed_at:%Y-%m-%d}</lastmod>" if changed_at else ""
    return f"<{element}><loc>{escape(absolute(path))}</loc>{date}</{element}>"


def _answer(root, entries):
    """Return a file of the protocol."""
    start = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">'
    content = "\n".join([start, *entries, f"</{root}>", ""])
    headers = {"X-Robots-Tag": "noindex"}  # the file itself is not a result of a search
    return HttpResponse(content, content_type="application/xml", headers=headers)
