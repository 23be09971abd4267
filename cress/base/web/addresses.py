"""Addresses of web pages: absolute ones of this site, and short forms for reading."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError


def absolute(path=""):
    """
    Return a path of the site as an absolute address: « https://www.example.org/contact/ ».

    It is built from settings.SITE_URL, never from the Host header: a file or a page that is
    cached must not depend on what a visitor sends.
    """
    return f"{settings.SITE_URL}{path}"


def has_account(url):
    """Return whether an address names an account at its host, as an e-mail address does."""
    return "@" in re.split(r"[/?#]", url.partition("://")[2])[0]


def refuse_account(url):
    """Raise ValidationError if an e-mail address, or an account, is given for a web page."""
    if has_account(url):
        raise ValidationError(
            "C’est une adresse électronique, ou une adresse avec un nom de compte : donnez celle "
            "d’une page, comme https://www.example.org."
        )


def bare_host(url):
    """Return the host of an address: « legifrance.gouv.fr »."""
    return urlsplit(url).netloc.removeprefix("www.")


def bare_address(url):
    """Shorten an address for reading: « www.rtes.fr »."""
    return url.partition("://")[2].rstrip("/")
