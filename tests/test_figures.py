"""The figures of territories: decimals, series, the current source, the shades of the map."""

from decimal import Decimal

import pytest

from territories.figures import EMPLOYEES, ESTABLISHMENTS, Atlas, segments, share_figures
from territories.maps import draw_map
from territories.maps.classes import shades
from territories.models import MapGrid, Source, Statistic, Territory
from tests.factories import make_region, make_source, make_statistic, make_territory
from tests.html import Document, plain

D = Decimal


# Shades


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([], {}),
        (["10.5"], {"10.5": 1}),
        (["10.5", "10.5", "10.50"], {"10.5": 1}),
        (["9", "12"], {"9": 1, "12": 3}),
        (["9", "10", "11", "12"], {"9": 1, "10": 2, "11": 3, "12": 3}),
        (["0", "50", "100"], {"0": 1, "50": 2, "100": 3}),
        (["9", "9.01"], {"9": 1, "9.01": 1}),
        (["9", "9.09", "9.19"], {"9": 1, "9.09": 1, "9.19": 3}),
        (["9", "9.01", "9.02", "9.03", "12", "12.1"], {"9": 1, "9.03": 1, "12": 2, "12.1": 3}),
        (
            ["10.79", "9.90", "11.50", "11.44", "9.90", "9.80"],
            {"9.80": 1, "9.90": 1, "10.79": 2, "11.44": 3, "11.50": 3},
        ),
        (
            ["10.00", "11.20", "12.20", "11.54", "12.77", "10.70"],
            {"10.00": 1, "10.70": 1, "11.20": 2, "11.54": 2, "12.20": 3, "12.77": 3},
        ),
    ],
)
def test_a_share_has_the_shade_of_its_group(shares, expected):
    shade_of = shades({D(share) for share in shares})

    assert {share: shade_of[D(share)] for share in expected} == expected
    assert len(shade_of) == len({D(share) for share in shares})


def test_there_are_at_most_three_shades_and_a_higher_share_is_never_lighter():
    swept = 0
    for step in range(1, 40):
        shares = [D(step * number * number) / 100 for number in range(20)]

        shade_of = shades(shares)

        assert set(shade_of.values()) <= {1, 2, 3}, shares
        assert shade_of[min(shares)] == 1, shares
        assert shade_of[max(shares)] == 3, shares
        in_order = [shade_of[share] for share in sorted(shares)]
        assert in_order == sorted(in_order), shares
        swept += len(shares)

    assert swept == 39 * 20


# The map


def make_departments(source, *shares):
    """Make a department for each share; None makes one without a row."""
    departments = []
    for share in shares:
        department = make_territory()
        if share is not None:
            make_statistic(territory=department, source=source, employee_share=D(share))
        departments.append(department)
    return departments


def test_the_map_shades_departments_by_their_share(db):
    source = make_source()
    low, middle, high, same = make_departments(source, "9.00", "10.50", "12.00", "9.00")

    drawn = draw_map(Atlas(), EMPLOYEES)

    shown = {shape.territory: (shape.share, shape.shade) for shape in drawn.shapes}
    assert shown == {
        low: (D("9.00"), 1),
        middle: (D("10.50"), 2),
        high: (D("12.00"), 3),
        same: (D("9.00"), 1),
    }
    assert drawn.measure == EMPLOYEES
    assert drawn.source == source
    assert drawn.view_box == MapGrid().view_box


def test_the_legend_gives_the_lowest_and_highest_share_of_each_shade(db):
    make_departments(make_source(), "9.80", "9.90", "9.90", "10.79", "11.44", "11.50")

    legend = draw_map(Atlas(), EMPLOYEES).legend

    assert [(entry.shade, entry.lowest, entry.highest) for entry in legend] == [
        (1, D("9.80"), D("9.90")),
        (2, D("10.79"), D("10.79")),
        (3, D("11.44"), D("11.50")),
    ]


def test_the_legend_leaves_out_an_unused_shade(db):
    make_departments(make_source(), "9.00", "12.00")

    legend = draw_map(Atlas(), EMPLOYEES).legend

    assert [entry.shade for entry in legend] == [1, 3]


