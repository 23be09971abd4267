"""How data is written on a French page."""

import re
from urllib.parse import urlsplit

import nh3
from django import template
from django.utils.safestring import mark_safe

from cress.markdown import PARSER
from cress.typography import NARROW_SPACE, format_number, parse_number

register = template.Library()

_FIRST_SENTENCE = re.compile(r".*?(?:[.!?…](?=\s)|\Z)", re.DOTALL)

_ALLOWED_TAGS = {"h2", "h3", "p", "br", "em", "strong", "ul", "ol", "li", "a"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


@register.filter
def figure(value, unit=""):
    """
    Write a figure with its unit: `{{ share|figure:"%" }}` gives « 10,79 % ».

    A number keeps the decimals that it holds; a text that is a French number
    (« 9 000 », « 2,15 ») is written like one, any other text is left as it is.
    """
    if value is None or value == "":
        return ""
    number = parse_number(value) if isinstance(value, str) else value
    written = value if number is None else format_number(number)
    return f"{written}{NARROW_SPACE}{unit}" if unit else written


@register.filter
def first_sentence(text):
    """Return a text up to the end of its first sentence."""
    return _FIRST_SENTENCE.match(text)[0]


@register.filter
def markdown(text):
    """Turn a staff member's Markdown into HTML that holds nothing but text and links."""
    html = nh3.clean(
        PARSER.render(text), tags=_ALLOWED_TAGS, url_schemes={"https", "http", "mailto", "tel"}
    )
    return mark_safe(html)  # noqa: S308  sanitised in the line above


@register.filter
def telephone(number):
    """Turn « 02 38 68 18 90 » into the address that dials it: « tel:+33238681890 »."""
    digits = "".join(filter(str.isdigit, number))
    if number.startswith("+"):
        return f"tel:+{digits}"
    return f"tel:+33{digits[1:]}" if digits.startswith("0") else f"tel:{digits}"


@register.filter
def bare_host(url):
    """Return the host of a site's address: « legifrance.gouv.fr »."""
    return urlsplit(url).netloc.removeprefix("www.")


@register.filter
def bare_address(url):
    """Shorten a site's address for reading: « www.rtes.fr »."""
    return url.partition("://")[2].rstrip("/")
