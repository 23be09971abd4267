"""The comparison of territories: one vintage, a table with marks on one scale."""

from decimal import Decimal

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from territories.comparison import compare, select
from territories.figures import Atlas
from territories.models import Source, Statistic, Territory
from tests.factories import make_region, make_source, make_statistic, make_territory
from tests.html import Document, plain

PATH = "/territoires/comparer/"
CHER_AND_LOIRE = PATH + "?t=18&t=37"


@pytest.fixture
def read(client, content):
    """Return a function that reads a page as plain text."""

    def read(path):
        response = client.get(path)
        assert response.status_code == 200
        return plain(Document(response.text).text)

    return read


def ticked(response):
    """Return the codes of the boxes that are ticked in the form."""
    boxes = [a for tag, a in Document(response.text).tags if a.get("type") == "checkbox"]
    assert len(boxes) == 7
    return [box["value"] for box in boxes if "checked" in box]


# The comparison


def test_two_departments_are_listed_above_the_region_and_france(read):
    page_text = read(CHER_AND_LOIRE)

    assert "Le Cher et l'Indre-et-Loire, côte à côte" in page_text
    assert (
        "Cher 10,79 % 0,29 point de plus 10,00 % 1,10 point de moins "
        "Indre-et-Loire 11,44 % 0,94 point de plus 11,54 % 0,44 point de plus "
        "Centre-Val de Loire 10,50 % 11,10 % France 10,48 % non connue "
        "Source : Insee - Clap 2015, millésime 2015."
    ) in page_text
    assert "Part des salariés : l'Indre-et-Loire a 0,65 point de plus que le Cher." in page_text
    assert "l'Indre-et-Loire a 1,54 point de plus que le Cher." in page_text


def test_the_table_has_the_marks_of_its_shares_on_one_scale(client, content):
    document = Document(client.get(CHER_AND_LOIRE).text)

    rows = [a for tag, a in document.tags if tag == "svg" and a["class"].strip() == "strip"]
    assert len(rows) == 4  # two departments, the region, France


def test_four_territories_can_be_compared_and_the_region_may_be_one(read):
    page_text = read(PATH + "?t=18&t=24&t=36&t=45")

    assert "Le Cher, l'Indre, le Loiret et le Centre-Val de Loire, côte à côte" in page_text
    assert page_text.count("Centre-Val de Loire 10,50 %") == 1
    assert "l'Indre a 1,70 point de plus que le Loiret." in page_text


def test_the_region_is_no_reference_when_it_is_chosen(content):
    atlas = Atlas()

    comparison = compare(atlas, select(atlas, ["18", "24"]).territories)

    assert [(row.territory.code, row.is_reference) for row in comparison.rows] == [
        ("18", False),
        ("24", False),
        ("FR", True),
    ]


def test_order_and_repetition_of_the_codes_do_not_change_the_page(read):
    assert read(PATH + "?t=37&t=18&t=37") == read(CHER_AND_LOIRE)


def test_the_page_of_a_comparison_can_be_shared(client, content):
    response = client.get(CHER_AND_LOIRE)

    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert ticked(response) == ["18", "37"]
    assert Document(response.text).title.startswith("Comparer le Cher et l’Indre-et-Loire – ")


def test_the_notes_on_the_figures_are_shown(read):
    rows = Statistic.objects.filter(source__is_brochure=True, territory__code="24")
    rows.update(note="La source arrondit.")

    assert "La source arrondit." in read(CHER_AND_LOIRE)


def test_france_is_a_reference_in_another_table_of_the_same_series_and_year(read):
    page_text = read(CHER_AND_LOIRE)

    # Between two tables, a gap may be no more than a rounding: none is said.
    assert "Centre-Val de Loire 10,50 % 11,10 % France 10,48 % non conn" in page_text
    assert "Pour la France : Insee - Clap, « Développement durable" in page_text
    assert "France sans Mayotte" in page_text
    assert "aucun chiffre de cette source" not in page_text


@pytest.mark.parametrize("other", [{"series": "Flores"}, {"series": ""}, {"year": 2016}])
def test_france_in_another_series_or_year_is_no_reference(read, other):
    Source.objects.filter(slug="clap-2015-indicateurs").update(**other)

    page_text = read(CHER_AND_LOIRE)

    assert "aucun chiffre de cette source" in page_text
    assert "10,48 %" not in page_text


def test_france_is_left_out_while_only_other_series_describe_it(read):
    Statistic.objects.filter(territory__code="FR", source__series="Clap").delete()

    page_text = read(CHER_AND_LOIRE)

    assert (
        "France : aucun chiffre de cette source. Ceux que d'autres publient (Atlas commenté de "
        "l'ESS - 6e édition, millésime fin 2019 ; Panorama de l'ESS en France - édition 2015, "
        "millésime 2013) ne se comparent pas à ceux-ci."
    ) in page_text
    assert "10,2 %" not in page_text


def test_france_is_a_reference_in_its_own_source(read):
    make_statistic(
        source=Source.objects.get(slug="clap-2015-territoires"),
        territory=Territory.objects.get(code="FR"),
        employee_share="10.30",
    )

    page_text = read(CHER_AND_LOIRE)

    assert (
        "Centre-Val de Loire 10,50 % 11,10 % France 10,30 % 0,20 point de moins non conn"
        in page_text
    )
    assert "aucun chiffre de cette source" not in page_text


