"""What the admin asks about a figure that surprises, and what it does with the answer."""

import re
from decimal import Decimal
from html import unescape

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from territories.doubts import Expected, Known, likely_mistake, surprises
from territories.models import Bin, Distribution, KeyFigure, Statistic, Territory
from tests.admin_pages import address, change_page, filled_form, save
from tests.factories import (
    make_bin,
    make_distribution,
    make_key_figure,
    make_region,
    make_source,
    make_statistic,
    make_territory,
)

TICK = re.compile(r'<input type="checkbox" name="([^"]+-sure)" value="([0-9a-f]+)"( checked)?>')


def asked(response):
    """Return what a page asks in plain text, {name of the tick: (question, remarks, answer)}."""
    assert response.status_code == 200
    found = {}
    blocks = re.findall(r'<div class="doubt">(.*?)</label>', response.text, re.DOTALL)
    for block in blocks:
        name = TICK.search(block)[1]
        remarks = [plain(text) for text in re.findall(r"<li>(.*?)</li>", block)]
        found[name] = (remarks, plain(block.rpartition(">")[2]))
    return found


def questions(response):
    lists = re.findall(r'<ul class="errorlist doubtlist"[^>]*><li>(.*?)</li>', response.text)
    return [plain(text) for text in lists]


def plain(text):
    return unescape(text).replace("\u202f", " ").strip()


def ticks(response):
    return {name: value for name, value, _ in TICK.findall(response.text)}


@pytest.fixture
def cher():
    return make_territory(code="18", name="Cher", slug="cher")


@pytest.fixture
def clap():
    return make_source(title="Clap 2015", series="Clap", vintage="2015", year=2015)


# The question


def test_an_unlikely_share_is_asked_about_and_not_stored(editor_client, cher, clap):
    statistic = make_statistic(territory=cher, source=clap, employee_share=Decimal("10.79"))

    response = save(editor_client, statistic, employee_share="55")

    assert questions(response) == ["Sûr ? Cher, part des salariés : 55 %."]
    assert asked(response) == {
        "employee_share-sure": (
            [
                "Hors des parts habituelles, de 5 à 20 %.",
                "Contre 10,79 % (avant) : 44,21 points de plus.",
            ],
            "Oui, 55 % est dans la source (Insee, Clap 2015)",
        )
    }
    assertContains(response, 'name="employee_share" value="55"')
    assertContains(response, "css/doubts")
    statistic.refresh_from_db()
    assert statistic.employee_share == Decimal("10.79")


def test_a_ticked_share_is_stored(editor_client, cher, clap):
    statistic = make_statistic(territory=cher, source=clap)
    response = save(editor_client, statistic, employee_share="55")

    response = save(editor_client, statistic, employee_share="55 %", **ticks(response))

    assert response.status_code == 302
    statistic.refresh_from_db()
    assert statistic.employee_share == 55


def test_a_tick_dies_with_the_figure_that_it_was_for(editor_client, cher, clap):
    statistic = make_statistic(territory=cher, source=clap)
    first = save(editor_client, statistic, employee_share="55")

    response = save(editor_client, statistic, employee_share="98", **ticks(first))

    assert questions(response) == ["Sûr ? Cher, part des salariés : 98 %."]
    assert not any(checked for *_, checked in TICK.findall(response.text))
    assert ticks(response).keys() == ticks(first).keys()
    assert ticks(response) != ticks(first)
    statistic.refresh_from_db()
    assert statistic.employee_share == Decimal("10.50")


@pytest.mark.parametrize("tick", ["on", "1", "", "x" * 10_000, "\0", "é"])
def test_a_tick_that_answers_no_question_is_none(editor_client, tick):
    statistic = make_statistic()

    response = save(editor_client, statistic, employee_share="55", **{"employee_share-sure": tick})

    assert len(asked(response)) == 1
    statistic.refresh_from_db()
    assert statistic.employee_share == Decimal("10.50")


def test_a_tick_is_for_its_territory_and_its_source(editor_client, cher, clap):
    statistic = make_statistic(territory=cher, source=clap)
    first = save(editor_client, statistic, employee_share="55")
    for moved in [{"territory": make_territory().pk}, {"source": make_source().pk}]:
        response = save(editor_client, statistic, employee_share="55", **moved, **ticks(first))

        assert len(questions(response)) == 1


