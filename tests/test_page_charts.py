"""The charts of the pages, from the rows that they read."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from cress.base.text.typography import french
from territories.charts.pages import (
    against_the_others,
    changes_over_time,
    hundred_departments,
    one_thousand,
    six_departments,
)
from territories.figures import EMPLOYEES, ESTABLISHMENTS, Atlas
from tests.factories import make_source, make_statistic, make_territory
from tests.html import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return make_source(producer="Insee", title="Clap 2015", vintage="2015", year=2015)


@pytest.fixture
def places(source):
    """Make two departments, a region and a country, with shares in one source."""
    shares = {
        "Cher": ("department", "18", "10.79", "10.00"),
        "Loiret": ("department", "45", "9.80", "10.70"),
        "Centre": ("region", "24", "10.50", "11.10"),
        "France": ("country", "FR", "10.48", None),
    }
    places = {}
    for name, (kind, code, employees, establishments) in shares.items():
        places[name] = make_territory(
            name=name, kind=kind, code=code, slug=name.lower(), inside=f"dans {name}"
        )
        make_statistic(
            territory=places[name],
            source=source,
            employee_share=Decimal(employees),
            establishment_share=establishments and Decimal(establishments),
        )
    return places


def distribution(source, **fields):
    defaults = {
        "source": source,
        "measure": "employee_share",
        "counts": lambda: {Decimal("9.5"): 10, Decimal("10.5"): 7, Decimal("27.5"): 1},
        "highest": Decimal("27.96"),
        "highest_name": "Lozère",
        "missing": "Mayotte n’a pas de chiffre.",
    }
    return SimpleNamespace(**defaults | fields)


def rows_of(six):
    return [row.territory.name for row in six.rows]


def test_the_table_has_the_classes_of_its_map_and_the_region_last(places):
    six = six_departments(Atlas(), EMPLOYEES)

    assert rows_of(six) == ["Cher", "Loiret", "Centre"]
    assert [row.map_class for row in six.rows] == ["teal-3", "teal-1", ""]
    assert str(six.caption) == french(
        "En % des salariés et en % des établissements employeurs : part de l’ESS, 2015. "
        "Insee, Clap 2015."
    )
    by_establishments = six_departments(Atlas(), ESTABLISHMENTS)
    assert [row.map_class for row in by_establishments.rows] == ["plum-1", "plum-3", ""]


def test_the_table_is_sorted_by_a_measure_with_the_region_last(places):
    assert rows_of(six_departments(Atlas(), sort=EMPLOYEES)) == ["Cher", "Loiret", "Centre"]
    assert rows_of(six_departments(Atlas(), sort=ESTABLISHMENTS)) == ["Loiret", "Cher", "Centre"]


def test_one_thousand_is_the_share_of_the_region(places):
    chart = one_thousand(Atlas())

    assert (chart.count, chart.share) == (105, Decimal("10.50"))
    assert plain(str(chart.caption)) == plain(
        "Un point, un emploi sur mille : 10,50 % des salariés dans Centre, 2015. Insee, Clap 2015."
    )


def test_the_hundred_departments_name_those_of_the_region(places, source):
    chart = hundred_departments(Atlas(), distribution(source), finding="Deux au milieu")

    assert [label.text for label in chart.wide.labels] == [
        french("Loiret 9,80 %"),
        french("Cher 10,79 %"),
    ]
    assert chart.wide.reference[1].text == french("France : 10,48 %")
    assert (chart.wide.total, chart.phone.outside_count) == (18, 1)
    assert chart.finding == "Deux au milieu"
    caption = plain(str(chart.caption))
    assert caption.startswith("Un point, un département : part des salariés")
    assert caption.endswith("2015. Insee, Clap 2015 ; Mayotte n'a pas de chiffre.")


def test_a_page_of_a_department_looks_at_its_dot(places, source):
    chart = hundred_departments(Atlas(), distribution(source), current=places["Cher"])

    assert [label.text for label in chart.wide.labels] == [french("Cher 10,79 %")]
    assert len(chart.wide.rings) == 1


def test_a_share_is_against_those_of_the_same_source(places):
    chart = against_the_others(Atlas(), places["Cher"])

    assert [(name, value) for _, name, value in chart.legend] == [
        ("Cher", Decimal("10.79")),
        ("Centre", Decimal("10.50")),
        ("France", Decimal("10.48")),
    ]
    other = make_source(year=2018)
    make_statistic(territory=places["Cher"], source=other, employee_share=Decimal("12"))
    alone = against_the_others(Atlas(), places["Cher"], source=other)
    assert [name for _, name, _ in alone.legend] == ["Cher"]


def test_the_vintages_of_a_series_are_one_row_a_territory(places, source):
    def trend(name, *points):
        statistics = [SimpleNamespace(source=source)]
        return SimpleNamespace(
            territory=places[name], measure=EMPLOYEES, points=points, statistics=statistics
        )

    chart = changes_over_time(
        [
            trend("Cher", ("2008", Decimal("10.13")), ("2015", Decimal("10.79"))),
            trend("France", ("2008", Decimal("9.91")), ("2015", Decimal("10.5"))),
        ]
    )

    assert [(row.name, row.gain) for row in chart.rows] == [("Cher", "+0,66"), ("France", "+0,6")]
    assert {mark.kind for mark in chart.rows[0].strip.marks} == {"focus"}
    assert "de 2008 à 2015" in str(chart.caption)


def test_without_figures_no_chart_is_drawn():
    atlas = Atlas()
    assert atlas.rows() == []
    cher = make_territory(code="18")

    assert six_departments(atlas) is None
    assert [row.employees for row in six_departments(Atlas()).rows] == [None]
    assert one_thousand(atlas) is None
    assert changes_over_time([]) is None
    assert against_the_others(Atlas(), cher) is None
