"""Addresses of web pages: absolute ones of this site, and short forms for reading."""

from urllib.parse import urlsplit

from django.conf import settings


def absolute(path=""):
    """
    Return a path of the site as an absolute address: « https://www.example.org/contact/ ».

    It is built from settings.SITE_URL, never from the Host header: a file or a page that is
    cached must not depend on what a visitor sends.
    """
    return f"{settings.SITE_URL}{path}"


def bare_host(url):
    """Return the host of an address: « legifrance.gouv.fr »."""
    return urlsplit(url).netloc.removeprefix("www.")


def bare_address(url):
    """Shorten an address for reading: « www.rtes.fr »."""
    return url.partition("://")[2].rstrip("/")