def test_a_tick_stays_while_something_else_is_corrected(editor_client, cher, clap):
    statistic = make_statistic(territory=cher, source=clap)
    first = save(editor_client, statistic, employee_share="55")

    second = save(
        editor_client, statistic, employee_share="55", employee_count="abc", **ticks(first)
    )

    assert questions(second) == []
    [(name, key, checked)] = TICK.findall(second.text)
    assert checked
    third = save(editor_client, statistic, employee_share="55", **{name: key})
    assert third.status_code == 302


def test_every_surprise_of_a_form_is_asked_about_at_once(editor_client):
    statistic = make_statistic(
        employee_count=1000, employee_share="10.50", establishment_share="11.00"
    )

    response = save(
        editor_client,
        statistic,
        employee_share="98",
        establishment_share="1,1",
        employee_count="10 000",
    )

    assert asked(response).keys() == {
        "employee_share-sure",
        "establishment_share-sure",
        "employee_count-sure",
    }
    assert asked(response)["employee_count-sure"][0] == [
        "Contre 1 000 (avant).",
        "Peut-être 1 000 : un zéro est peut-être de trop.",
    ]


def test_a_new_row_is_asked_about_too(editor_client, cher, clap):
    values = {"territory": cher.pk, "source": clap.pk, "employee_share": "55"}

    response = editor_client.post(address(Statistic, "add"), values)

    assert len(questions(response)) == 1
    response = editor_client.post(address(Statistic, "add"), values | ticks(response))
    assert response.status_code == 302
    assert Statistic.objects.get().employee_share == 55


def test_a_figure_without_territory_or_source_is_still_asked_about(editor_client):
    response = editor_client.post(address(Statistic, "add"), {"employee_share": "55"})

    assert questions(response) == ["Sûr ? Part des salariés : 55 %."]
    assert asked(response)["employee_share-sure"][1] == "Oui, 55 % est dans la source"


def test_an_unlikely_figure_that_is_stored_is_not_asked_about_again(editor_client):
    statistic = make_statistic(employee_share="55.00")

    assert save(editor_client, statistic, note="Vérifié.").status_code == 302


def test_a_row_moved_to_another_source_is_asked_about_again(editor_client):
    statistic = make_statistic(employee_share="55.00")

    response = save(editor_client, statistic, source=make_source().pk)

    assert len(questions(response)) == 1


def test_an_impossible_figure_is_refused_and_not_asked_about(editor_client):
    response = save(editor_client, make_statistic(), employee_share="550")

    assert asked(response) == {}
    assertContains(response, "Écrivez une part de 0 à 100")


def test_a_usual_figure_is_taken_without_a_question(editor_client):
    statistic = make_statistic(employee_share="10.79")

    assert save(editor_client, statistic, employee_share="12,79").status_code == 302
    assertNotContains(editor_client.get(change_page(statistic)), "-sure")


# What it is compared with


def test_a_figure_is_compared_with_the_vintage_before_of_its_series(editor_client, cher, clap):
    for year, share in [(2008, "10.13"), (2014, "11.03")]:
        source = make_source(series="Clap", vintage=str(year), year=year)
        make_statistic(territory=cher, source=source, employee_share=share)
    flores = make_source(series="Flores", vintage="2014", year=2014)
    make_statistic(territory=cher, source=flores, employee_share="17.00")
    statistic = make_statistic(territory=cher, source=clap, employee_share=Decimal("10.79"))

    response = save(editor_client, statistic, employee_share="17,09")

    assert asked(response)["employee_share-sure"][0] == [
        "Contre 11,03 % (Cher, Insee, Clap 2014) : 6,06 points de plus.",
        "Contre 10,79 % (avant) : 6,30 points de plus.",
        "Peut-être 10,79 % : deux chiffres ont pu s’inverser.",
    ]


