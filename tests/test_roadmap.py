"""The roadmap: made of the territory and the levers in its address; nothing is stored."""

import re
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from policies.models import Argument, Lever
from tests.factories import (
    make_action,
    make_argument,
    make_commune,
    make_enterprise,
    make_lever,
    make_person,
    make_photo,
    make_region,
    make_resource,
    make_source,
    make_statistic,
    make_term,
    make_territory,
)
from tests.html import Document, plain

ADDRESS = "/feuille-de-route/"
PDF = "/feuille-de-route.pdf"
CHER = f"{ADDRESS}?territoire=18&levier=transports-voirie"


@pytest.fixture(autouse=True)
def editions(settings, tmp_path):
    """The folder of the editions of this test."""
    settings.DATA_DIR = tmp_path
    return tmp_path / "editions"


def address(levers, territory=None, start=ADDRESS):
    codes = [("territoire", territory.code)] if territory else []
    return f"{start}?{urlencode(codes + [('levier', lever.slug) for lever in levers])}"


def read(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return Document(response.text)


def text_of(client, path):
    return plain(read(client, path).text)


def chosen(document):
    """Return the territory and the levers selected in the form of the page."""
    territories = [a["value"] for tag, a in document.tags if tag == "option" and "selected" in a]
    boxes = [a for tag, a in document.tags if tag == "input" and a.get("name") == "levier"]
    return territories, [a["value"] for a in boxes if "checked" in a]


def test_without_a_choice_the_page_shows_the_form(client, content):
    response = client.get(ADDRESS)
    document = Document(response.text)

    assert document.headings[:2] == [[1, "Votre feuille de route"], [2, "Faites vos choix"]]
    assert chosen(document) == (["24"], [])
    assert len(re.findall('name="levier"', response.text)) == 13
    assert not response.cookies
    assertNotContains(response, "noindex")


def test_the_finder_leads_to_the_roadmap_of_a_commune(client, content):
    hidden = [a for tag, a in read(client, ADDRESS).tags if a.get("name") == "vers"]
    found = client.get(
        "/territoires/recherche/", {"q": "bourges", "vers": hidden[0]["value"]}, follow=True
    )

    assert plain("Votre commune : Bourges") in plain(Document(found.content.decode()).text)
    assertNotContains(client.get(f"{ADDRESS}?commune=18033"), 'name="vers"')


def test_a_link_from_a_territory_selects_it_in_the_form(client, content):
    document = read(client, "/territoires/18-cher/")
    [path] = {a for a in document.attributes("href") if a.startswith(ADDRESS + "?")}

    assert path == f"{ADDRESS}?territoire=18"
    assert chosen(read(client, path)) == (["18"], [])
    assert "Faites vos choix" in text_of(client, path)


def test_a_link_from_a_lever_gives_the_roadmap_of_the_region(client, content):
    document = read(client, "/leviers/transports-voirie/")
    [path] = {a for a in document.attributes("href") if a.startswith(ADDRESS + "?")}

    text = text_of(client, path)

    assert "Votre feuille de route en Centre-Val de Loire" in text
    assert "Soutenir les ateliers vélo." in text


def test_a_roadmap_shows_figures_actions_examples_and_contacts(client, content):
    lever = Lever.objects.get(slug="emploi-et-insertion-professionnelle")

    text = text_of(client, address([lever], start=ADDRESS) + "&territoire=18")

    for words in [
        "Votre feuille de route dans le Cher",
        "10,79 %",
        "Source : Insee - Clap 2015, millésime 2015.",
        *[action.text for action in lever.actions.all()],
        "Un exemple dans le Cher",
        "ISA Groupe",
        *[term.definition for term in lever.terms.all()],
        *[resource.title for resource in lever.resources.all()],
        *Argument.objects.filter(kind="step").values_list("title", flat=True),
        "La CRESS",
        "02 38 68 18 90",
    ]:
        assert plain(words) in text, words


def test_actions_are_checkboxes_that_no_form_sends(client, content):
    html = client.get(CHER).text
    before_the_form = html[: html.index('<form class="form"')]

    boxes = re.findall(r'<label><input type="checkbox"> ([^<]+)</label>', before_the_form)

    assert len(boxes) == Lever.objects.get(slug="transports-voirie").actions.count()
    assert "name=" not in before_the_form[before_the_form.index("<fieldset") :]


def test_the_form_shows_the_choice_that_the_address_holds(client, content):
    path = f"{CHER}&levier=politique-de-la-ville"

    territories, levers = chosen(read(client, path))

    assert territories == ["18"]
    assert set(levers) == {"transports-voirie", "politique-de-la-ville"}


def test_a_composed_roadmap_is_not_indexed_and_its_canonical_address_has_no_query(client, content):
    response = client.get(CHER)

    assertContains(response, '<meta name="robots" content="noindex">')
    assertContains(response, 'rel="canonical" href="http://testserver/feuille-de-route/"')
    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert client.post(CHER).status_code == 405


def test_an_example_of_the_territory_comes_before_one_of_another(client, db):
    make_region()
    here, there = make_territory(), make_territory()
    lever, other, lonely = make_lever(), make_lever(), make_lever()
    make_enterprise(name="A Là-bas", department=there, slug="a").levers.add(lever, other)
    make_enterprise(name="Z Ici", department=here, slug="z").levers.add(lever)
    make_enterprise(name="Brouillon", is_published=False, department=here).levers.add(lonely)

    text = text_of(client, address([lever], here))
    assert "Z Ici" in text
    assert "A Là-bas" not in text
    assert plain(f"Un exemple {here.inside}") in text

    text = text_of(client, address([other], here))
    assert "A Là-bas" in text
    assert "Un exemple dans la région" in text

    text = text_of(client, address([lonely], here))
    assert "Un exemple" not in text
    assert "Brouillon" not in text


# Bad input


def test_an_unknown_territory_is_reported_beside_its_field_and_the_rest_is_shown(client, content):
    response = client.get(f"{ADDRESS}?territoire=99&levier=transports-voirie")
    document = Document(response.text)
    text = plain(document.text)

    assert "Ce territoire n'est pas dans la liste : choisissez-en un autre." in text
    assert "En attendant, cette page parle du Centre-Val de Loire." in text
    assert "Votre feuille de route en Centre-Val de Loire" in text
    assert "Soutenir les ateliers vélo." in text
    [select] = [attributes for tag, attributes in document.tags if tag == "select"]
    assert select["aria-invalid"] == "true"
    assert select["aria-describedby"] in document.attributes("id")


def test_unknown_levers_are_reported_beside_their_field_and_the_rest_is_shown(client, content):
    one, two = text_of(client, f"{CHER}&levier=x"), text_of(client, f"{CHER}&levier=x&levier=y")

    assert "Un des leviers demandés n'existe pas ou n'est plus publié." in one
    assert "2 des leviers demandés n'existent pas ou ne sont plus publiés." in two
    for text in [one, two]:
        assert "Votre feuille de route dans le Cher" in text
        assert "Soutenir les ateliers vélo." in text
    assert "Faites vos choix" in text_of(client, f"{ADDRESS}?levier=x")


def test_the_country_has_no_roadmap(client, content):
    text = text_of(client, f"{ADDRESS}?territoire=FR&levier=transports-voirie")

    assert "Ce territoire n'est pas dans la liste" in text


def test_all_levers_fit_in_one_roadmap(client, content):
    levers = Lever.objects.published()
    path = address(levers) + "&territoire=18"

    document = read(client, path)
    text = plain(document.text)

    for lever in levers:
        assert plain(lever.title) in text
        for action in lever.actions.all():
            assert plain(action.text) in text
    assert len(chosen(document)[1]) == 13
    ids = document.attributes("id")
    assert len(ids) == len(set(ids))


def test_a_repeated_value_counts_once(client, content):
    twice = client.get(f"{CHER}&levier=transports-voirie&territoire=18").text

    assert twice.count('id="levier-transports-voirie"') == 1
    assert "pas dans la liste" not in twice
    assert "n’existe pas" not in twice


def test_of_several_territories_the_first_known_one_counts(client, content):
    text = text_of(
        client, f"{ADDRESS}?territoire=99&territoire=28&territoire=18&levier=politique-de-la-ville"
    )

    assert "Votre feuille de route en Eure-et-Loir" in text
    assert "pas dans la liste" not in text


@pytest.mark.parametrize("name", ["territoire", "levier"])
def test_three_hundred_values_cost_no_more_queries(
    client, content, django_assert_max_num_queries, name
):
    known = {"territoire": "18", "levier": "transports-voirie"}[name]
    values = [f"inconnu-{n}" for n in range(299)] + [known]
    other = "&levier=transports-voirie" if name == "territoire" else ""

    with django_assert_max_num_queries(12):
        text = text_of(client, f"{ADDRESS}?{urlencode([(name, value) for value in values])}{other}")

    assert "Soutenir les ateliers vélo." in text
    if name == "levier":
        assert "299 des leviers demandés n'existent pas" in text


ODD_VALUES = {
    "empty": "",
    "nul": "\0",
    "emoji": "🚀",
    "right to left": "تعاونية\u202e",
    "long": "a" * 300,
    "markup": "<script>alert(1)</script>",
    "typst": '#read("/etc/passwd") $*_@<\\',
    "other digits": "١٨",
}


@pytest.mark.parametrize("value", ODD_VALUES.values(), ids=ODD_VALUES)
@pytest.mark.parametrize("name", ["territoire", "levier"])
def test_an_odd_value_is_ignored_on_the_page_and_in_print(client, content, name, value):
    path = f"?levier=politique-de-la-ville&{name}={quote(value)}"

    response = client.get(ADDRESS + path)

    assertContains(response, "Votre feuille de&nbsp;route en Centre-Val de Loire")
    assertNotContains(response, "alert(1)")
    assert client.get(PDF + path).content.startswith(b"%PDF")


def test_bytes_that_are_not_text_are_ignored(client, content):
    assert "Votre feuille de route" in text_of(client, f"{ADDRESS}?levier=%ff%fe&territoire=%ff")


def test_an_unpublished_lever_is_neither_offered_nor_shown(client, content):
    lever = make_lever(title="Levier caché", is_published=False)

    for path in [ADDRESS, f"{CHER}&levier={lever.slug}"]:
        assert "Levier caché" not in text_of(client, path)
    assertRedirects(
        client.get(f"{PDF}?levier={lever.slug}"),
        f"{ADDRESS}?territoire=24",
        fetch_redirect_response=False,
    )


def test_a_site_without_content_says_so(client, db):
    assert "Aucun levier n'est encore publié." in text_of(client, ADDRESS)
    assertRedirects(client.get(PDF), f"{ADDRESS}?", fetch_redirect_response=False)


def test_a_roadmap_needs_neither_a_territory_nor_figures(client, db):
    lever = make_lever()
    make_action(lever=lever)

    assert "Votre feuille de route" in text_of(client, address([lever]))
    assert client.get(address([lever], start=PDF)).content.startswith(b"%PDF")


def test_queries_do_not_grow_with_the_levers(client, db):
    region, source = make_region(), make_source()
    make_statistic(territory=region, source=source)
    department = make_territory()
    make_statistic(territory=department, source=source)

    def grow():
        lever = make_lever()
        make_action(lever=lever)
        lever.terms.add(make_term())
        make_resource().levers.add(lever)
        enterprise = make_enterprise(commune=make_commune(department=department))
        enterprise.levers.add(lever)
        make_photo(enterprise=enterprise)
        make_argument(kind="step")
        make_person()
        return lever

    levers = [grow()]
    with CaptureQueriesContext(connection) as with_one:
        read(client, address(levers, department))
    levers += [grow() for _ in range(9)]
    with CaptureQueriesContext(connection) as with_ten:
        read(client, address(levers, department))

    assert len(with_one) == len(with_ten)
    assert len(with_ten) <= 12


# To the contact form


def test_the_contact_link_fills_the_form_with_the_roadmap(client, content):
    document = read(client, f"{CHER}&levier=politique-de-la-ville")
    [path] = [a for a in document.attributes("href") if a.startswith("/contact/?")]

    form = client.get(path).context["form"]

    assert plain(form["about"].value()) == (
        "Feuille de route : levier « Politique de la ville », levier « Transports, voirie »"
    )
    assert form.initial["territory"].code == "18"
    assert form.initial["subject"].slug == "levier"


def test_the_roadmap_of_all_levers_fits_in_the_field_of_the_form(client, content):
    document = read(client, address(Lever.objects.published()))
    [path] = [a for a in document.attributes("href") if a.startswith("/contact/?")]

    about = client.get(path).context["form"]["about"].value()

    assert about.startswith("Feuille de route")
    assert len(about) <= 1000
    for lever in Lever.objects.published():
        assert lever.title in about


# In print


def test_the_same_choice_shares_one_printed_roadmap(client, content, editions):
    one = client.get(f"{PDF}?territoire=18&levier=transports-voirie&levier=politique-de-la-ville")
    same = client.get(
        f"{PDF}?levier=politique-de-la-ville&levier=x&levier=transports-voirie&territoire=18"
    )
    other = client.get(f"{PDF}?territoire=28&levier=transports-voirie")

    assert one.content == same.content
    assert one["ETag"] == same["ETag"] != other["ETag"]
    assert one["Content-Disposition"] == 'inline; filename="feuille-de-route.pdf"'
    assert "public" in one["Cache-Control"]
    assert not one.cookies
    assert len(list(editions.glob("*.pdf"))) == 2


def test_the_cache_of_printed_roadmaps_is_bounded(client, content, editions, monkeypatch):
    monkeypatch.setattr("cress.printing.views.MOST_ROADMAPS", 3)

    for lever in Lever.objects.published():
        assert client.get(address([lever], start=PDF)).status_code == 200

    assert len(list(editions.glob("feuille-de-route.*.pdf"))) == 3


def test_a_roadmap_with_an_address_too_long_to_scan_is_printed(client, db):
    region = make_region()
    levers = [make_lever(slug=f"{n}-" + "x" * 76) for n in range(30)]

    response = client.get(address(levers, region, start=PDF))

    assert response.content.startswith(b"%PDF")
