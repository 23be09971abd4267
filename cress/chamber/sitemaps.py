"""What search engines are told of: every page that a visitor can reach."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import sitemaps
from django.urls import reverse

from cress.chamber.models import Page
from enterprises.models import Enterprise
from policies.models import Lever
from territories.models import Territory

SECTIONS = [
    "chamber:home",
    "chamber:arguments",
    "territories:territory_list",
    "territories:comparison",
    "policies:lever_list",
    "policies:how_to_act",
    "printing:roadmap",
    "enterprises:enterprise_list",
    "chamber:chamber",
    "contact:contact",
    "policies:glossary",
    "opendata:data",
    "chamber:legal_notice",
    "chamber:site_map",
]


class Sitemap(sitemaps.Sitemap):
    """A sitemap whose addresses start with SITE_URL, whatever host was asked."""

    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc


class SectionSitemap(Sitemap):
    def items(self):
        return SECTIONS

    def location(self, item):
        return reverse(item)


class PageSitemap(Sitemap):
    """Texts with an address of their own; those that open a section are listed with it."""

    def items(self):
        sections = {reverse(name) for name in SECTIONS}
        return [
            page for page in Page.objects.published() if page.get_absolute_url() not in sections
        ]

    def lastmod(self, page):
        return page.updated_at


class BrochureSitemap(Sitemap):
    """The brochure in one page: the region's, since those of departments say much the same."""

    def items(self):
        return Territory.objects.filter(kind=Territory.Kind.REGION)

    def location(self, region):
        return reverse("printing:region_page")


class ContentSitemap(Sitemap):
    def __init__(self, queryset):
        self.queryset = queryset

    def items(self):
        return self.queryset.all()


SITEMAPS = {
    "sections": SectionSitemap,
    "pages": PageSitemap,
    "territories": ContentSitemap(Territory.objects.with_page()),
    "brochure": BrochureSitemap,
    "levers": ContentSitemap(Lever.objects.published()),
    "enterprises": ContentSitemap(Enterprise.objects.published().only("slug")),
}