def test_departments_with_the_same_share_have_the_same_shade(db):
    make_departments(make_source(), "10.50", "10.50", "10.50")

    drawn = draw_map(Atlas(), EMPLOYEES)

    assert {shape.shade for shape in drawn.shapes} == {1}
    assert [(entry.lowest, entry.highest) for entry in drawn.legend] == [(D("10.5"), D("10.5"))]


def test_a_department_without_a_row_is_drawn_without_a_shade(db):
    known, unknown = make_departments(make_source(), "10.50", None)

    drawn = draw_map(Atlas(), EMPLOYEES)

    assert {shape.territory: shape.shade for shape in drawn.shapes} == {known: 1, unknown: 0}
    assert [shape.share for shape in drawn.shapes if shape.territory == unknown] == [None]


def test_a_department_whose_row_lacks_the_measure_is_drawn_without_a_shade(db):
    source = make_source()
    make_departments(source, "10.50")
    make_statistic(source=source, employee_share=None, establishment_share=D("11.00"))

    drawn = draw_map(Atlas(), EMPLOYEES)

    assert sorted(shape.shade for shape in drawn.shapes) == [0, 1]


def test_the_map_of_establishments_shows_their_share(db):
    make_statistic(employee_share=D("9.00"), establishment_share=D("11.00"))

    drawn = draw_map(Atlas(), ESTABLISHMENTS)

    assert [shape.share for shape in drawn.shapes] == [D("11.00")]


def test_the_map_is_drawn_without_any_figure(db):
    make_territory()
    make_region()

    drawn = draw_map(Atlas(), EMPLOYEES)

    assert [shape.shade for shape in drawn.shapes] == [0]
    assert drawn.legend == []
    assert drawn.source is None


def test_the_map_is_empty_without_any_territory(db):
    drawn = draw_map(Atlas(), EMPLOYEES)

    assert drawn.shapes == []
    assert drawn.outline == ""


def test_the_map_draws_the_outline_of_the_region(db):
    make_region(outline="M0 0h9v9z")

    assert draw_map(Atlas(), EMPLOYEES).outline == "M0 0h9v9z"


def test_a_department_without_outline_is_not_drawn(db):
    make_territory(outline="")

    assert draw_map(Atlas(), EMPLOYEES).shapes == []


def test_only_the_current_territory_is_highlighted(db):
    here, _ = make_departments(make_source(), "9.00", "10.50")

    drawn = draw_map(Atlas(), EMPLOYEES, current=here)

    assert [shape.territory for shape in drawn.shapes if shape.is_current] == [here]
    assert drawn.shapes[-1].territory == here  # over the borders of its neighbours


# The atlas


def test_the_atlas_shows_the_newest_source_that_describes_departments(db):
    department, region = make_territory(), make_region()
    old, new = make_source(year=2015), make_source(year=2018)
    regional = make_source(year=2020)
    make_statistic(territory=department, source=old)
    newest = make_statistic(territory=department, source=new)
    make_statistic(territory=region, source=regional)

    atlas = Atlas()

    assert atlas.source == new
    assert atlas.statistic(department) == newest
    assert atlas.rows() == [(department, newest), (region, None)]


HOME = ["18", "28", "36", "37", "41", "45"]


def add_rows(source, codes=HOME, **figures):
    """Give the same figures to the territories with these codes."""
    for code in codes:
        make_statistic(
            source=source,
            territory=Territory.objects.get(code=code),
            **{"employee_share": None} | figures,
        )


BOTH = {"employee_share": D("12.00"), "establishment_share": D("13.00")}
SHIPPED = "clap-2015-territoires"


def shown_source():
    return Atlas().source.slug


def test_six_rows_of_establishment_counts_do_not_blank_the_shares(client, content):
    add_rows(make_source(year=2024), establishment_count=900)

    assert shown_source() == SHIPPED
    for address in [
        "/",
        "/territoires/",
        "/territoires/18-cher/",
        "/territoires/comparer/?t=18&t=37",
    ]:
        assert "10,79" in client.get(address).text, address


