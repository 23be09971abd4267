"""Checks of the settings that a production server needs."""

import re

from django.conf import settings
from django.core import checks

_SITE_URL = re.compile(r"https?://[^/?#\s@]+\Z")


def site_url_problem():
    """Return in French why settings.SITE_URL cannot start an absolute address, or nothing."""
    if _SITE_URL.match(settings.SITE_URL):
        return ""
    problem = "est mal formée" if settings.SITE_URL else "manque"
    return (
        f"SITE_URL {problem} : donnez l’adresse publique du site, comme https://www.example.org, "
        "sans rien après le nom."
    )


@checks.register(checks.Tags.security, deploy=True)
def site_url_is_given(app_configs, **kwargs):
    problem = site_url_problem()
    return [checks.Error(problem, id="site.E001")] if problem else []
