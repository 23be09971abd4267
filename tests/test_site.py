"""Sweeps over every public page; the sitemap lists them."""

import re
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse, reverse_lazy
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from cress.chamber.models import Page
from cress.chamber.sitemaps import BROCHURE, SECTIONS
from cress.opendata.datasets import DATASETS
from enterprises.models import Enterprise
from policies.models import Lever
from territories.models import Territory
from tests.factories import (
    make_action,
    make_argument,
    make_enterprise,
    make_identity,
    make_key_figure,
    make_lever,
    make_page,
    make_person,
    make_photo,
    make_region,
    make_resource,
    make_service,
    make_source,
    make_statistic,
    make_term,
    make_territory,
)
from tests.html import Document, plain
from tests.swept_places import SWEPT_PLACES, without_most_places

# Pages of the site that are no row of the content.
OTHER_PAGES = [
    *map(reverse_lazy, [*SECTIONS, *BROCHURE]),
    *(reverse_lazy("opendata:dataset", args=[dataset.slug]) for dataset in DATASETS),
]


def listed_in(client, path):
    """Return the paths that a file of the sitemap lists."""
    root = ElementTree.fromstring(client.get(path).content)  # noqa: S314
    return [urlsplit(loc.text).path for loc in root.iterfind("{*}*/{*}loc")]


def public_paths(client):
    """Return the paths of all public pages, with some of the pages of communes and EPCI."""
    parts = listed_in(client, reverse("sitemap"))
    return without_most_places(path for part in parts for path in listed_in(client, part))


@pytest.fixture(scope="session")
def visited_once():
    """What `pages` has visited: the content is the same for each test that reads them."""
    return []


@pytest.fixture
def pages(client, content, visited_once):
    """Every public page of the shipped content: its path, response and document."""
    if not visited_once:
        visited_once += visit_all(client)
    return visited_once


def visit_all(client):
    visited = [(path, client.get(path)) for path in public_paths(client)]
    published = [
        Page.objects.published(),
        Territory.objects.with_page(),
        Lever.objects.published(),
        Enterprise.objects.published(),
    ]
    # Some texts open a section, and are no page of their own.
    rows = {row.get_absolute_url() for rows in published for row in rows}
    assert rows <= {path for path, _ in visited}
    assert len(visited) == len(rows | set(map(str, OTHER_PAGES)) | set(SWEPT_PLACES))
    return [(path, response, Document(response.text)) for path, response in visited]


def test_every_public_page_stands_with_one_title_and_its_headings_in_order(pages):
    for path, response, document in pages:
        assert response.status_code == 200, path
        levels = [level for level, _ in document.headings]
        assert levels.count(1) == 1, path
        assert levels[0] == 1, path
        for level, following in zip(levels, levels[1:], strict=False):
            assert following <= level + 1, (path, document.headings)
        assert all(text.strip() for _, text in document.headings), path


def test_every_page_has_its_own_title_and_description(pages):
    titles = [document.title for _, _, document in pages]
    descriptions = [document.meta("description") for _, _, document in pages]

    assert len(set(titles)) == len(pages), sorted(titles)
    assert all(20 <= len(description) <= 300 for description in descriptions)
    assert len(set(descriptions)) == len(pages), sorted(descriptions)


def test_no_page_holds_an_inline_script_style_or_handler(pages):
    for path, _, document in pages:
        assert "style" not in {tag for tag, _ in document.tags}, path
        for tag, attributes in document.tags:  # JSON-LD is data; a script is a file of the site
            if tag == "script" and attributes != {"type": "application/ld+json"}:
                assert set(attributes) == {"type", "src"}, path
                assert attributes["src"].startswith("/static/js/"), path
        attributes = {name for _, attributes in document.tags for name in attributes}
        assert "style" not in attributes, path
        assert not [name for name in attributes if name.startswith("on")], path


def test_every_page_carries_a_strict_content_security_policy(pages):
    for path, response, _ in pages:
        policy = response["Content-Security-Policy"]
        assert policy.startswith("default-src 'self';"), path
        assert "unsafe-" not in policy, path
        assert "http" not in policy, path


def test_public_pages_can_be_shared_by_a_cache(pages):
    shared = [(path, response) for path, response, _ in pages if path != "/contact/"]
    assert len(shared) == len(pages) - 1
    for path, response in shared:
        assert "public" in response["Cache-Control"], path
        assert "Cookie" not in response.get("Vary", ""), path
        assert not response.cookies, path