def test_a_vintage_that_is_half_typed_waits_until_it_is_complete(content):
    source = make_source(slug="nouveau", year=2024)
    add_rows(source, HOME[:5], **BOTH)
    add_rows(source, HOME[5:], employee_share=D("12.00"))
    assert shown_source() == SHIPPED

    source.statistics.filter(territory__code="45").update(establishment_share=D("13.00"))

    assert shown_source() == "nouveau"


@pytest.mark.parametrize(
    "figures",
    [
        {"employee_share": D("12.00")},
        {"establishment_share": D("12.00")},
        {"employee_count": 100, "establishment_count": 10},
    ],
)
@pytest.mark.parametrize("year", [2015, 2024])
def test_a_source_without_both_shares_is_not_shown_in_place_of_one_with_both(
    content, year, figures
):
    add_rows(make_source(year=year, slug="aaa"), [*HOME, "24", "FR"], **figures)

    assert shown_source() == SHIPPED


@pytest.mark.parametrize("slug", ["aaa", "zzz"])
def test_of_two_complete_sources_of_one_year_the_table_of_the_brochure_is_shown(content, slug):
    add_rows(make_source(year=2015, slug=slug), [*HOME, "24", "FR"], **BOTH)

    assert shown_source() == SHIPPED


def test_a_newer_complete_source_is_shown_instead_of_the_brochure(content):
    add_rows(make_source(year=2016, slug="aaa"), HOME, **BOTH)

    assert shown_source() == "aaa"


def test_departments_of_other_regions_do_not_count_for_a_source(content):
    """Nine departments of other regions, which the map of the home region does not draw."""
    national = make_source(year=2015, slug="aaa")
    for code in range(70, 79):
        make_territory(code=str(code), outline="")
    add_rows(national, [*HOME, *map(str, range(70, 79))], **BOTH)
    assert shown_source() == SHIPPED

    partial = make_source(year=2024, slug="aab")
    add_rows(partial, [*HOME[:3], *map(str, range(70, 79))], **BOTH)
    assert shown_source() == SHIPPED


def test_without_a_complete_source_the_one_with_most_shares_is_shown(db):
    old, new = make_source(year=2015), make_source(year=2024)
    departments = make_departments(old, "9.00", "10.00")
    make_statistic(territory=departments[0], source=new)

    assert Atlas().source == old


def test_there_is_no_current_source_without_a_share(db):
    make_statistic(employee_share=None, employee_count=100)

    assert Atlas().source is None


def test_the_region_is_never_compared_across_series(db):
    department, region = make_territory(), make_region()
    clap = make_source(year=2015, series="Clap")
    flores = make_source(year=2018, series="Flores")
    make_statistic(territory=department, source=clap, employee_share=D("10.79"))
    make_statistic(territory=region, source=flores, employee_share=D("10.80"))

    atlas = Atlas()
    statistic = atlas.best_statistic(department)
    reference = atlas.statistic(region, statistic.source)
    figure = share_figures(statistic, reference)[0]

    assert reference is None
    assert atlas.statistic(region) is None
    assert figure.reference is None
    assert figure.gap == ""


def test_the_region_is_compared_within_one_source(db):
    department, region = make_territory(), make_region()
    source = make_source()
    make_statistic(territory=department, source=source, employee_share=D("10.79"))
    make_statistic(territory=region, source=source, employee_share=D("10.50"))

    atlas = Atlas()
    figures = share_figures(atlas.statistic(department), atlas.statistic(region))

    assert len(figures) == 1
    assert figures[0].value == D("10.79")
    assert figures[0].words == "près d’un salarié sur neuf"
    assert figures[0].reference == D("10.50")
    assert figures[0].gap == "0,29 point de plus"
    assert figures[0].label == "des salariés travaillaient dans l’ESS"


def test_a_share_that_the_region_lacks_has_no_gap(db):
    source = make_source()
    department = make_statistic(source=source, establishment_share=D("10.00"))
    region = make_statistic(source=source, territory=make_region(), establishment_share=None)

    employees, establishments = share_figures(department, region)

    assert employees.gap == "autant"
    assert establishments.gap == ""
    assert establishments.words == "un établissement employeur sur dix"


