"""The tag that explains the terms of the glossary where a page first uses them."""

from django import template
from django.utils.safestring import mark_safe

from policies.terms import explain

register = template.Library()


class ExplainNode(template.Node):
    def __init__(self, nodelist, terms):
        self.nodelist, self.terms = nodelist, terms

    def render(self, context):
        html = explain(self.nodelist.render(context), self.terms.resolve(context))
        return mark_safe(html)  # noqa: S308  templates rendered both parts


@register.tag("explain")
def do_explain(parser, token):
    """Explain the terms in a part of a page: `{% explain terms %}…{% endexplain %}`."""
    _, terms = token.split_contents()
    nodelist = parser.parse(["endexplain"])
    parser.delete_first_token()
    return ExplainNode(nodelist, parser.compile_filter(terms))
