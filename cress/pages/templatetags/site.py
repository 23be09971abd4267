"""
What every page shows of the chamber, whatever its subject.

The subject apps know nothing of the chamber; their templates ask for it here.
"""

import re

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

from cress.addresses import site_root
from cress.pages.models import Page, SiteIdentity
from cress.pages.search import holds
from cress.pages.sharing import data

register = template.Library()

WORDS_AND_SIGNS = re.compile(r"(\W+)")


@register.simple_tag
def site_identity():
    """Return who speaks: the stored identity, or an empty one."""
    return SiteIdentity.objects.current()


def _published_pages(request):
    """The texts of the site, a handful: read once for a page, which opens and ends with some."""
    if not hasattr(request, "published_pages"):
        request.published_pages = list(Page.objects.published().order_by("footer_order", "slug"))
    return request.published_pages


@register.simple_tag(takes_context=True)
def footer_pages(context):
    pages = _published_pages(context["request"])
    return [page for page in pages if page.footer_order is not None]


@register.simple_tag(takes_context=True)
def opening_text(context):
    """Return the published text kept for the address being read, or None."""
    slug = context["request"].path.strip("/")
    return next((page for page in _published_pages(context["request"]) if page.slug == slug), None)


@register.simple_tag(takes_context=True)
def nav_link(context, name, label):
    """Link to a section; say when it is, or holds, the page being read."""
    url = reverse(name)
    path = context["request"].path
    if path == url:
        current = "page"
    elif url != "/" and path.startswith(url):
        current = "true"
    else:
        return format_html('<a href="{}">{}</a>', url, label)
    return format_html('<a href="{}" aria-current="{}">{}</a>', url, current, label)


class CaptureNode(template.Node):
    def __init__(self, nodelist, name):
        self.nodelist, self.name = nodelist, name

    def render(self, context):
        rendered = self.nodelist.render(context).strip()
        context[self.name] = mark_safe(rendered)  # noqa: S308  a template has escaped it
        return ""


@register.tag
def capture(parser, token):
    """Keep what stands up to endcapture under a name: a block can be shown once only."""
    _, name = token.split_contents()
    nodelist = parser.parse(["endcapture"])
    parser.delete_first_token()
    return CaptureNode(nodelist, name)


@register.filter
def highlight(text, words):
    """Mark in a text the words that hold one of the folded words."""
    pieces = WORDS_AND_SIGNS.split(text)
    return mark_safe(  # noqa: S308  each piece is escaped
        "".join(
            f"<mark>{escape(piece)}</mark>" if holds(piece, words) else escape(piece)
            for piece in pieces
        )
    )


@register.filter
def excerpt(result, words):
    """Return the piece of a search's result where its words are."""
    return result.excerpt(words)


@register.simple_tag(name="site_root", takes_context=True)
def site_root_of(context):
    return site_root(context.request)


@register.simple_tag(takes_context=True)
def describe_organization(context, identity):
    return data.as_script(data.organization(identity, site_root(context.request)))


@register.simple_tag(takes_context=True)
def describe_breadcrumb(context, label, url, here):
    steps = [("Accueil", "/"), (label, url), (here, context.request.path)]
    return data.as_script(data.breadcrumb(steps, site_root(context.request)))


@register.simple_tag(takes_context=True)
def describe_shares(context, source, identity):
    return data.as_script(data.shares_dataset(identity, source, site_root(context.request)))