def test_a_territory_without_a_current_row_shows_its_newest_row_with_a_share(db):
    department, region = make_territory(), make_region()
    make_statistic(territory=department, source=make_source(year=2015))
    shared = make_statistic(territory=region, source=make_source(year=2018))
    make_statistic(
        territory=region,
        source=make_source(year=2020),
        employee_share=None,
        employee_count=84_318,
    )

    assert Atlas().best_statistic(region) == shared


def test_a_territory_with_counts_only_has_no_best_row(db):
    region = make_region()
    make_statistic(territory=region, employee_share=None, employee_count=85_268)

    assert Atlas().best_statistic(region) is None


def test_the_history_of_a_territory_goes_from_the_newest_to_the_oldest(db):
    department = make_territory()
    rows = [
        make_statistic(territory=department, source=make_source(year=year, slug=slug))
        for year, slug in [(2015, "b"), (2020, "c"), (2015, "a")]
    ]
    make_statistic(source=rows[0].source)

    history = Atlas().history(department)

    assert [(s.source.year, s.source.slug) for s in history] == [
        (2020, "c"),
        (2015, "a"),
        (2015, "b"),
    ]


def test_the_atlas_finds_the_territories_that_have_a_page(db):
    department = make_territory(code="90")
    country = make_territory(kind="country", code="FR")

    atlas = Atlas()

    assert atlas.territory("90") == department
    assert atlas.territory(country.code) is None
    assert atlas.territory("99") is None
    assert atlas.country == country
    assert atlas.region is None


def test_the_atlas_is_read_in_two_queries(db, django_assert_num_queries):
    region, source = make_region(), make_source()
    make_statistic(territory=region, source=source)
    make_departments(source, *["10.50"] * 6)

    with django_assert_num_queries(2):
        atlas = Atlas()
        draw_map(atlas, EMPLOYEES, current=region)
        for territory, statistic in atlas.rows():
            share_figures(statistic, atlas.statistic(region))
            str(statistic)
            atlas.history(territory)


# Decimals


@pytest.mark.parametrize(
    ("share", "decimals", "shown"),
    [
        ("10.00", 2, "10.00"),
        ("10.50", 2, "10.50"),
        ("10.5", 2, "10.50"),
        ("10.50", 1, "10.5"),
        ("11.10", 1, "11.1"),
        ("10.00", 1, "10.0"),
        ("10.00", 0, "10"),
        ("0", 2, "0.00"),
        ("100", 2, "100.00"),
    ],
)
def test_a_share_is_shown_with_the_decimals_of_its_source(db, share, decimals, shown):
    made = make_statistic(
        source=make_source(decimals=decimals), employee_share=D(share), establishment_share=D(share)
    )

    statistic = Statistic.objects.get(pk=made.pk)

    assert str(statistic.published_employee_share) == shown
    assert str(statistic.published_establishment_share) == shown


def test_a_share_that_the_source_does_not_give_is_not_shown(db):
    statistic = make_statistic(employee_share=None, employee_count=1)

    assert statistic.published_employee_share is None
    assert share_figures(statistic) == []
    assert share_figures(None) == []


# The shipped figures


# The shares of employees at Insee in 2008, 2014 and 2015, each with its decimals.
INSEE = {
    "18": ("10.13", "11.03", "10.79"),
    "28": ("9.19", "9.77", "9.91"),
    "36": ("10.77", "11.53", "11.52"),
    "37": ("10.82", "11.53", "11.44"),
    "41": ("9.54", "10.01", "9.88"),
    "45": ("9.34", "9.91", "9.85"),
    "24": ("9.91", "10.6", "10.49"),
    "FR": ("9.91", "10.5", "10.48"),
}


