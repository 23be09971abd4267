"""What visitors and staff see of a listed enterprise."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from enterprises.models import Enterprise
from enterprises.siret import spaced_siret
from tests.factories import (
    make_enterprise,
    make_lever,
)
from tests.html import Document, plain
from tests.listing.rows import OTHER, SIRET, line, listed, table
from tests.test_site import public_paths


@pytest.fixture
def listed_page(bourges, take, client):
    """Pages of a site that has one example and one listed enterprise in its commune."""
    make_enterprise(name="L’Exemple", commune=bourges, siret=OTHER).levers.add(make_lever())
    take(table(line(name="La Ruche", tranche_effectifs="11", famille_ess="association")))
    return client


def test_a_listed_enterprise_has_its_page(listed_page):
    text = plain(Document(listed_page.get(listed().get_absolute_url()).text).text)

    for output in ["La Ruche", "Bourges", "10 à 19 salariés", spaced_siret(SIRET), "Association"]:
        assert output in text
    assert "None" not in text


def test_the_page_of_a_listed_enterprise_describes_itself(listed_page):
    document = Document(listed_page.get(listed().get_absolute_url()).text)

    assert plain(document.meta("description")) == (
        "La Ruche (Bourges), un établissement de l'économie sociale et solidaire."
    )


def test_pages_that_tell_stories_show_examples_alone(listed_page, bourges):
    lever = Enterprise.objects.get(name="L’Exemple").levers.get()
    listed().levers.add(lever)
    example = Enterprise.objects.get(name="L’Exemple").get_absolute_url()
    pages = ["/", bourges.department.get_absolute_url(), lever.get_absolute_url()]

    for path in [*pages, "/plan-du-site/", "/entreprises/?exemples=oui"]:
        response = listed_page.get(path)
        assertContains(response, example)
        assertNotContains(response, listed().get_absolute_url())
    neighbours = listed_page.get(listed().get_absolute_url()).text.split("neighbours-title")[-1]
    assert "L’Exemple" in neighbours
    assert "La Ruche" not in neighbours
    for path in ["/entreprises/", "/recherche/?q=ruche", "/sitemap-entreprises-1.xml"]:
        assertContains(listed_page.get(path), listed().get_absolute_url())
    assert example in public_paths(listed_page)


def test_staff_distinguish_listed_enterprises_from_examples(listed_page, editor_client):
    url = reverse("admin:enterprises_enterprise_changelist")

    assertNotContains(editor_client.get(f"{url}?is_example__exact=1"), "La Ruche")
    assertContains(editor_client.get(f"{url}?q={SIRET}"), "La Ruche")
    change = reverse("admin:enterprises_enterprise_change", args=[listed().pk])
    assertNotContains(editor_client.get(change), 'name="imported"')


def test_a_listed_enterprise_becomes_an_example_once_it_is_summed_up(listed_page):
    enterprise = listed()
    enterprise.is_example = True

    with pytest.raises(ValidationError, match="Un exemple a un résumé"):
        enterprise.full_clean()

    enterprise.summary = "Une ruche."
    enterprise.save()
    assertContains(listed_page.get("/entreprises/"), enterprise.get_absolute_url())