def test_no_page_calls_a_third_party(pages):
    for path, _, document in pages:
        for tag, attributes in document.tags:
            if (
                tag in {"img", "iframe", "source"}
                or "src" in attributes
                or (tag == "link" and attributes.get("rel") != "canonical")
            ):
                address = next(attributes[n] for n in ["src", "href", "srcset"] if n in attributes)
                assert address.startswith("/"), (path, tag, address)


def test_every_internal_link_answers_and_every_anchor_exists(client, pages):
    documents = {path: document for path, _, document in pages}
    checked = set()
    for path, _, document in pages:
        for href in [a["href"] for tag, a in document.tags if tag == "a"]:
            target = urlsplit(href)
            if target.scheme:
                assert target.scheme in {"https", "mailto", "tel"}, (path, href)
                continue
            address = target.path or path
            if address not in documents:
                response = client.get(href)
                assert response.status_code == 200, (path, href)
                is_page = response["Content-Type"].startswith("text/")
                documents[address] = Document(response.text if is_page else "")
            if target.fragment:
                ids = documents[address].attributes("id")
                assert target.fragment in ids, (path, href)
            checked.add(href)
    assert len(checked) > len(pages)


def test_identifiers_are_unique_and_labels_point_at_them(pages):
    for path, _, document in pages:
        ids = document.attributes("id")
        assert len(ids) == len(set(ids)), path
        for labels in document.attributes("aria-labelledby"):
            assert set(labels.split()) <= set(ids), (path, labels)


def test_every_page_is_written_with_french_typography(pages):
    for path, _, document in pages:
        # The mended slips quote addresses and the print's own dashes: none breaks a rule.
        assert not re.search(r"\w'\w", document.text), path
        faults = re.findall(r".{0,20}[ \u00a0][;:!?»%€].{0,9}", document.text)
        assert not faults, (path, faults)
        assert not re.search(r"«(?!\u202f)", document.text), path
        assert not re.search(r"\d \d{3}(?!\d| \d\d)", document.text), path


def test_every_figure_in_per_cent_has_a_comma_and_no_point(pages):
    shown = 0
    for path, _, document in pages:
        assert not re.search(r"\d\.\d+\s*%", document.text), path
        shown += len(re.findall(r"\d,\d+\u202f%", document.text))
    assert shown > 50


def test_every_page_with_shares_gives_their_source_and_vintage(pages):
    with_shares = 0
    for path, _, document in pages:
        classes = " ".join(filter(None, document.attributes("class"))).split()
        if {"key-figures", "legend", "figure__number"} & set(classes):
            with_shares += 1
            text = plain(document.text)
            assert "Insee - Clap 2015" in text, path
            assert "2015." in text, path
    # Home, the list, seven territories, the brochure, communes and EPCI.
    assert with_shares == 10 + len(SWEPT_PLACES)


def test_every_page_with_a_large_figure_says_its_source(pages):
    swept = [
        (path, plain(document.text))
        for path, _, document in pages
        if "figure__number" in " ".join(document.attributes("class")).split()
    ]
    assert len(swept) > 15  # in the shipped content, with the swept communes and EPCI
    for path, text in swept:
        assert "Source" in text, path


def test_key_figures_of_two_sources_stand_each_above_its_own(client, db):
    make_region()
    make_key_figure(value="9 000", order=1, source=make_source(title="Premier comptage"))
    make_key_figure(value="1 sur 5", order=2, source=make_source(title="Second comptage"))

    text = plain(Document(client.get("/").text).text)

    places = [text.index(words) for words in ["9 000", "Premier compt", "1 sur 5", "Second compt"]]
    assert places == sorted(places)


def test_the_style_sheet_names_only_files_that_exist(client, content):
    document = Document(client.get("/").text)
    sheets = [a["href"] for tag, a in document.tags if a.get("rel") == "stylesheet"]
    assert 2 <= len(sheets) <= 4
    sheets = [settings.STATIC_ROOT / sheet.removeprefix(settings.STATIC_URL) for sheet in sheets]

    named = [
        (sheet, name)
        for sheet in sheets
        for name in re.findall(r'url\("?([^")]+)', sheet.read_text())
    ]

    assert named
    for sheet, name in named:
        assert (sheet.parent / name).exists(), name
    for sheet in sheets:
        for suffix in [".gz", ".br"]:
            assert sheet.with_name(sheet.name + suffix).exists()