def test_every_shipped_share_is_shown_as_its_source_prints_it(content):
    shown = {
        (statistic.territory.code, statistic.source.slug): (
            str(statistic.published_employee_share),
            str(statistic.published_establishment_share),
        )
        for statistic in Statistic.objects.select_related("territory", "source")
    }

    assert shown == {
        ("18", "clap-2015-territoires"): ("10.79", "10.00"),
        ("28", "clap-2015-territoires"): ("9.90", "11.20"),
        ("36", "clap-2015-territoires"): ("11.50", "12.20"),
        ("37", "clap-2015-territoires"): ("11.44", "11.54"),
        ("41", "clap-2015-territoires"): ("9.90", "12.77"),
        ("45", "clap-2015-territoires"): ("9.80", "10.70"),
        ("24", "clap-2015-territoires"): ("10.50", "11.10"),
        ("24", "sress-2015"): ("None", "None"),
        ("24", "atlas-2020"): ("10.5", "11.1"),
        ("24", "insee-analyses-81"): ("10.8", "None"),
        **{
            (code, f"clap-{year}-indicateurs"): (share, "None")
            for code, shares in INSEE.items()
            for year, share in zip(["2008", "2014", "2015"], shares, strict=True)
        },
        ("FR", "panorama-2015"): ("10.5", "None"),
        ("FR", "atlas-6e-edition"): ("10.2", "None"),
    }


def test_the_shipped_figures_are_compared_in_the_table_of_the_brochure(content):
    atlas = Atlas()

    assert atlas.source == Source.objects.get(slug="clap-2015-territoires")
    assert [territory.code for territory, _ in atlas.rows()] == [
        "18",
        "28",
        "36",
        "37",
        "41",
        "45",
        "24",
    ]
    assert {statistic.source for _, statistic in atlas.rows()} == {atlas.source}


def test_the_shipped_map_has_three_shades(content):
    drawn = draw_map(Atlas(), EMPLOYEES)

    assert {shape.territory.code: shape.shade for shape in drawn.shapes} == {
        "18": 2,
        "28": 1,
        "36": 3,
        "37": 3,
        "41": 1,
        "45": 1,
    }
    assert drawn.outline == Territory.objects.get(code="24").outline


# Vintages and series


def rows_of(*sources):
    """Make a row of one territory for each source, given as (series, year)."""
    territory = make_territory()
    return [
        make_statistic(territory=territory, source=make_source(series=series, year=year))
        for series, year in sources
    ]


def years(parted):
    """Return the segments as (series, years) pairs."""
    return [
        (segment.series, [vintage.statistic.source.year for vintage in segment.vintages])
        for segment in parted
    ]


def changes(parted):
    return [vintage.employee_change for segment in parted for vintage in segment.vintages]


def test_rows_are_grouped_by_series_in_the_order_of_years(db):
    rows = rows_of(("Flores", 2023), ("Clap", 2015), ("Flores", 2018), ("Clap", 2010))

    assert years(segments(rows)) == [("Clap", [2010, 2015]), ("Flores", [2018, 2023])]


def test_the_name_of_a_series_is_compared_without_capitals_or_signs(db):
    rows = rows_of(("Flores", 2018), ("", 2020), ("FLORES", 2023))

    assert years(segments(rows)) == [("Flores", [2018, 2023]), ("", [2020])]


def test_each_source_without_a_series_is_a_group_of_its_own(db):
    rows = rows_of(("", 2013), ("", 2019))

    assert years(segments(rows)) == [("", [2013]), ("", [2019])]
    assert changes(segments(rows)) == ["", ""]
    assert segments([]) == []


@pytest.mark.parametrize(
    ("fields", "change"),
    [
        ({}, "1,50 point de plus"),
        ({"series": "Clap"}, ""),
        ({"series": ""}, ""),
        ({"producer": "ESS France"}, ""),
        ({"scope": "secteur privé"}, ""),
        ({"year": 2018}, ""),
    ],
)
def test_a_change_is_shown_within_one_series_of_one_producer_and_scope(db, fields, change):
    territory = make_territory()
    alike = {"series": "Flores", "scope": "ensemble"}
    for share, changed in [("10.50", {"year": 2018}), ("12.00", {"year": 2023} | fields)]:
        source = make_source(**alike | changed)
        make_statistic(territory=territory, source=source, employee_share=D(share))

    assert changes(segments(Atlas().history(territory))) == ["", change]


