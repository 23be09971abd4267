"""
How many messages one sender may send in an hour. All processes share the limit: the database
holds it.

An allowance of N messages an hour may be spent at once. It comes back one message at a time, each
N-th of an hour (the generic cell rate algorithm). One row holds one instant: when it is full again.
Addresses are stored as keyed hashes only, and for an hour at most.
"""

import ipaddress
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cress.contact.models import Allowance

HOUR = timedelta(hours=1)


class LimitReachedError(Exception):
    """The sender has reached the limit; `wait` is the time until one more message is accepted."""

    def __init__(self, wait):
        super().__init__(wait)
        self.wait = wait


def client_address(request):
    """
    Return the network address of the visitor, as the server or its proxy saw it.

    In X-Forwarded-For, what is left of the proxy's own entry was written by the visitor.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        return _without_port(forwarded) or address
    return address


def _without_port(address):
    """Some proxies write « 203.0.113.5:1234 », or « [2001:db8::1]:443 »."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def senders(client, email):
    """Return {key: messages an hour} for everything that a message is counted under."""
    single, network = _ranges(client)
    return {
        _key("address", single): settings.CONTACT_LIMIT_PER_ADDRESS,
        _key("email", email.lower()): settings.CONTACT_LIMIT_PER_ADDRESS,
        _key("network", network): settings.CONTACT_LIMIT_PER_NETWORK,
    }


def _ranges(client):
    """Return the range of one home (a whole /64 in IPv6), then that of its network."""
    try:
        address = ipaddress.ip_address(client)
        address = getattr(address, "ipv4_mapped", None) or address
        lengths = (32, 24) if address.version == 4 else (64, 48)
        return [ipaddress.ip_network(f"{address}/{n}", strict=False) for n in lengths]
    except ValueError:  # the name of a socket, or an address that the proxy does not know
        return client, client


def _key(kind, value):
    return salted_hmac("cress.contact.limits", f"{kind}:{value}", algorithm="sha256").hexdigest()


def spend(limits):
    """
    Count one message under every key, or raise LimitReachedError and count none.

    Call it in a transaction: the rows stay locked until its end, always in the same order.
    """
    now = timezone.now()
    limits = {key: limit for key, limit in sorted(limits.items()) if limit > 0}
    Allowance.objects.bulk_create(
        [Allowance(key=key, full_again_at=now) for key in limits], ignore_conflicts=True
    )
    allowances = list(Allowance.objects.select_for_update().filter(key__in=limits).order_by("key"))
    waits = []
    for allowance in allowances:
        allowance.full_again_at = max(allowance.full_again_at, now) + HOUR // limits[allowance.key]
        waits.append(allowance.full_again_at - now - HOUR)
    if max(waits, default=timedelta()) > timedelta():
        raise LimitReachedError(max(waits))
    Allowance.objects.bulk_update(allowances, ["full_again_at"])


def forget_full():
    """Delete the allowances that are full again: they no longer limit anything."""
    Allowance.objects.filter(full_again_at__lte=timezone.now()).delete()