def test_the_site_map_lists_every_page_that_the_sitemap_does(client, content):
    linked = Document(client.get("/plan-du-site/").text).attributes("href")

    # Pages of communes and EPCI are reached by the finder, or from the page of a department.
    assert set(public_paths(client)) - set(linked) == set(SWEPT_PLACES)


def test_robots_are_shown_the_sitemap_and_kept_out_of_the_admin(client, db):
    response = client.get("/robots.txt")

    assertContains(response, "Sitemap: http://testserver/sitemap.xml")
    assertContains(response, "Disallow: /admin/")


def test_an_unpublished_content_is_nowhere(client, content):
    lever = make_lever(title="Levier caché", is_published=False)
    enterprise = make_enterprise(name="Entreprise cachée", is_published=False)
    page = make_page(title="Page cachée", is_published=False, footer_order=1)
    enterprise.levers.add(lever)

    for path in public_paths(client):
        response = client.get(path)
        for hidden in ["Levier caché", "Entreprise cachée", "Page cachée"]:
            assertNotContains(response, hidden)
    for hidden in [lever, enterprise, page]:
        assert client.get(hidden.get_absolute_url()).status_code == 404


def test_an_unpublished_lever_is_not_shown_by_the_enterprise_that_illustrates_it(client, db):
    enterprise = make_enterprise()
    enterprise.levers.add(make_lever(title="Levier caché", is_published=False))
    enterprise.levers.add(make_lever(title="Levier visible"))

    for address in [enterprise.get_absolute_url(), enterprise.department.get_absolute_url()]:
        response = client.get(address)
        assertContains(response, "Levier visible")
        assertNotContains(response, "Levier caché")


def test_a_territory_has_one_true_address(client, content):
    for address in ["/territoires/18/", "/territoires/18-anything/", "/territoires/18-été/"]:
        response = client.get(address)
        assertRedirects(response, "/territoires/18-cher/", status_code=301)


@pytest.mark.parametrize(
    "address",
    [
        "/territoires/99/",
        "/territoires/FR-france/",
        "/territoires/2A-corse-du-sud/",
        "/territoires/cher/",
        "/territoires/18-cher%00/x/",
        "/territoires/%00/",
        "/leviers/inconnu/",
        "/leviers/%F0%9F%9A%80/",
        "/entreprises/inconnue/",
        "/entreprises/%00/",
        "/une-page-inconnue/",
        "/a/b/c/d/",
        "/%ff%fe/",
    ],
)
def test_an_unknown_address_gets_a_french_page_with_a_way_on(client, content, address):
    response = client.get(address)

    assert response.status_code == 404
    assertContains(response, "Cette page n’existe pas", status_code=404)
    assertContains(response, 'href="/territoires/"', status_code=404)
    assert "default-src 'self'" in response["Content-Security-Policy"]


def test_an_error_of_ours_gets_a_french_page_that_asks_nothing_of_the_database(
    client, monkeypatch, db, django_assert_num_queries
):
    def failing(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("territories.views.Atlas", failing)
    client.raise_request_exception = False

    with django_assert_num_queries(0):
        response = client.get("/territoires/")

    assert response.status_code == 500
    assertContains(response, "Le site a rencontré une erreur", status_code=500)
    assert "default-src 'self'" in response["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/territoires/", "/leviers/", "/contact/merci/"])
def test_public_pages_refuse_to_be_written_to(client, content, path):
    assert client.post(path, {"x": "1"}).status_code == 405


def test_an_empty_site_still_reads_well(client, db):
    sections = public_paths(client)
    assert len(sections) == len(SECTIONS) + len(DATASETS)  # datasets without rows have a page too

    for path in sections:
        response = client.get(path)
        document = Document(response.text)
        assert response.status_code == 200, path
        assert "None" not in document.text, path
        assert all(text.strip() for _, text in document.headings), path
        assert document.title.strip(" –"), path
    for path, sentence in {
        "/territoires/": "Aucun territoire n’est encore publié.",
        "/leviers/": "Aucun levier n’est encore publié.",
        "/entreprises/": "Aucune entreprise n’est encore publiée.",
        "/glossaire/": "Aucun mot n’est encore expliqué.",
        "/pourquoi/": "Aucun argument n’est encore publié.",
        "/la-cress/": "La CRESS n’a pas encore présenté ses services.",
        "/feuille-de-route/": "Aucun levier n’est encore publié.",
        "/contact/": "Aucune coordonnée n’est encore publiée.",
    }.items():
        assertContains(client.get(path), sentence)


