"""Template filters that write data on a French page."""

import re

from django import template
from django.utils.html import format_html, format_html_join

from cress.base.text.brackets import TO_FILL_IN
from cress.base.text.markdown import headings, plain_text, render_long_text, render_markdown
from cress.base.text.numbers import format_figure
from cress.base.text.ordinals import with_raised_ordinals
from cress.base.web.addresses import bare_address, bare_host

register = template.Library()

_FIRST_SENTENCE = re.compile(r".*?(?:[.!?…](?=\s)|\Z)", re.DOTALL)

register.filter("figure", format_figure)
register.filter("markdown", render_markdown)
register.filter("long_text", render_long_text)
register.filter("headings", headings)
register.filter("ordinals", with_raised_ordinals)
register.filter("bare_host", bare_host)
register.filter("bare_address", bare_address)


@register.filter
def first_sentence(text):
    """Return the first sentence of a text in Markdown, as plain text."""
    return _FIRST_SENTENCE.match(plain_text(text))[0]


@register.filter
def to_fill_in(text):
    """Mark what stands between square brackets: the reader fills it in or verifies it."""
    parts = enumerate(map(with_raised_ordinals, TO_FILL_IN.split(text)))
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", part) if n % 2 else part,) for n, part in parts)
    )


@register.filter
def telephone(number):
    """Turn « 02 38 68 18 90 » into the address that dials it: « tel:+33238681890 »."""
    digits = "".join(filter(str.isdigit, number))
    if number.startswith("+"):
        return f"tel:+{digits}"
    return f"tel:+33{digits[1:]}" if digits.startswith("0") else f"tel:{digits}"
