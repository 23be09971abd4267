"""Titles and sentences computed from figures are right in number and grammar, for any region."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from cress.base.text.ordinals import raise_ordinals
from territories import findings
from territories.figures import EMPLOYEES, Atlas
from territories.models import Distribution, Source, Statistic, Territory
from territories.trends import Trend, trends
from tests.factories import (
    make_bin,
    make_distribution,
    make_rank,
    make_region,
    make_source,
    make_statistic,
    make_territory,
)
from tests.html import plain

D = Decimal
CODES = ["18", "28", "36", "37", "41", "45"]


def department(name="Val", article="le "):
    of_place = "dans " + article + name
    return Territory(name=name, with_article=article + name, inside=of_place)


def of(text):
    """Return a share, or None for no text."""
    return D(text) if text else None


# The histogram


def title(*shares, size=100, median="11.50"):
    distribution = Distribution(size=size, median=D(median), lowest=D("4.91"), highest=D("27.96"))
    rows = [(department(f"Val {n}"), of(share)) for n, share in enumerate(shares, 1)]
    return plain(findings.histogram_title(distribution, rows))


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([], "Cent départements : de 4,91 à 27,96 %"),
        (["11.50"], "Parmi cent départements : le Val 1 au milieu"),
        (["12.01"], "Parmi cent départements : le Val 1 plus haut"),
        ([None], "Parmi cent départements : le Val 1 sans chiffre"),
        (["11.00", "12.00"], "Parmi cent départements : les deux au milieu"),
        (["10.99", "11.00"], "Parmi cent départements : un au milieu, un plus bas"),
        (["11.50"] * 6, "Parmi cent départements : tous au milieu"),
        (["20"] * 6, "Parmi cent départements : tous plus haut"),
        ([None] * 8, "Parmi cent départements : tous sans chiffre"),
        (
            ["10.79", "9.91", "11.52", "11.44", "9.88", "9.85"],
            "Parmi cent départements : deux au milieu, quatre plus bas",
        ),
        (
            ["9", "9", "9", "9", "9", "12.5"],
            "Parmi cent départements : un seul plus haut, cinq plus bas",
        ),
        (
            ["12.5", "11.5", "9", "9", "9", "9"],
            "Parmi cent départements : un plus haut, un au milieu, quatre plus bas",
        ),
        (
            ["13"] * 3 + ["11.6"] * 4 + ["8"] * 5 + [None],
            "Parmi cent départements : trois plus haut, quatre au milieu, cinq plus bas, un seul "
            "sans chiffre",
        ),
        (["12.5", "12.5", None], "Parmi cent départements : deux plus haut, un seul sans chiffre"),
    ],
)
def test_the_title_of_the_histogram_counts_the_home_departments(shares, expected):
    assert title(*shares) == expected


@pytest.mark.parametrize(
    ("size", "start"),
    [
        (100, "Parmi cent départements : "),
        (101, "Parmi 101 départements : "),
        (99, "Parmi 99 départements : "),
        (13, "Parmi treize départements : "),
        (1, "Parmi un département : "),
    ],
)
def test_the_number_of_departments_is_in_words_when_it_is_short(size, start):
    assert title("11.50", "11.50", "9", size=size).startswith(start)


def test_a_title_counts_each_home_department_once():
    numbers = {"un": 1, "un seul": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6}
    numbers |= {"sept": 7, "huit": 8, "neuf": 9, "dix": 10, "onze": 11, "douze": 12}
    places = {"plus haut": "13", "au milieu": "11.5", "plus bas": "9", "sans chiffre": None}
    swept = 0
    for total in [3, 6, 8, 13]:
        for high in range(total):
            for middle in range(total - high):
                shares = ["13"] * high + ["11.5"] * middle + ["9"] * (total - high - middle)
                said = title(*shares).partition(" : ")[2].split(", ")
                if said[0].startswith("tous"):
                    continue
                for part in said:
                    place = next(place for place in places if part.endswith(place))
                    count = numbers[part.removesuffix(place).strip()]
                    assert count == shares.count(places[place]), said
                swept += 1
    assert swept > 100


def test_the_middle_is_explained():
    sentence = findings.middle_sentence(Distribution(median=D("11.54")))

    assert plain(sentence) == "Au milieu : à un demi-point au plus de la médiane, 11,54 %."


# The rank


def rank(position, size=100, is_tied=False):
    return SimpleNamespace(
        position=position, is_tied=is_tied, distribution=SimpleNamespace(size=size)
    )


@pytest.mark.parametrize(
    ("position", "size", "words"),
    [
        (64, 100, "autour de la 64e place sur 100"),
        (1, 100, "à la 1re place sur 100"),
        (2, 100, "autour de la 2e place sur 100"),
        (100, 100, "autour de la 100e place sur 100"),
        (3, 8, "autour de la 3e place sur 8"),
    ],
)
def test_a_place_is_said_with_its_number_of_departments(position, size, words):
    assert findings.place_in_words(rank(position, size)) == words
    assert "<sup>" in raise_ordinals(words)


@pytest.mark.parametrize(
    ("position", "size", "quarter"),
    [
        (1, 100, "premier"),
        (25, 100, "premier"),
        (26, 100, "deuxième"),
        (50, 100, "deuxième"),
        (51, 100, "troisième"),
        (75, 100, "troisième"),
        (76, 100, "dernier"),
        (100, 100, "dernier"),
        (1, 4, "premier"),
        (4, 4, "dernier"),
    ],
)
def test_a_quarter_goes_from_the_highest_share_to_the_lowest(position, size, quarter):
    assert findings.quarter_in_words(rank(position, size)) == f"dans le {quarter} quart"


def test_there_are_no_quarters_of_three_departments():
    assert findings.quarter_in_words(rank(2, 3)) == ""


def test_the_shipped_ranks_are_in_the_quarters_that_insee_gives(content):
    distribution = Atlas().distribution()

    quarters = {
        code: findings.quarter_in_words(
            distribution.rank_of(Territory.objects.get(code=code))
        ).split()[2]
        for code in CODES
    }

    assert quarters == {
        "36": "troisième",
        "37": "troisième",
        "18": "troisième",
        "28": "dernier",
        "41": "dernier",
        "45": "dernier",
    }


def test_the_place_of_a_department_has_its_reason_its_year_and_its_source(content):
    cher = Territory.objects.get(code="18")

    sentence = findings.place_sentence(Atlas().distribution().rank_of(cher), D("10.79"))

    assert plain(sentence) == (
        "En 2015, le Cher est autour de la 64e place sur 100, dans le troisième quart, de la part "
        "la plus haute à la plus basse. Cette place est fragile : sept départements se tiennent "
        "entre 10,5 et 11 %, à moins d'un demi-point les uns des autres. Source : Insee, Clap 2015."
    )


@pytest.mark.parametrize("share", ["10.50", "10.79", "10.99"])
def test_a_share_is_in_the_bin_that_starts_at_or_below_it(db, share):
    distribution = make_distribution()
    make_bin(distribution=distribution, start=D("10.5"), departments=2)

    sentence = findings.fragility_sentence(make_rank(distribution=distribution), D(share))

    assert "deux départements se tiennent entre 10,5 et" in sentence


def test_a_place_alone_in_its_bin_or_without_bins_is_not_called_fragile(db):
    distribution = make_distribution()
    alone = make_rank(distribution=distribution)
    assert findings.fragility_sentence(alone, D("27.96")) == ""

    make_bin(distribution=distribution, start=D("27.5"), departments=1)

    assert findings.fragility_sentence(alone, D("27.96")) == ""
    assert "fragile" not in findings.place_sentence(alone, D("27.96"))


@pytest.mark.parametrize(
    ("ranks", "words"),
    [
        ([], ""),
        ([rank(61, is_tied=True)], "61e ex æquo sur 100"),
        (
            [rank(61, is_tied=True), rank(62), rank(64, is_tied=True)],
            "61e ex æquo, puis 62e, puis 64e ex æquo sur 100",
        ),
        ([rank(1), rank(2)], "1re, puis 2e sur 100"),
        ([rank(61, 96), rank(62, 100)], "61e sur 96, puis 62e sur 100"),
    ],
)
def test_ranks_stand_beside_a_growth(ranks, words):
    assert plain(findings.ranks_in_words(ranks)) == words


# Who is first


def leaders(*rows):
    """Return the title for (department, share of employees, share of establishments) rows."""
    source = Source(decimals=2)
    return plain(
        findings.leaders_title(
            [
                (
                    place,
                    Statistic(source=source, employee_share=of(one), establishment_share=of(other)),
                )
                for place, one, other in rows
            ]
        )
    )


INDRE, CHER, LOIRET = department("Indre", "l’"), department("Cher"), department("Loiret")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], ""),
        ([(CHER, "10", "11")], ""),
        ([(CHER, None, None), (INDRE, None, None)], ""),
        ([(CHER, "10", "11"), (INDRE, None, None)], ""),
        ([(CHER, "10", "11"), (INDRE, "10", "11")], ""),
        (
            [(CHER, "10", "12"), (INDRE, "11", "11")],
            "L'Indre d'abord pour les salariés, le Cher pour les établissements",
        ),
        (
            [(CHER, "10", "11"), (INDRE, "11", "12")],
            "L'Indre d'abord, pour les salariés comme pour les établissements",
        ),
        ([(CHER, "10", None), (INDRE, "11", None)], "L'Indre d'abord pour les salariés"),
        ([(CHER, None, "12"), (INDRE, None, "11")], "Le Cher d'abord pour les établissements"),
        ([(CHER, "10", "11"), (INDRE, "11", "11")], "L'Indre d'abord pour les salariés"),
        (
            [(CHER, "11", "11"), (INDRE, "11", "12"), (LOIRET, "9", "9")],
            "Le Cher et l'Indre d'abord pour les salariés, l'Indre pour les établissements",
        ),
        (
            [*[(CHER, "11", "11")] * 3, (LOIRET, "9", "12")],
            "Trois départements d'abord pour les salariés, le Loiret pour les établissements",
        ),
    ],
)
def test_the_title_of_the_table_names_who_is_first(rows, expected):
    assert leaders(*rows) == expected


def test_the_shipped_table_is_led_by_two_departments(content):
    atlas = Atlas()
    rows = [(place, atlas.statistic(place)) for place in atlas.departments]

    assert plain(findings.leaders_title(rows)) == (
        "L'Indre d'abord pour les salariés, le Loir-et-Cher pour les établissements"
    )


# Over time


def trend(place, *points):
    """Return the Trend of (year, share, decimals) points."""
    rows = [
        Statistic(
            territory=place,
            source=Source(vintage=year, year=int(year), decimals=decimals),
            employee_share=D(share),
        )
        for year, share, decimals in points
    ]
    return Trend(place, EMPLOYEES, rows, [])


def over_time(place, first, last, decimals=2):
    return trend(place, ("2008", first, 2), ("2015", last, decimals))


REGION = Territory(name="Région", inside="en Région")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ([], ""),
        ([trend(CHER, ("2015", "10.79", 2))], ""),
        ([over_time(CHER, "10.13", "10.79")], "Depuis 2008, 0,66 point de plus dans le Cher"),
        (
            [over_time(CHER, "10.13", "10.79"), over_time(REGION, "9.91", "10.49")],
            "Depuis 2008, 0,66 point de plus dans le Cher, 0,58 en Région",
        ),
        (
            [over_time(CHER, "10.13", "11.03"), over_time(REGION, "9.91", "10.60", 1)],
            "Depuis 2008, 0,90 point de plus dans le Cher, 0,7 en Région",
        ),
        (
            [over_time(CHER, "10.13", "9.13"), over_time(REGION, "9.91", "10.49")],
            "Depuis 2008, 1,00 point de moins dans le Cher, 0,58 point de plus en Région",
        ),
        (
            [over_time(CHER, "10.13", "10.13"), over_time(REGION, "9.91", "9.91")],
            "Depuis 2008, la même part dans le Cher, la même part en Région",
        ),
        (
            [over_time(CHER, "10.13", "10.79"), over_time(REGION, "9.91", "9.91")],
            "Depuis 2008, 0,66 point de plus dans le Cher, la même part en Région",
        ),
        (
            [over_time(CHER, "10.13", "12.63"), over_time(REGION, "9.91", "10.49")],
            "Depuis 2008, 2,50 points de plus dans le Cher, 0,58 en Région",
        ),
        (
            [
                over_time(CHER, "10.13", "10.79"),
                trend(REGION, ("2014", "10.6", 1), ("2015", "10", 2)),
            ],
            "Depuis 2008, 0,66 point de plus dans le Cher",
        ),
    ],
)
def test_the_title_of_a_change_compares_the_same_years(made, expected):
    assert plain(findings.trend_title(made)) == expected


def test_the_shipped_years_are_those_of_insee_for_each_scale(content):
    atlas = Atlas()

    of_cher, of_region, of_country = trends(atlas, Territory.objects.get(code="18"))

    assert [f"{year} {share}" for year, share in of_cher.points] == [
        "2008 10.13",
        "2014 11.03",
        "2015 10.79",
    ]
    assert [f"{year} {share}" for year, share in of_region.points] == [
        "2008 9.91",
        "2014 10.6",
        "2015 10.49",
    ]
    assert [share for _, share in of_country.points] == [D("9.91"), D("10.5"), D("10.48")]
    assert findings.ranks_in_words(of_cher.ranks) == (
        "61e ex æquo, puis 62e, puis 64e ex æquo sur 100"
    )
    assert of_region.ranks == []
    assert plain(findings.trend_title([of_cher, of_region, of_country])) == (
        "Depuis 2008, 0,66 point de plus dans le Cher, 0,58 en Centre-Val de Loire, 0,57 en France"
    )
    assert [t.territory.code for t in trends(atlas, atlas.region)] == ["24", "FR"]


@pytest.mark.parametrize(
    "other", [{"series": "Flores"}, {"series": ""}, {"producer": "ESS France"}, {"scope": "privé"}]
)
def test_no_trend_joins_two_series_two_producers_or_two_scopes(db, other):
    place, alike = make_territory(), {"scope": "tout"}
    for year, fields in [(2015, {}), (2018, other)]:
        source = make_source(year=year, vintage=str(year), **alike | fields)
        make_statistic(territory=place, source=source)

    assert trends(Atlas(), place) == []


def test_a_trend_leaves_out_years_and_territories_without_a_share(db):
    place, region = make_territory(), make_region()
    for year, share in [(2008, "9"), (2014, None), (2015, "10")]:
        source = make_source(year=year, vintage=str(year))
        make_statistic(territory=place, source=source, employee_share=share, employee_count=9)
        make_statistic(
            territory=region, source=source, employee_share=None, establishment_share=D(10)
        )

    [found] = trends(Atlas(), place)

    assert [year for year, _ in found.points] == ["2008", "2015"]


# Against others


@pytest.mark.parametrize(
    ("share", "references", "expected"),
    [
        (
            "10.79",
            {"la région": "10.50", "la France": "10.48"},
            "0,29 point de plus que la région, 0,31 point de plus que la France",
        ),
        ("9.80", {"la région": "10.5"}, "0,7 point de moins que la région"),
        ("10.50", {"la région": "10.50", "la France": None}, "Autant que la région"),
        ("13.50", {"la région": "10.50"}, "3,00 points de plus que la région"),
        (None, {"la région": "10.50"}, ""),
        ("10.50", {}, ""),
    ],
)
def test_a_share_is_compared_with_others_at_the_poorer_precision(share, references, expected):
    others = {name: of(text) for name, text in references.items()}

    assert plain(findings.against_title(of(share), others)) == expected


def two_rows(shown, detailed, decimals=2):
    return [
        Statistic(source=Source(vintage="2015", decimals=decimals), employee_share=of(share))
        for share in [shown, detailed]
    ]


def test_two_tables_that_round_one_share_are_explained():
    assert plain(findings.rounding_sentence(*two_rows("9.80", "9.85"))) == (
        "Pour 2015, le tableau des départements arrondit cette part à 9,80 % ; les indicateurs "
        "d'où viennent les places, la France et les autres années donnent 9,85 %."
    )


@pytest.mark.parametrize(
    ("shown", "detailed", "decimals"),
    [
        ("10.79", "10.79", 2),
        ("9.80", "9.84", 1),  # the same at the decimals that are printed
        ("9.80", "10.20", 2),  # more than a rounding
        ("9.80", None, 2),
        (None, "9.85", 2),
    ],
)
def test_two_tables_that_print_the_same_share_need_no_explanation(shown, detailed, decimals):
    assert findings.rounding_sentence(*two_rows(shown, detailed, decimals)) == ""