def test_only_the_current_vintage_is_compared(db):
    old, new = make_source(year=2015), make_source(year=2023)
    one, other = make_territory(code="90"), make_territory(code="91")
    for place in [one, other]:
        make_statistic(territory=place, source=old, employee_share=Decimal("9.00"))
    make_statistic(territory=one, source=new, employee_share=Decimal("12.00"))
    assert [f[0].value for f in figures(one, other)] == [Decimal("9.00")] * 2

    make_statistic(territory=other, source=new, employee_share=Decimal("10.00"))
    assert [f[0].value for f in figures(one, other)] == [Decimal("12.00"), Decimal("10.00")]


def figures(*territories):
    return [row.figures for row in compare(Atlas(), list(territories)).rows]


def test_an_unknown_share_is_said_and_compared_with_none(client, db):
    source = make_source()
    one, other = make_territory(code="90"), make_territory(code="91")
    make_statistic(territory=one, source=source)

    page_text = plain(Document(client.get(PATH + "?t=90&t=91").text).text)

    assert f"{one.name} 10,50 % non connue {other.name} non connue non connue Source" in page_text
    assert "de plus" not in page_text


def test_equal_shares_are_described_as_equal(db):
    source = make_source()
    places = [make_territory(code="90"), make_territory(code="91")]
    for place in places:
        make_statistic(territory=place, source=source)

    assert [plain(text) for text in compare(Atlas(), places).spreads] == [
        "Part des salariés : autant pour tous."
    ]


@pytest.mark.parametrize("shares", [("0", "0"), ("0", "100"), ("100", "100")])
def test_any_shares_can_be_compared(client, db, shares):
    source = make_source()
    for code, share in zip(["90", "91"], shares, strict=True):
        make_statistic(
            territory=make_territory(code=code), source=source, employee_share=Decimal(share)
        )

    assert client.get(PATH + "?t=90&t=91").status_code == 200


def test_a_region_without_a_row_in_the_source_is_no_reference(db):
    source = make_source()
    make_region()
    places = [make_territory(code="90"), make_territory(code="91")]
    for place in places:
        make_statistic(territory=place, source=source)

    comparison = compare(Atlas(), places)

    assert [row.territory for row in comparison.rows] == places


# Choices that cannot be compared


@pytest.mark.parametrize(
    ("query", "remark", "kept"),
    [
        ("", None, []),
        ("?t=", None, []),
        ("?t=18", "Vous avez choisi le Cher. Cochez un autre territoire au moins.", ["18"]),
        ("?t=18&t=18", "Vous avez choisi le Cher.", ["18"]),
        ("?t=18&t=99", "Un des territoires demandés n’existe pas.", ["18"]),
        ("?t=18&t=37&t=FR", "Un des territoires demandés n’existe pas.", ["18", "37"]),
        ("?t=99", "Un des territoires demandés n’existe pas.", []),
        ("?t=18&t=37&t=%00%F0%9F%92%A5", "Un des territoires demandés n’existe pas.", ["18", "37"]),
        ("?t=18,37", "Un des territoires demandés n’existe pas.", []),
        (
            "?t=18&t=28&t=36&t=37&t=41",
            "Au-delà de quatre territoires",
            ["18", "28", "36", "37", "41"],
        ),
        ("?" + "&".join(f"t={n}" for n in range(9)), "Un des territoires demandés", []),
        ("?" + "&".join(["t=18"] * 900), "Vous avez choisi le Cher.", ["18"]),
        ("?t=" + "9" * 5000, "Un des territoires demandés n’existe pas.", []),
    ],
)
def test_a_choice_that_cannot_be_compared_gets_a_message_and_the_form(
    client, content, query, remark, kept
):
    response = client.get(PATH + query)

    assertContains(response, "Choisissez deux, trois ou quatre territoires")
    assertNotContains(response, "<table")
    assert ticked(response) == kept
    described = Document(response.text).attributes("aria-describedby")
    if remark:
        assertContains(response, remark)
        assert described == ["choice-remark"]
    else:
        assert described == []


def test_markup_in_an_address_is_not_shown(client, content):
    assertNotContains(client.get(PATH + "?t=<b>x</b>&t=18"), "<b>")


def test_territories_without_figures_get_a_message(client, db):
    make_territory(code="90")
    make_territory(code="91")

    response = client.get(PATH + "?t=90&t=91")

    assertContains(response, "Aucun chiffre n’est encore publié.")
    assertNotContains(response, "<table")


def test_a_selection_is_comparable_from_two_to_four(content):
    codes = ["18", "28", "36", "37", "41"]

    comparable = [select(Atlas(), codes[:n]).is_comparable for n in range(6)]

    assert comparable == [False, False, True, True, True, False]


# Links to the comparison


def test_the_list_and_each_territory_lead_to_the_comparison(client, content):
    assert PATH in Document(client.get("/territoires/").text).attributes("href")
    page = client.get("/territoires/18-cher/")
    assertContains(page, "Comparer le Cher avec d’autres territoires")
    assert PATH + "?t=18" in Document(page.text).attributes("href")


@pytest.mark.parametrize("query", ["?t=18&t=37", "?t=18&t=28&t=36&t=45", "?t=18", ""])
def test_a_comparison_needs_at_most_eight_queries(
    client, content, query, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        assert client.get(PATH + query).status_code == 200
