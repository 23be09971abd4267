"""The tag that explains the words of the field where a page first uses them."""

from django import template
from django.utils.safestring import mark_safe

from policies.terms import explain

register = template.Library()


class ExplainNode(template.Node):
    def __init__(self, nodelist, terms):
        self.nodelist, self.terms = nodelist, terms

    def render(self, context):
        html = explain(self.nodelist.render(context), self.terms.resolve(context))
        return mark_safe(html)  # noqa: S308  what the nodes rendered, and templates of ours


@register.tag("explain")
def do_explain(parser, token):
    """Explain what stands up to endexplain: `{% explain terms %}…{% endexplain %}`."""
    _, terms = token.split_contents()
    nodelist = parser.parse(["endexplain"])
    parser.delete_first_token()
    return ExplainNode(nodelist, parser.compile_filter(terms))
