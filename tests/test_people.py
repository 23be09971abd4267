"""Whom the pages tell visitors to call."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from tests.factories import make_identity, make_person, make_region, make_territory

TELEPHONE = "02 38 00 00 00"
PAGES = ["/", "/pourquoi/", "/leviers/transports-voirie/", "/entreprises/isa-groupe/"]


@pytest.mark.parametrize("address", PAGES)
def test_without_functions_or_territories_the_chamber_alone_is_named(client, content, address):
    response = client.get(address)

    assertContains(response, 'class="call-number"')
    assertNotContains(response, "person__name")


@pytest.mark.parametrize("address", ["/contact/", "/la-cress/"])
def test_the_contact_page_and_that_of_the_chamber_name_everybody(client, content, address):
    response = client.get(address)

    for name in ["Caroline Dumas", "Chloé Collier"]:
        assertContains(response, name)


def test_a_page_names_the_people_of_its_territory(client, db):
    make_identity(telephone=TELEPHONE)
    here, there = make_territory(), make_territory()
    make_person(name="Anne Ici").territories.add(here)
    make_person(name="Luc Ailleurs").territories.add(there)
    make_person(name="Marie Partout", role="Direction")
    make_person(name="Paul Rien")

    response = client.get(here.get_absolute_url())

    for name in ["Anne Ici", "Marie Partout"]:
        assertContains(response, name)
    for name in ["Luc Ailleurs", "Paul Rien", "La CRESS</strong>"]:
        assertNotContains(response, name)


def test_a_person_who_follows_the_region_is_named_in_its_departments(client, db):
    region, department = make_region(), make_territory()
    make_person(name="Anne Région").territories.add(region)
    make_person(name="Luc Département").territories.add(department)

    assertContains(client.get(department.get_absolute_url()), "Anne Région")
    page_of_the_region = client.get(region.get_absolute_url())
    assertContains(page_of_the_region, "Anne Région")
    assertNotContains(page_of_the_region, "Luc Département")


def test_a_person_of_two_territories_is_named_once_with_both(client, db):
    person = make_person(name="Anne Ici")
    person.territories.set([make_territory(name="Val-Un"), make_territory(name="Val-Deux")])

    response = client.get("/")

    assertContains(response, "Anne Ici", count=1)
    assertContains(response, "<span>Val-Un, Val-Deux</span>")


@pytest.mark.parametrize("address", [*PAGES, "/territoires/18-cher/chateaumeillant/"])
def test_the_number_of_the_chamber_is_at_the_head_of_each_page(client, content, address):
    header = client.get(address).text.partition("</header>")[0]

    assert 'href="tel:+33238681890"' in header


def test_without_a_number_the_head_has_no_empty_link(client, db):
    make_identity(telephone="")

    assertNotContains(client.get("/"), "tel:")
