"""The roadmap of a commune or an EPCI: who acts, what to fill in, how it is sent."""

import subprocess
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from policies.models import Lever
from tests.factories import (
    make_action,
    make_commune,
    make_competence,
    make_intercommunality,
    make_lever,
    make_region,
)
from tests.html import Document, plain
from tests.test_printing import needs_reader, squeezed
from tests.test_printing import text_of as pdf_text_of

ADDRESS = "/feuille-de-route/"
VILLAGE = f"{ADDRESS}?commune=18057&levier=transports-voirie"


@pytest.fixture(autouse=True)
def editions(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def pdf_pages_of(response):
    command = ["pdftotext", "-layout", "-enc", "UTF-8", "-", "-"]
    read = subprocess.run(command, input=response.content, capture_output=True, check=True)
    return read.stdout.decode().replace("\u200b", "").split("\f")[:-1]


def text_of(client, path):
    return plain(Document(client.get(path).text).text)


def test_the_roadmap_of_a_village_names_it_and_who_acts(client, content):
    text = text_of(client, VILLAGE)

    assert "Votre feuille de route : Châteaumeillant" in text
    assert "CC Berry Grand Sud, communauté de communes." in text
    assert "Votre commune Création, aménagement, entretien de la voirie" in text
    assert "Selon les statuts de votre intercommunalité Organisation de la mobilité" in text
    assert "10,79 %" in text


def test_it_has_room_for_a_delegate_a_date_and_a_budget_line(client, content):
    text = text_of(client, VILLAGE)

    for label in ["Personne déléguée ou référente", "Date", "Ligne budgétaire", "Échéance"]:
        assert label in text


def test_each_action_has_its_instrument_and_its_steps(client, content):
    lever = Lever.objects.get(slug="transports-voirie")
    text = text_of(client, VILLAGE)

    for action in lever.actions.all():
        assert plain(f"Instrument : {action.instrument}.") in text
        for title, words in action.steps:
            assert plain(f"{title}. {words}") in text


def test_a_lever_without_a_step_or_a_competence_stands_alone(client, db):
    make_region()
    commune = make_commune(intercommunality=make_intercommunality())
    action = make_action(lever=make_lever())

    text = text_of(client, f"{ADDRESS}?commune={commune.insee_code}&levier={action.lever.slug}")

    assert plain(action.text) in text
    assert "Instrument" not in text


def test_a_commune_without_an_epci_has_its_roadmap(client, db):
    make_region()
    commune = make_commune(name="Ouessant")
    row = make_competence(holder="epci-sauf-opposition")

    text = text_of(client, f"{ADDRESS}?commune={commune.insee_code}&levier={row.lever.slug}")

    assert "Votre feuille de route : Ouessant" in text
    assert f"Une intercommunalité {plain(row.title)}" in text


def test_nothing_ticked_is_told(client, content):
    response = client.get(f"{ADDRESS}?composer=oui&territoire=18")

    assertContains(response, "Cochez au moins un levier.")
    assertNotContains(client.get(f"{ADDRESS}?territoire=18"), "Cochez au moins un levier.")
    assertNotContains(client.get(VILLAGE + "&composer=oui"), "Cochez au moins un levier.")


def test_the_form_keeps_the_commune_and_asks_for_no_territory(client, content):
    response = client.get(VILLAGE)

    assertContains(response, '<input type="hidden" name="commune" value="18057">')
    assertNotContains(response, 'name="territoire"')


def test_it_can_be_sent_to_a_colleague(client, content):
    [mail] = [
        href
        for href in Document(client.get(VILLAGE).text).attributes("href")
        if href.startswith("mailto:?")
    ]

    fields = parse_qs(urlsplit(mail).query)
    assert "+" not in mail
    assert "Châteaumeillant" in fields["subject"][0]
    address = "http://testserver/feuille-de-route/?commune=18057&levier=transports-voirie"
    assert address in unquote(fields["body"][0])


def test_the_roadmap_is_in_the_menu(client, content):
    menu = client.get("/").text.partition('aria-label="Menu principal"')[2].partition("</nav>")[0]

    assert '<a href="/feuille-de-route/">Feuille de route</a>' in menu


@needs_reader
def test_the_printed_roadmap_names_the_place_and_leads_back(client, content):
    response = client.get(VILLAGE.replace("/?", ".pdf?"))

    text = squeezed(pdf_text_of(response)).replace("\u200b", "")
    for words in [
        "Châteaumeillant",
        "CC Berry Grand Sud, communauté de communes",
        "Organisation de la mobilité",
        "Personne déléguée ou référente",
        "Ligne budgétaire",
        "feuille-de-route/?commune=18057&levier=transports-voirie",
    ]:
        assert squeezed(words).replace("\u200b", "") in text, words
    assert 'filename="feuille-de-route-chateaumeillant.pdf"' in response["Content-Disposition"]


@needs_reader
def test_each_page_of_a_short_address_has_it_whole_at_its_foot(client, content):
    pages = pdf_pages_of(client.get(VILLAGE.replace("/?", ".pdf?")))

    assert len(pages) == 2
    for page in pages:
        assert "feuille-de-route/?commune=18057&levier=transports-voirie" in squeezed(page)


@needs_reader
def test_no_page_of_all_levers_is_half_empty_and_the_last_has_the_whole_address(client, content):
    levers = "".join(f"&levier={lever.slug}" for lever in Lever.objects.published())
    response = client.get(f"/feuille-de-route.pdf?commune=36247{levers}")

    *pages, last = pdf_pages_of(response)

    assert len(pages) >= 5
    for number, page in enumerate(pages, 1):
        lines = [line for line in page.splitlines() if line.strip()]
        assert len(lines) > 30, f"page {number}: {len(lines)} lines"
        assert squeezed("adresse entière en dernière page") in squeezed(page)
    assert "?commune=36247&levier=" in squeezed(last)
