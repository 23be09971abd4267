"""The pages of the open data: the list, a page for each dataset, links from other pages."""

import re

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from cress.opendata.datasets import DATASETS
from cress.opendata.datasets.declaration import Publication
from cress.opendata.formats import FILES, files_of
from territories.models import Source, Statistic, Territory
from tests.data_files import ROOT, SLUGS
from tests.factories import (
    make_source,
    make_statistic,
    make_territory,
)
from tests.html import Document, plain
from tests.test_sharing import data_of
from tests.test_site import public_paths

MOST_ELEMENTS = 380  # of a page, outside svg; the content of a closed <details> counts
PAGES = ["/donnees/", *(dataset.get_absolute_url() for dataset in DATASETS)]


def elements_outside_svg(html):
    """Return the number of elements of a page, those of drawings excepted."""
    without_drawings = re.sub(r"<svg\b.*?</svg>", "", html, flags=re.DOTALL)
    return len(Document(without_drawings).tags)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_open_data_is_short(client, content, path):
    assert elements_outside_svg(client.get(path).text) <= MOST_ELEMENTS


def test_elements_are_counted_outside_svg_and_inside_details():
    assert elements_outside_svg("<p><svg><g><path/></g></svg><b>x</b><br></p>") == 3
    assert elements_outside_svg("<details><summary>x</summary><p>y</p></details>") == 3


@pytest.mark.parametrize("dataset", DATASETS, ids=SLUGS)
def test_each_dataset_has_a_page_with_its_files_columns_and_filters(client, content, dataset):
    document = Document(client.get(f"/donnees/{dataset.slug}/").text)

    links = document.attributes("href")
    assert f"/donnees/{dataset.slug}.schema.json" in links
    for name, _ in files_of(dataset):
        assert f"/donnees/{name}" in links
    for column in dataset.columns:
        assert column.name in document.text
        assert column.title in document.text
    for each in dataset.filters:
        assert f"?{each.parameter}=…" in document.text
    assert "Mise à jour\u202f: 23 novembre 2026" in document.text
    assert "n’a pas encore précisé la licence" in document.text
    for source in dataset.sources(Publication()):
        assert source.citation in document.text


def test_the_page_of_a_dataset_shows_its_credits_and_sources_only(client, content):
    def main(path):
        text = Document(client.get(path).text).text
        return text.partition("Ouvrir les fichiers")[2].partition("Il vous manque")[0]

    levers, territories = main("/donnees/leviers/"), main("/donnees/territoires/")

    assert "Les sources" not in levers
    assert "Les sources" in territories
    assert "MapSVG, CC BY 4.0" in territories
    assert "MapSVG, CC BY 4.0" not in levers


@pytest.mark.parametrize("path", ["/donnees/inconnu/", "/donnees/%00/", "/donnees/CHIFFRES/"])
def test_an_unknown_dataset_has_no_page(client, content, path):
    assertContains(client.get(path), "Cette page n’existe pas", status_code=404)


def test_the_list_links_to_every_dataset_and_every_file(client, content):
    document = Document(client.get("/donnees/").text)

    links = document.attributes("href")
    for path in [*PAGES[1:], "/donnees/catalogue.jsonld", *(f"/donnees/{name}" for name in FILES)]:
        assert path in links
    assert "Mise à jour\u202f: 23 novembre 2026" in document.text


def test_the_anchors_of_the_list_are_stable(client, content):
    """Other sites link to « /donnees/#entreprises », where the columns were once listed."""
    anchors = Document(client.get("/donnees/").text).attributes("id")

    titles = ["files", "licence", "sources", "reserves", "unknown"]
    assert {*SLUGS, *(f"{title}-title" for title in titles)} <= set(anchors)


def test_every_dataset_is_in_the_sitemap(client, content):
    assert set(PAGES) <= set(public_paths(client))


# The departments of the country


def test_the_table_of_the_histogram_is_on_the_page_of_its_files(client, content):
    document = Document(client.get("/donnees/repartition-tranches/").text)
    text = plain(document.text)

    assert "tableau" in document.attributes("id")
    assert "part des salariés, 2015 Part Départements De 4,5 à moins de 5,0 % 1 De 5,5" in text
    assert "De 27,5 à moins de 28,0 % 1" in text
    assert "Mayotte n'a pas de chiffre." in text


def test_the_medians_of_each_year_are_on_the_page_of_their_files(client, content):
    text = plain(Document(client.get("/donnees/repartition/").text).text)

    assert "2015, part des salariés 100 4,91 % (Hauts-de-Seine) 10,09 % 11,54 % 13,16 %" in text
    assert "2008, part des salariés 100 4,95 % (Hauts-de-Seine) 9,53 % 10,74 % 12,10 %" in text
    assert "Mayotte n'a pas de chiffre." in text


