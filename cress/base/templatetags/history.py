"""What the pages of the history show: the undo of a message, the ticks of a comparison."""

from django import template

from cress.base.history.bin import KEPT
from cress.base.history.operation_admin import visible_to
from cress.base.history.pages import UNDO_TAG, HistoryEntry, tick_of
from cress.base.history.versions import Versioned

register = template.Library()


@register.simple_tag
def goes_to_bin(options):
    """Return whether what is deleted of a model can be restored."""
    return issubclass(options.model, Versioned)


@register.simple_tag
def undo_number(message):
    """Return the number of the operation that a message offers to undo, or an empty text."""
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix(UNDO_TAG) for tag in tags if tag.startswith(UNDO_TAG)), "")


@register.simple_tag
def days_in_bin():
    """Return for how many days what is deleted can be restored."""
    return KEPT.days


@register.simple_tag
def tick(change, field=None):
    """Return the value of the tick of a row that changed, or of one of its fields."""
    return tick_of(change, field)


@register.simple_tag(takes_context=True)
def latest_entries(context, count):
    """Return the last operations that the reader may see, without what they changed."""
    request = context["request"]
    return [HistoryEntry(done, [], request.user) for done in visible_to(request)[:count]]
