"""
The identity, the texts and the metadata that each page shows.

The subject apps do not import the chamber: their templates use these tags.
"""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from cress.base.web.addresses import absolute
from cress.chamber import structured
from cress.chamber.models import Page, Service, SiteIdentity
from territories.homes import visitor_home

register = template.Library()


@register.simple_tag(takes_context=True)
def site_identity(context):
    """Return the stored SiteIdentity, or an empty one, read once for each request."""
    request = getattr(context, "request", None)
    if request is None:
        return SiteIdentity.objects.current()
    if not hasattr(request, "site_identity"):
        request.site_identity = SiteIdentity.objects.current()
    return request.site_identity


def _published_pages(request):
    """Return the published texts, read once for each request: they are few."""
    if not hasattr(request, "published_pages"):
        request.published_pages = list(Page.objects.published().order_by("footer_order", "slug"))
    return request.published_pages


@register.simple_tag(takes_context=True)
def footer_pages(context):
    pages = _published_pages(context["request"])
    return [page for page in pages if page.footer_order is not None]


@register.simple_tag(takes_context=True)
def opening_text(context):
    """Return the published text of the current address, or None."""
    slug = context["request"].path.strip("/")
    return next((page for page in _published_pages(context["request"]) if page.slug == slug), None)


@register.simple_tag(takes_context=True)
def nav_link(context, name, label):
    """
    Return a link to a section, marked when the current page is the section or is in it.

    It carries the visitor's commune or EPCI, but not to the directory, where they are filters.
    """
    url = reverse(name)
    path = context["request"].path
    home = name != "enterprises:enterprise_list" and visitor_home(context["request"])
    address = home.carried_by(url) if home else url
    if path == url:
        current = "page"
    elif url != "/" and path.startswith(url):
        current = "true"
    else:
        return format_html('<a href="{}">{}</a>', address, label)
    return format_html('<a href="{}" aria-current="{}">{}</a>', address, current, label)


class CaptureNode(template.Node):
    def __init__(self, nodelist, name):
        self.nodelist, self.name = nodelist, name

    def render(self, context):
        rendered = self.nodelist.render(context).strip()
        context[self.name] = mark_safe(rendered)  # noqa: S308  a template has escaped it
        return ""


@register.tag
def capture(parser, token):
    """Store the output up to endcapture in a variable: a block can be shown only once."""
    _, name = token.split_contents()
    nodelist = parser.parse(["endcapture"])
    parser.delete_first_token()
    return CaptureNode(nodelist, name)


@register.simple_tag
def offered_services():
    """Return the services of the chamber for an authority."""
    return Service.objects.all()


@register.simple_tag
def site_root():
    """Return the start of the site's absolute addresses."""
    return absolute()


@register.simple_tag
def describe_organization(identity):
    return structured.as_script(structured.organization(identity))


@register.simple_tag(takes_context=True)
def describe_breadcrumb(context, label, url, here):
    steps = [("Accueil", "/"), (label, url), (here, context.request.path)]
    return structured.as_script(structured.breadcrumb(steps))


@register.simple_tag
def describe_shares(source, region, identity):
    return structured.as_script(structured.shares_dataset(identity, source, region))