def test_a_change_is_from_the_last_vintage_with_the_coarser_decimals(db):
    territory = make_territory()
    for year, share, decimals in [(2018, "9.00", 2), (2020, "10.79", 2), (2023, "11.3", 1)]:
        source = make_source(year=year, decimals=decimals)
        make_statistic(territory=territory, source=source, employee_share=D(share))

    assert changes(segments(Atlas().history(territory))) == [
        "",
        "1,79 point de plus",
        "0,5 point de plus",
    ]


def test_there_is_no_change_when_one_of_the_two_vintages_lacks_the_share(db):
    territory = make_territory()
    for year, share in [(2018, None), (2023, "11.00")]:
        make_statistic(
            territory=territory,
            source=make_source(year=year),
            establishment_share=share and D(share),
        )

    [segment] = segments(Atlas().history(territory))

    assert [vintage.establishment_change for vintage in segment.vintages] == ["", ""]
    assert segment.vintages[1].employee_change == "autant"


def read(client, path):
    return plain(Document(client.get(path).text).text)


REGION = "/territoires/24-centre-val-de-loire/"


def test_the_vintages_of_the_region_are_shown_with_the_breaks_of_series(client, content):
    page_text = read(client, REGION)

    assert (
        "Clap "
        "2015 - 10,50 % - 11,10 % Insee - Clap 2015 "
        "2015 85 268 - 9 188 - Villes au Carré - SRESS Centre-Val de Loire "
        "À ne pas comparer avec les lignes du dessus (Flores) "
        "fin 2018 92 500 10,8 % 8 900 - Insee - Insee Analyses "
        "Centre-Val de Loire n° 81, novembre 2021 "
        "À ne pas comparer avec les lignes du dessus édition 2020 84 318 10,5 % 9 253 11,1 % ESS "
        "France"
    ) in page_text
    assert "De part et d'autre, l'écart n'est ni une hausse ni une baisse." in page_text
    assert "que le millésime" not in page_text
    assert "2008 2014 2015" in page_text  # drawn as rows of marks, not listed again
    assert "Et en France ?" in page_text
    assert "Millésime fin 2018 : Les associations emploient 74,7 %" in page_text


def test_a_change_within_a_series_is_shown_on_the_page(client, content):
    source = make_source(
        year=2023,
        vintage="2023",
        series="Flores",
        title="Flores 2023",
        decimals=1,
    )
    region = Territory.objects.get(code="24")
    make_statistic(
        territory=region, source=source, employee_share=D("11.0"), establishment_share=D("11.5")
    )

    page_text = read(client, REGION)

    assert "Depuis fin 2018, 0,2 point de plus en Centre-Val de Loire" in page_text
    assert "fin 2018 2023 Écart, en points Centre-Val de Loire 10,8 % 11,0 % +0,2" in page_text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (REGION, ["clap", "flores", "etablissement-etablissement-employeur", "millesime"]),
        ("/territoires/18-cher/", ["clap", "etablissement-etablissement-employeur", "millesime"]),
    ],
)
def test_the_terms_of_the_tables_have_links_to_their_definitions(client, content, path, words):
    document = Document(client.get(path).text)

    assert [href for href in document.attributes("href") if "/glossaire/#" in href] == [
        f"/glossaire/#{word}" for word in words
    ]
    assert set(words) <= set(Document(client.get("/glossaire/").text).attributes("id"))


def test_a_territory_with_one_vintage_has_no_table_of_vintages(client, content):
    Source.objects.get(slug="clap-2015-indicateurs").statistics.all().delete()
    Statistic.objects.filter(territory__code="18", source__year__lt=2015).delete()

    page_text = read(client, "/territoires/18-cher/")

    assert "millésime 2015." in page_text
    assert "Millésime par millésime" not in page_text
    assert "Rupture de série" not in page_text


def test_a_row_without_a_share_is_still_shown_in_the_table_of_vintages(client, db):
    territory = make_territory()
    make_statistic(territory=territory, employee_share=None, employee_count=85_268)

    page_text = read(client, territory.get_absolute_url())

    assert "85 268" in page_text
    assert "Aucun chiffre n'est encore publié pour ce territoire" not in page_text