def test_a_figure_is_never_compared_with_another_series(editor_client, cher):
    for series, year in [("Clap", 2015), ("", 2016), ("Flores", 2020)]:
        source = make_source(series=series, vintage=str(year), year=year)
        make_statistic(territory=cher, source=source, employee_share="10.00")
    new = make_source(series="Flores", vintage="2018", year=2018)
    values = {"territory": cher.pk, "source": new.pk, "employee_share": "19"}

    assert editor_client.post(address(Statistic, "add"), values).status_code == 302


@pytest.mark.parametrize("kind", ["region", "country"])
def test_a_figure_is_shown_beside_that_of_the_whole_in_its_source(editor_client, cher, clap, kind):
    whole = (
        make_region(name="Centre-Val de Loire")
        if kind == "region"
        else make_territory(kind="country", code="FR", name="France")
    )
    make_statistic(territory=whole, source=clap, employee_share="10.50")
    newer = make_source(vintage="2020", year=2020)
    make_statistic(territory=whole, source=newer, employee_share="55.00")
    values = {"territory": cher.pk, "source": clap.pk, "employee_share": "98"}

    response = editor_client.post(address(Statistic, "add"), values)

    assert asked(response)["employee_share-sure"][0] == [
        "Hors des parts habituelles, de 5 à 20 %.",
        f"Contre 10,50 % ({whole.name}, Insee, Clap 2015) : 87,50 points de plus.",
        "Peut-être 9,8 % : la virgule a pu se perdre, ou se déplacer.",
    ]


@pytest.mark.parametrize("typed", ["9,8", "10,79"])
def test_a_correction_of_an_unlikely_figure_is_no_surprise(editor_client, typed):
    statistic = make_statistic(employee_share="98.00")

    assert save(editor_client, statistic, employee_share=typed).status_code == 302


def test_more_decimals_than_the_source_publishes_are_asked_about(editor_client):
    statistic = make_statistic(source=make_source(decimals=1), employee_share="10.50")

    response = save(editor_client, statistic, employee_share="10,25")

    [(remarks, _)] = asked(response).values()
    assert "Plus de décimales que la source n’en publie (1)." in remarks
    assert save(editor_client, statistic, employee_share="10,30").status_code == 302


@pytest.mark.parametrize(
    ("figure", "known", "mistake"),
    [
        ("98", None, "peut-être 9,8 %"),
        ("98", "9.90", "peut-être 9,8 %"),
        ("17.09", "10.79", "peut-être 10,79 %"),
        ("55", None, "peut-être 5,5 %"),
        ("55", "10.79", ""),
        ("1.08", "10.79", "peut-être 10,8 %"),
        ("0.11", "10.79", "peut-être 11 %"),
        ("98.00", "10.00", "peut-être 9,8 %"),
        ("100", "10.00", "peut-être 10 %"),
        ("0", "10.00", ""),
        ("21.5", "12.40", "peut-être 12,5 %"),
    ],
)
def test_a_likely_mistake_has_the_same_digits_and_does_not_surprise(figure, known, mistake):
    last = known and Known(Decimal(known), "2014")
    expected = Expected(True, last)

    found = likely_mistake(Decimal(figure), expected, last and last.figure)

    assert plain(found).startswith(mistake)
    assert bool(found) == bool(mistake)


@pytest.mark.parametrize(
    ("figure", "last", "count"),
    [("5", None, 0), ("4.99", None, 1), ("20", None, 0), ("20.01", None, 1), ("12.5", "10.49", 1)],
)
def test_the_rule_is_that_of_the_import(figure, last, count):
    known = last and Known(Decimal(last), "2014")

    assert len(surprises(Decimal(figure), Expected(True, known))) == count


# Rows


def test_the_rows_of_a_territory_ask_each_for_itself(editor_client, cher, clap):
    make_statistic(territory=cher, source=clap, employee_share="10.79")
    other = make_source(vintage="2014", year=2014)
    make_statistic(territory=cher, source=other, employee_share="10.50")
    rows = {"statistics-0-employee_share": "55", "statistics-1-employee_share": "98"}

    first = save(editor_client, cher, **rows)

    assert asked(first).keys() == {
        "statistics-0-employee_share-sure",
        "statistics-1-employee_share-sure",
    }
    one = dict([next(iter(ticks(first).items()))])
    second = save(editor_client, cher, **rows, **one)
    assert len(questions(second)) == 1
    assert sorted(Statistic.objects.values_list("employee_share", flat=True)) == [
        Decimal("10.50"),
        Decimal("10.79"),
    ]
    assert save(editor_client, cher, **rows, **ticks(second)).status_code == 302
    assert sorted(Statistic.objects.values_list("employee_share", flat=True)) == [55, 98]


