"""
The sitemap: every page that a visitor can reach, for search engines (protocol: sitemaps.org).

It is an index of parts. A part of enterprises holds at most PART of them, and costs one query of
that many slugs; the protocol allows 50 000 addresses in a file. The parts are written from the
database at each request, so they are never stale: reading the rows costs as little as asking
whether they have changed.
"""

from xml.sax.saxutils import escape

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cress.base.web.addresses import absolute
from cress.chamber.models import Page
from enterprises.models import Enterprise
from policies.models import Lever
from territories.models import Territory

PART = 10_000  # enterprises
SECTIONS = [
    "chamber:home",
    "chamber:arguments",
    "territories:territory_list",
    "territories:comparison",
    "policies:lever_list",
    "printing:roadmap",
    "enterprises:enterprise_list",
    "chamber:chamber",
    "contact:contact",
    "policies:glossary",
    "opendata:data",
    "chamber:legal_notice",
    "chamber:site_map",
]
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
def index(request):
    """List the parts of the sitemap."""
    parts = [
        reverse("sitemap_pages"),
        *(reverse("sitemap_enterprises", args=[number]) for number in _numbers()),
    ]
    return _answer("sitemapindex", "sitemap", [(part, None) for part in parts])


@require_safe
def pages(request, more=list):
    """List all pages but those of enterprises; `more` returns paths of other pages."""
    sections = [reverse(name) for name in SECTIONS]
    # A Page that opens a section has the address of the section.
    texts = [
        (page.get_absolute_url(), page.updated_at)
        for page in Page.objects.published()
        if page.get_absolute_url() not in sections
    ]
    # One brochure in HTML: those of the departments have nearly the same content.
    brochures = Territory.objects.filter(kind=Territory.Kind.REGION)
    paths = [
        *(territory.get_absolute_url() for territory in Territory.objects.with_page()),
        *(reverse("printing:region_page") for _ in brochures),
        *(lever.get_absolute_url() for lever in Lever.objects.published()),
        *more(),
    ]
    return _answer("urlset", "url", [*_undated(sections), *texts, *_undated(paths)])


@require_safe
def enterprises(request, number):
    """List the enterprises of a part, numbered from 1."""
    if number not in _numbers():
        raise Http404("Le plan du site n’a pas cette partie.")
    published = Enterprise.objects.published().order_by("pk").values_list("slug", flat=True)
    slugs = published[(number - 1) * PART : number * PART]
    before, after = _around_the_slug("enterprises:enterprise_detail")
    return _answer("urlset", "url", _undated(f"{before}{slug}{after}" for slug in slugs))


def _numbers():
    """Return the numbers of the parts of enterprises."""
    count = Enterprise.objects.published().count()
    return range(1, -(-count // PART) + 1)


def _around_the_slug(view):
    """Return what precedes and what follows a slug in an address, to resolve it only once."""
    before, _, after = reverse(view, args=["SLUG"]).partition("SLUG")
    return before, after


def _undated(paths):
    return [(path, None) for path in paths]


def _answer(root, element, entries):
    """Return a file of the protocol: (path, date of last change or None) pairs."""
    lines = [
        f"<{element}><loc>{escape(absolute(path))}</loc>"
        + (f"<lastmod>{changed_at:%Y-%m-%d}</lastmod>" if changed_at else "")
        + f"</{element}>"
        for path, changed_at in entries
    ]
    content = "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_NAMESPACE}">']
        + lines
        + [f"</{root}>", ""]
    )
    return HttpResponse(
        content, content_type="application/xml", headers={"X-Robots-Tag": "noindex"}
    )
