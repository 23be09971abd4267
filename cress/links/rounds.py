"""A round of visits to the links of the site. The link that waits the longest comes first."""

import time
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from cress.base.text.typography import french
from cress.chamber.models import SiteIdentity
from cress.links.models import LinkCheck
from cress.links.visits import Visitor
from enterprises.models import Enterprise
from policies.models import LegalText, Resource
from territories.models import Source

MOST = 2000  # links in a round
SECONDS = 30 * 60  # for a round
_NEVER = datetime.min.replace(tzinfo=UTC)


def links():
    """Return the addresses that staff type and that the site's pages link to."""
    found = set()
    for rows, field in visited():
        found.update(rows.exclude(**{field: ""}).values_list(field, flat=True))
    return found


def visited():
    """Return (rows, name of their field) for each field whose addresses are visited."""
    return [
        (Enterprise.objects.published(), "website"),
        (Resource.objects.all(), "url"),
        (LegalText.objects.all(), "url"),
        (Source.objects.all(), "url"),
        (SiteIdentity.objects.all(), "website"),
        (SiteIdentity.objects.all(), "data_licence_url"),
    ]


def daily_round(most=MOST, seconds=SECONDS):
    """Visit links under the site's name, within these limits; yield the LinkCheck of each."""
    return visit_links(Visitor(_user_agent()), most=most, seconds=seconds)


def _user_agent():
    """Return the name under which the site visits others, in the characters that HTTP takes."""
    name = slugify(SiteIdentity.objects.current().name) or "site"
    return f"{name}-verification-des-liens" + (f" (+{settings.SITE_URL})" * bool(settings.SITE_URL))


def visit_links(visitor, *, most, seconds):
    """
    Visit at most `most` links, for `seconds` at most; yield the LinkCheck of each.

    The check of a link that the site no longer shows is deleted.
    """
    end = time.monotonic() + seconds
    shown, known = links(), dict(LinkCheck.objects.values_list("url", "checked_at"))
    for url in known.keys() - shown:
        LinkCheck.objects.filter(url=url).delete()
    for url in sorted(shown, key=lambda url: (known.get(url, _NEVER), url))[:most]:
        if time.monotonic() >= end:
            return
        yield record(url, visitor.visit(url))


@transaction.atomic
def record(url, visit):
    """Store how a visit ended, now; return the LinkCheck. Two rounds may run at once."""
    result = {"answer": french(visit.answer), "checked_at": timezone.now()}
    check, _ = LinkCheck.objects.select_for_update().get_or_create(url=url, defaults=result)
    check.answer, check.checked_at = result["answer"], result["checked_at"]
    if not visit.is_failure:
        check.failing_since = None
    elif not check.failing_since:
        check.failing_since = check.checked_at
    check.save()
    return check