def test_a_territory_without_figures_or_examples_has_a_sentence_instead(client, db):
    territory = make_territory(outline="M0 0l10 0 0 10z", label_x=5, label_y=5)

    response = client.get(territory.get_absolute_url())

    assertContains(response, "Aucun chiffre n’est encore publié pour ce territoire.")
    assertContains(response, "Aucun exemple n’est encore publié ici.")
    assertContains(response, "non connue")


def test_the_table_is_sorted_by_the_share_that_is_asked_for(client, content):
    def order(query):
        text = plain(Document(client.get("/territoires/" + query).text).text)
        table = text[
            text.index("Part de l'ESS parmi les salariés") : text.index("En % des salariés")
        ]
        return re.findall(r"(?<!-)\b(Cher|Eure-et-Loir|Indre|Loiret|Centre-Val de Loire) \d", table)

    assert order("?tri=salaries") == [
        "Indre",
        "Cher",
        "Eure-et-Loir",
        "Loiret",
        "Centre-Val de Loire",
    ]
    assert order("?tri=etablissements")[0] == "Indre"
    assert order("?tri=n'importe%00quoi") == order("") == order("?tri=territoire")
    assert order("")[0] == "Cher"


def test_a_newer_vintage_takes_the_place_of_the_older_which_stays_readable(client, content):
    source = make_source(title="Flores 2023", vintage="2023", year=2023, decimals=1)
    shares = {"18": "11.3", "28": "9", "36": "9", "37": "9", "41": "9", "24": "10.9"}
    for code, share in shares.items():
        make_statistic(
            territory=Territory.objects.get(code=code),
            source=source,
            employee_share=share,
            establishment_share="9",
        )
    still_the_older = Document(client.get("/territoires/18-cher/").text).text
    make_statistic(
        territory=Territory.objects.get(code="45"),
        source=source,
        employee_share="9",
        establishment_share="9",
    )

    text = Document(client.get("/territoires/18-cher/").text).text

    assert "(10,50\u202f%" in still_the_older  # until the last department is there
    assert "11,3\u202f%" in text
    assert "0,4 point de plus que le Centre-Val de Loire (10,9\u202f%" in text
    assert "10,79\u202f%" in text  # in the table of other sources


LISTS = [
    "/",
    "/territoires/",
    "/leviers/",
    "/entreprises/",
    "/glossaire/",
    "/plan-du-site/",
    "/donnees/",
]


@pytest.mark.parametrize("path", [*LISTS, "lever", "territory", "enterprise"])
def test_queries_do_not_grow_with_what_a_page_lists(client, db, path):
    make_identity()
    region, source = make_region(), make_source()
    department, lever = make_territory(), make_lever()
    make_statistic(territory=region, source=source)
    make_statistic(territory=department, source=source)

    make_enterprise(department=department).levers.add(lever)

    def grow():
        enterprise = make_enterprise(department=department)
        enterprise.levers.add(lever, make_lever())
        make_photo(enterprise=enterprise)
        other = make_territory()
        make_statistic(territory=other, source=source)
        make_enterprise(department=other).levers.add(lever)
        make_key_figure(source=source)
        make_action(lever=lever)
        make_resource().levers.add(lever)
        lever.terms.add(make_term())
        make_argument()
        make_person()
        make_service()
        make_page(footer_order=1)
        return enterprise

    enterprise = grow()
    path = {
        "lever": lever.get_absolute_url(),
        "territory": department.get_absolute_url(),
        "enterprise": enterprise.get_absolute_url(),
    }.get(path, path)
    with CaptureQueriesContext(connection) as with_one:
        assert client.get(path).status_code == 200
    for _ in range(9):
        grow()
    with CaptureQueriesContext(connection) as with_ten:
        assert client.get(path).status_code == 200

    assert len(with_one) == len(with_ten)
    assert len(with_ten) <= 13