@pytest.mark.parametrize("slug", ["repartition", "repartition-tranches"])
def test_without_a_distribution_there_is_no_empty_table(client, db, slug):
    document = Document(client.get(f"/donnees/{slug}/").text)

    assert "Aucune répartition n'est encore enregistrée." in plain(document.text)
    assert [name for name, _ in document.tags].count("table") == 1  # that of the columns


def test_other_pages_of_data_have_no_such_table(client, content):
    assert "tableau" not in Document(client.get("/donnees/chiffres/").text).attributes("id")


def test_the_page_of_data_says_why_shares_of_the_region_differ(client, content):
    text = plain(Document(client.get("/donnees/").text).text)

    assert text.count("de 10,4 à 10,9 %") == 1
    assert "l'Insee donne 10,6 % pour 2014 et 10,49 % pour 2015" in text


# The list of datasets


def test_the_list_shows_every_source_with_its_vintage_or_edition(client, content):
    text = plain(Document(client.get("/donnees/").text).text)
    table = text[text.index("Qui publie les chiffres") :]

    assert Source.objects.count() >= 7
    for source in Source.objects.all():
        assert plain(source.citation) in table
        assert plain(source.vintage or source.edition) in table


def test_the_list_shows_what_a_reader_must_know(client, content):
    text = plain(Document(client.get("/donnees/").text).text)
    notes = text[text.index("Réserves connues") :]

    assert "Flores remplace Clap" in notes
    for note in Statistic.objects.exclude(note="").values_list("note", flat=True):
        assert plain(note) in notes


def test_the_list_shows_which_figures_of_the_departments_are_missing(client, content):
    def shown():
        text = plain(Document(client.get("/donnees/").text).text)
        return text[text.index("Ce qui n'est pas connu") :].partition("CRESS Centre-Val")[0]

    assert (
        "les chiffres les plus récents viennent de la source « Insee - Clap 2015 », millésime 2015"
        in shown()
    )
    assert "Insee Analyses Centre-Val de Loire n° 81, novembre 2021, millésime fin 2018" in shown()
    assert "Panorama" not in shown()  # it is older
    assert "Nous n'avons pas trouvé le nombre de salariés de chaque département." in shown()

    source = make_source(title="Flores 2023", vintage="2023", year=2023)
    for department in Territory.objects.departments():
        assert "Flores 2023" not in shown()  # not complete yet
        make_statistic(
            territory=department, source=source, employee_count=7, establishment_share="10.10"
        )

    assert "les chiffres les plus récents" not in shown()
    assert "nombre de salariés" not in shown()
    assert "Nous n'avons pas trouvé le nombre d'établissements employeurs" in shown()


def test_the_list_of_an_empty_site_has_no_empty_section(client, db):
    text = Document(client.get("/donnees/").text).text

    for title in [
        "Les sources",
        "Réserves connues",
        "Ce qui n’est pas connu",
        "Mise à jour\u202f:",
    ]:
        assert title not in text
    assert "chiffres" in text


def test_the_list_links_programs_to_the_catalogue(client, content):
    links = [a for tag, a in Document(client.get("/donnees/").text).tags if tag == "link"]

    assert {
        "rel": "alternate",
        "type": "application/ld+json",
        "title": "Catalogue des données",
        "href": "/donnees/catalogue.jsonld",
    } in links


def test_every_page_links_to_the_open_data(client, content):
    for page in ["/", "/leviers/", "/plan-du-site/"]:
        assert "/donnees/" in Document(client.get(page).text).attributes("href")


def test_the_figures_of_a_territory_can_be_downloaded_from_its_page(client, content):
    cher = Document(client.get("/territoires/18-cher/").text).attributes("href")
    region = Document(client.get("/territoires/24-centre-val-de-loire/").text).attributes("href")

    for name in ["chiffres-excel.csv", "chiffres.csv", "chiffres.json"]:
        assert f"/donnees/{name}?departement=18" in cher
        assert f"/donnees/{name}" in region
    assert "/donnees/" in cher


def test_a_territory_without_figures_has_no_download(client, db):
    assertNotContains(client.get(make_territory().get_absolute_url()), "Télécharger ces chiffres")


def test_structured_data_gives_the_files_of_the_table_of_shares(client, content):
    files = data_of(client.get("/territoires/"))["Dataset"]["distribution"]

    assert len(files) == 3
    for file in files:
        response = client.get(file["contentUrl"].removeprefix(ROOT))
        assert response.status_code == 200
        assert response["Content-Type"].startswith(file["encodingFormat"])
