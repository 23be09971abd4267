"""The pages of places and territories without data, with little, and with extreme data."""

from decimal import Decimal

import pytest

from territories.models import Territory
from tests.factories import (
    make_commune,
    make_competence,
    make_enterprise,
    make_intercommunality,
    make_map_grid,
    make_region,
    make_source,
    make_statistic,
    make_territory,
)
from tests.html import Document, plain

LONG = "Saint-Germain-des-Prés-et-Notre-Dame-de-la-Forêt-sous-Bois-en-Vallée-de-l’Indre"
SQUARE = "M0 0h1000v1000h-1000z"


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return plain(Document(response.text).text)


def test_a_department_without_figures_says_so_and_shows_no_chart(client, db):
    department = make_territory()

    text = read(client, department.get_absolute_url())

    assert "Aucun chiffre n'est encore publié pour ce territoire." in text
    for title in ["place sur", "Depuis", "Département par département", "Sources de cette page :"]:
        assert title not in text
    assert "Aucun chiffre n'est encore publié" in read(
        client, make_commune(department=department).get_absolute_url()
    )


def test_one_department_alone_is_a_table_without_a_first(client, db):
    department = make_territory()
    make_statistic(territory=department)

    text = read(client, "/territoires/")

    assert "Les chiffres, territoire par territoire" in text
    assert "d'abord" not in text
    assert "10,50 %" in text


def test_territories_without_a_source_are_listed_with_unknown_shares(client, db):
    department = make_territory()

    assert f"{department.name} non connue non connue" in read(client, "/territoires/")


def test_a_second_made_up_region_is_not_mixed_with_the_home_region(client, content):
    """Only one region is stored; its departments may be others, without outlines."""
    other = make_territory(code="90", name="Val-Nouveau")
    make_statistic(territory=other, source=make_source(year=2015), employee_share=Decimal("50"))

    text = read(client, "/territoires/90-" + other.slug + "/")

    assert "50,00 %" in text
    assert "place sur 100" not in text


@pytest.mark.parametrize("share", ["0", "100"])
def test_a_share_of_nothing_or_of_all_is_said_in_words(client, db, share):
    source = make_source()
    make_statistic(territory=make_region(), source=source, employee_share=Decimal(50))
    department = make_territory()
    make_statistic(territory=department, source=source, employee_share=Decimal(share))

    text = read(client, department.get_absolute_url())

    assert ("aucun salarié" if share == "0" else "tous les salariés") in text
    assert f"50,00 points de {'moins' if share == '0' else 'plus'}" in text


def test_long_names_are_shown_whole(client, db):
    grouping = make_intercommunality(name=f"CC {LONG}")
    commune = make_commune(name=LONG, intercommunality=grouping)
    make_competence()

    document = Document(client.get(commune.get_absolute_url()).text)

    assert document.headings[0] == [1, LONG]
    assert f"CC {LONG}" in document.text


def test_a_commune_without_point_nor_epci_has_a_map_that_says_so(client, db):
    make_map_grid()
    commune = make_commune(name="Ici", department=make_territory(outline=SQUARE))

    text = read(client, commune.get_absolute_url())

    assert "Nous ne savons pas placer Ici." in text
    assert "Aucun exemple n'est encore publié ici." in text


def test_an_epci_over_two_departments_says_whose_figures_are_shown(client, db):
    source, grouping = make_source(), make_intercommunality()
    communes = [make_commune(intercommunality=grouping) for _ in range(3)]
    for commune in communes[:2]:
        make_statistic(territory=commune.department, source=source)

    text = read(client, grouping.get_absolute_url())

    for department in {commune.department for commune in communes}:
        assert department.of in text
    assert f"Aucun chiffre n'est encore publié {communes[2].department.inside}" in text


def test_a_lone_example_leaves_no_void_beside_it(client, db):
    department = make_territory()
    make_enterprise(commune=make_commune(department=department))

    response = client.get(department.get_absolute_url())

    assert 'class="lone"' in response.text


def test_the_names_and_the_telephone_number_open_the_page(client, content):
    department = Territory.objects.get(code="18")
    for address in ["/territoires/18-cher/bourges/", department.get_absolute_url()]:
        text = read(client, address)
        opening = text[: text.index("Ces chiffres" if "bourges" in address else "0,29 point")]
        assert opening.count("02 38 68 18 90") == 2  # in the masthead, and under the name
        assert text.count("02 38 68 18 90") >= 4  # at the end, and in the foot
