"""A round of visits to the links of the site, the longest unseen first."""

import time
from datetime import UTC, datetime

from django.utils import timezone

from cress.base.text.typography import french
from cress.links.models import LinkCheck
from enterprises.models import Enterprise
from policies.models import Resource

_NEVER = datetime.min.replace(tzinfo=UTC)


def links():
    """Return the addresses that the site's pages link to: enterprises' and resources'."""
    websites = Enterprise.objects.published().exclude(website="").values_list("website", flat=True)
    return {*websites, *Resource.objects.values_list("url", flat=True)}


def visit_links(visitor, *, most, seconds):
    """
    Visit at most so many links, for so many seconds at most; yield the LinkCheck of each.

    What the site no longer links to is forgotten.
    """
    end = time.monotonic() + seconds
    shown, known = links(), dict(LinkCheck.objects.values_list("url", "checked_at"))
    for url in known.keys() - shown:
        LinkCheck.objects.filter(url=url).delete()
    for url in sorted(shown, key=lambda url: (known.get(url, _NEVER), url))[:most]:
        if time.monotonic() >= end:
            return
        yield note(url, visitor.visit(url))


def note(url, visit):
    """Store how a visit ended, now; return the LinkCheck."""
    now = timezone.now()
    check = LinkCheck.objects.filter(url=url).first() or LinkCheck(url=url)
    check.answer, check.checked_at = french(visit.answer), now
    check.failing_since = (check.failing_since or now) if visit.is_failure else None
    check.save()
    return check