def test_a_row_that_is_deleted_is_not_asked_about(editor_client, cher, clap):
    make_statistic(territory=cher, source=clap)
    row = {"statistics-0-employee_share": "55", "statistics-0-DELETE": "on"}

    assert save(editor_client, cher, **row).status_code == 302
    assert not Statistic.objects.exists()


def test_a_row_of_a_new_territory_is_asked_about(admin_client, clap):
    url = address(Territory, "add")
    values = filled_form(admin_client.get(url)) | {
        "kind": "department",
        "code": "18",
        "name": "Cher",
        "slug": "cher",
        "with_article": "le Cher",
        "inside": "dans le Cher",
        "of": "du Cher",
        "statistics-TOTAL_FORMS": "1",
        "statistics-0-source": clap.pk,
        "statistics-0-employee_share": "55",
    }

    first = admin_client.post(url, values)
    second = admin_client.post(url, values | ticks(first))

    assert questions(first) == ["Sûr ? Part des salariés : 55 %."]
    assert second.status_code == 302
    assert Statistic.objects.get().employee_share == 55


# Distributions and key figures


def test_the_shares_of_all_departments_spread_more(editor_client):
    row = make_distribution(highest=Decimal("27.00"))

    assert save(editor_client, row, highest="28,5").status_code == 302
    response = save(editor_client, row, highest="55")

    assert questions(response) == ["Sûr ? Part la plus haute : 55 %."]
    [(remarks, _)] = asked(response).values()
    assert remarks[0] == "Hors des parts habituelles, de 1 à 50 %."
    assert save(editor_client, row, highest="55", **ticks(response)).status_code == 302
    assert Distribution.objects.get().highest == 55


def test_a_bin_of_departments_is_asked_about(editor_client):
    row = make_distribution(size=1)
    bin = make_bin(distribution=row, departments=1, start=Decimal("9.5"))

    response = save(editor_client, row, **{"bins-0-start": "95"})

    assert asked(response).keys() == {"bins-0-start-sure"}
    bin.refresh_from_db()
    assert bin.start == Decimal("9.5")
    save(editor_client, row, **{"bins-0-start": "95"}, **ticks(response))
    assert Bin.objects.get().start == 95


def test_a_key_figure_in_per_cent_has_the_bounds_of_a_share(editor_client):
    row = make_key_figure(value="10,6", unit="%", label="des emplois")

    refused = save(editor_client, row, value="106")
    response = save(editor_client, row, value="98")

    assertContains(refused, "Écrivez une part de 0 à 100")
    assert asked(refused) == {}
    assert questions(response) == ["Sûr ? Des emplois : 98 %."]
    assertContains(response, 'name="value" value="98"')
    assert KeyFigure.objects.get().value == "10,6"
    assert save(editor_client, row, value="98", **ticks(response)).status_code == 302


@pytest.mark.parametrize(
    ("value", "unit"),
    [("Des milliers", ""), ("1 sur 5", ""), ("+120", "%"), ("−3", "%"), ("10,9", "%")],
)
def test_a_key_figure_in_words_is_never_asked_about(editor_client, value, unit):
    row = make_key_figure(value="10,6", unit="%")

    assert save(editor_client, row, value=value, unit=unit).status_code == 302


def test_a_key_figure_that_jumps_is_asked_about(editor_client):
    row = make_key_figure(value="9 000", unit="", label="établissements")

    response = save(editor_client, row, value="90 000")

    [(remarks, _)] = asked(response).values()
    assert remarks == [
        "Contre 9 000 (avant).",
        "Peut-être 9 000 : un zéro est peut-être de trop.",
    ]
    assert save(editor_client, row, value="9 200").status_code == 302
