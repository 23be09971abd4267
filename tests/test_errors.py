"""Error pages: in French, and standing alone when what they report has failed."""

import base64
import hashlib
import re

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import override_settings

TEMPLATES = settings.BASE_DIR / "templates"
STANDING_ALONE = sorted(
    str(path.relative_to(TEMPLATES))
    for path in TEMPLATES.rglob("*.html")
    if '{% extends "_error_base.html" %}' in path.read_text(encoding="utf-8")
)
# A storage whose manifest is missing: every {% static %} raises an error.
BROKEN_STATIC = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage",
        "OPTIONS": {"location": "nowhere"},
    },
}


def test_every_error_has_a_page():
    assert {"400.html", "403.html", "403_csrf.html", "413.html", "500.html", "503.html"} <= set(
        STANDING_ALONE
    )


@pytest.mark.parametrize("template", STANDING_ALONE)
def test_an_error_page_asks_neither_the_database_nor_the_static_files(template):
    with override_settings(STORAGES=BROKEN_STATIC):
        page = render_to_string(template)  # the test has no database: a query would fail

    assert '<html lang="fr">' in page
    assert re.search(r"<h1>[^<]{10,}</h1>\s*<p>[^<]{20,}</p>", page)
    assert "/static/" not in page
    assert " src=" not in page


def test_the_policy_allows_the_style_of_error_pages_and_no_other():
    [style] = re.findall(r"<style>(.*?)</style>", render_to_string("500.html"), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert settings.SECURE_CSP["style-src"] == ["'self'", f"'sha256-{digest}'"]


def test_a_page_that_fails_with_the_static_files_still_answers_in_french(client, content):
    client.raise_request_exception = False
    with override_settings(STORAGES=BROKEN_STATIC):
        response = client.get("/")

    assert response.status_code == 500
    assert "Le site a rencontré une erreur" in response.text
