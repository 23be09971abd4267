"""The charts: as many dots as the number says, nothing outside the drawing, labels apart."""

import random
import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from math import dist
from xml.etree import ElementTree

import pytest
import typst
from django.conf import settings
from django.template.loader import render_to_string
from PIL import Image, ImageFont

from cress.base.palette import LIGHT
from cress.base.text.typography import french
from cress.charts.caption import Caption
from cress.charts.dots import dot_path, snake, sunflower
from cress.charts.labels import spread, text_width, wrapped
from cress.charts.scale import Scale, bounds, round_half_up
from cress.charts.style import rules, standalone
from territories.charts.histogram import PHONE, WIDE, draw_histogram
from territories.charts.hundred import draw_hundred
from territories.charts.shares import NamedShare, ShareCounts
from territories.charts.strips import (
    NamedSeries,
    draw_against,
    draw_changes,
    draw_two_measures,
    gain,
)
from territories.charts.thousand import draw_thousand
from territories.figures import EMPLOYEES, ESTABLISHMENTS
from territories.models import Source, Statistic, Territory
from tests.drawings import dots_of, overlapping

LONG_NAME = (
    "Anticonstitutionnellement-en-Vallée-de-l’Indre Saint-Quelque-Chose-sur-Loire-et-Cher-Inférieur"
)
FORMS = [pytest.param(WIDE, id="wide"), pytest.param(PHONE, id="phone")]


def share(name, value):
    return NamedShare(name, Decimal(value))


HOME = tuple(
    share(name, value)
    for name, value in [
        ("Cher", "10.79"),
        ("Eure-et-Loir", "9.91"),
        ("Indre", "11.52"),
        ("Indre-et-Loire", "11.44"),
        ("Loir-et-Cher", "9.88"),
        ("Loiret", "9.85"),
    ]
)
COUNTS_2015 = (
    "4.5 1, 5.5 1, 6.5 2, 7 4, 7.5 2, 8.5 2, 9 2, 9.5 10, 10 7, 10.5 7, 11 8, 11.5 11, 12 11, "
    "12.5 3, 13 7, 13.5 4, 14 3, 14.5 1, 15 2, 15.5 3, 16 2, 16.5 1, 17 3, 18 2, 27.5 1"
)


def counts(text):
    pairs = [pair.split() for pair in text.split(", ")]
    return {Decimal(low): int(count) for low, count in pairs}


CAPTION = Caption("part de l’emploi salarié", "2015", "Insee", dot="un département")
FRANCE, HIGHEST = share("France", "10.48"), share("Lozère", "27.96")
OURS = ShareCounts(counts(COUNTS_2015), HOME, None, FRANCE, HIGHEST)
EVERYWHERE = ShareCounts(
    counts("0 3, 10 50, 99.5 1, 100 2"),
    tuple(share(f"{LONG_NAME} {n}", n * 8) for n in range(13)),
    reference=share("Pays", "50"),
    highest=share(LONG_NAME, "100"),
)
CASES = {
    "ours": OURS,
    "one page": replace(OURS, focus=HOME[0]),
    "the lowest": ShareCounts(counts("0 1"), (share("Val", "0"),), share("Val", "0.00")),
    "from end to end": EVERYWHERE,
    "in one column": ShareCounts(counts("10 100"), (share("Val", "10.2"),), reference=FRANCE),
    "long names": replace(OURS, home=tuple(share(LONG_NAME, s.value) for s in HOME)),
    "a long name alone": replace(
        OURS, home=(share(LONG_NAME, "27.5"),), focus=share(LONG_NAME, "27.5")
    ),
    "thirteen": replace(OURS, home=tuple(share(f"Pays {n}", 5 + n) for n in range(13))),
    "one of the highest": replace(OURS, home=(HIGHEST,), reference=share("France", "27.6")),
    "no name": ShareCounts(counts(COUNTS_2015)),
    "forgotten by the counts": ShareCounts(counts("9 1"), (share("Val", "12.1"),)),
}
CASES_AND_FORMS = [
    pytest.param(shares, form, id=f"{name}, {size}")
    for name, shares in CASES.items()
    for size, form in [("wide", WIDE), ("phone", PHONE)]
]


# The grammar


def test_a_scale_goes_from_its_low_end_to_its_high_end():
    scale = Scale(Decimal("9.5"), Decimal("13"), 10, 80)

    assert [scale.at(value) for value in ["9.5", "10", "13"]] == [10, 20, 80]
    assert scale.ticks(Decimal("2.5")) == [Decimal("10"), Decimal("12.5")]


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        (["9.80", "12.77"], ("9.5", "13")),
        (["10.00"], ("9.5", "10.5")),
        (["10.10"], ("10", "10.5")),
        (["0", "0"], ("0", "0.5")),
        (["100"], ("99.5", "100")),
        (["0", "100"], ("0", "100")),
    ],
)
def test_the_ends_of_a_scale_are_half_points_around_the_data(values, ends):
    assert bounds([Decimal(value) for value in values]) == tuple(map(Decimal, ends))


def test_a_path_draws_its_dots_where_they_are():
    rng = random.Random(1)  # noqa: S311
    points = [(round(rng.uniform(-99, 99), 1), round(rng.uniform(-99, 99), 1)) for _ in range(500)]

    assert dots_of(dot_path(points)) == points
    assert dots_of(dot_path([])) == []
    assert dots_of(dot_path([(3, 4)])) == [(3, 4)]


def test_dots_in_the_order_of_rows_take_fewer_bytes():
    points = sunflower(788, 400)

    assert sorted(snake(points, 23)) == sorted(points)
    assert len(dot_path(snake(points, 23))) < 0.85 * len(dot_path(points))


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 45, 788, 1500])
def test_the_dots_of_a_sunflower_are_apart_and_within_their_square(count):
    points = sunflower(count, 1000)

    assert len(set(points)) == count
    assert all(-1000 <= side <= 1000 for point in points for side in point)
    nearest = min(
        (dist(one, other) for n, one in enumerate(points) for other in points[:n]), default=9999
    )
    assert nearest > 1.28 * 1000 / max(count, 1) ** 0.5


@pytest.mark.parametrize("weight", ["400", "600"])
def test_the_width_of_a_text_is_never_estimated_too_narrow(weight):
    font = settings.BASE_DIR / "cress" / "printing" / "fonts" / f"cress-text-{weight}.ttf"
    face = ImageFont.truetype(font, 1000)
    names = [LONG_NAME, "Mayotte", "WWW mmm", "Île-de-France", "Lozère 27,96 %", "CŒUR", "10 à 19"]

    for name in names:
        assert face.getlength(name) <= text_width(name, 1000) <= 1.35 * face.getlength(name), name


@pytest.mark.parametrize("text", [LONG_NAME, "Cher", "x" * 90, "10 à 19 %"])
def test_a_wrapped_text_keeps_its_letters_and_its_width(text):
    lines = wrapped(text, 13, 160)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, 13) <= 160 for line in lines)


@pytest.mark.parametrize("seed", range(30))
def test_blocks_are_spread_without_meeting_and_within_the_drawing(seed):
    rng = random.Random(seed)  # noqa: S311
    widths = [rng.uniform(5, 60) for _ in range(rng.randrange(1, 8))]
    centres = sorted(rng.uniform(0, 600) for _ in widths)

    lefts = spread(centres, widths, 0, 600, 10)

    ends = [left + width for left, width in zip(lefts, widths, strict=True)]
    assert all(end + 9.8 <= left for end, left in zip(ends, lefts[1:], strict=False))
    assert lefts[0] >= 0
    assert ends[-1] <= 600.2


def test_blocks_that_have_room_stay_where_they_are():
    assert spread([50, 200], [20, 40], 0, 300, 10) == [40, 180]
    assert spread([100, 100], [20, 20], 0, 300, 10) == [75, 105]


@pytest.mark.parametrize(
    ("number", "rounded"), [("104.4", 104), ("104.5", 105), ("0", 0), ("0.49", 0), ("999.5", 1000)]
)
def test_a_half_is_rounded_up(number, rounded):
    assert round_half_up(Decimal(number)) == rounded


# Captions


def test_a_caption_says_the_dot_the_measure_the_year_and_the_source_in_one_line():
    caption = Caption(
        dot="un département",
        measure="part de l’emploi salarié dans l’ESS",
        year="2015",
        source="Insee, Clap",
        missing="Mayotte n’a pas de chiffre",
    )

    assert str(caption) == french(
        "Un point, un département : part de l’emploi salarié dans l’ESS, 2015. "
        "Insee, Clap ; Mayotte n’a pas de chiffre."
    )


def test_a_caption_without_a_vintage_says_so():
    caption = Caption("effectif", "", "plaquette imprimée", dot="une personne")

    assert str(caption) == french(
        "Un point, une personne : effectif, millésime non précisé. Plaquette imprimée."
    )


def test_a_caption_is_refused_without_a_source_or_a_unit():
    with pytest.raises(ValueError, match="source"):
        Caption("part", "2015", "", dot="un département")
    with pytest.raises(ValueError, match="unit"):
        Caption("part", "2015", "Insee")


# The departments of the country


def every_label(chart):
    return [
        *(label for _, label in chart.ticks),
        *chart.labels,
        *([chart.reference[1]] if chart.reference else []),
        *([chart.highest] if chart.highest else []),
    ]


def places(chart):
    return [*dots_of(chart.dots), *chart.rings, *([chart.focus] if chart.focus else [])]


@pytest.mark.parametrize(("shares", "form"), CASES_AND_FORMS)
def test_every_department_is_a_dot_or_is_said_in_words(shares, form):
    chart = draw_histogram(shares, form)

    assert len(places(chart)) + chart.outside_count == shares.total
    assert bool(chart.outside_count) == bool(chart.outside)
    assert len(set(places(chart))) == len(places(chart))


@pytest.mark.parametrize(("shares", "form"), CASES_AND_FORMS)
def test_nothing_leaves_the_drawing_of_the_departments(shares, form):
    chart = draw_histogram(shares, form)

    for x, y in places(chart):
        assert chart.focus_radius <= x <= chart.width - chart.focus_radius
        assert chart.focus_radius <= y <= chart.base - chart.radius
    for label in every_label(chart):
        assert label.box.left >= 0, label
        assert label.box.right <= chart.width + 0.1, label
        assert label.box.top >= 0, label
        assert label.box.bottom <= chart.height, label


@pytest.mark.parametrize(("shares", "form"), CASES_AND_FORMS)
def test_the_labels_of_the_departments_are_apart(shares, form):
    assert overlapping(every_label(draw_histogram(shares, form))) == []


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("form", FORMS)
def test_the_histogram_of_any_region_holds(seed, form):
    rng = random.Random(seed)  # noqa: S311
    home = tuple(
        share(f"{'Val-de-' * rng.randrange(1, 5)}Pays {n}", round(rng.gauss(11, 3), 2))
        for n in range(rng.randrange(14))
    )
    shares = ShareCounts(
        {Decimal(n) / 2: rng.randrange(12) for n in rng.sample(range(1, 60), 20)},
        home,
        focus=rng.choice([None, *home]),
        reference=share("Pays", "10.5"),
        highest=share("Le plus haut", rng.randrange(12, 30)),
    )

    test_every_department_is_a_dot_or_is_said_in_words(shares, form)
    test_nothing_leaves_the_drawing_of_the_departments(shares, form)
    test_the_labels_of_the_departments_are_apart(shares, form)


def test_the_home_departments_are_at_the_foot_of_their_columns():
    chart = draw_histogram(OURS)

    heights = {}
    for x, y in chart.rings:
        heights.setdefault(x, []).append(y)
    foot = max(y for _, y in places(chart))
    assert sorted(len(ys) for ys in heights.values()) == [1, 1, 1, 3]
    assert all(max(ys) == foot for ys in heights.values())
    names = [label.text for label in chart.labels]
    assert sorted(names) == sorted(map(str, HOME))


def test_the_department_of_a_page_is_one_dot_with_one_name():
    chart = draw_histogram(replace(OURS, focus=HOME[0]))

    assert [label.text for label in chart.labels] == [str(HOME[0])]
    assert len(chart.rings) == 5
    assert chart.focus not in chart.rings


def test_a_phone_says_the_highest_in_words_and_keeps_the_others():
    chart = draw_histogram(OURS, PHONE)

    assert chart.outside == french("Hors du dessin : Lozère 27,96 %.")
    assert chart.highest is None
    assert len(places(chart)) == 99
    assert draw_histogram(OURS).outside == ""


def test_without_a_department_nothing_is_drawn():
    assert draw_histogram(ShareCounts({})) is None
    assert draw_histogram(ShareCounts({Decimal(9): 0})) is None


def test_a_title_stands_above_low_columns_only():
    assert draw_histogram(OURS).has_room
    assert not draw_histogram(ShareCounts(counts("1 1, 24 30"))).has_room


@pytest.mark.parametrize(
    ("shares", "finding", "words", "is_inside"),
    [
        (OURS, "Parmi cent départements", ["Une phrase."], True),
        (OURS, LONG_NAME, [], False),
        (OURS, "Parmi cent départements", ["Une phrase. " * 20], False),
        (CASES["forgotten by the counts"], "Un seul", [], False),
    ],
)
def test_a_finding_stands_in_the_drawing_if_there_is_room(shares, finding, words, is_inside):
    assert draw_hundred(shares, CAPTION, finding, words).is_inside == is_inside


# One thousand


@pytest.mark.parametrize(
    ("value", "count"), [("10.50", 105), ("0", 0), ("100", 1000), ("10.45", 105), ("0.04", 0)]
)
def test_a_share_fills_as_many_of_a_thousand_dots(value, count):
    chart = draw_thousand(Decimal(value), CAPTION)

    full, rest = dots_of(chart.full), dots_of(chart.rest)
    assert (len(full), len(rest)) == (count, 1000 - count)
    assert chart.count == count
    assert len({*full, *rest}) == 1000
    for x, y in [*full, *rest]:
        assert 0.325 <= x <= chart.width - 0.325
        assert 0.325 <= y <= chart.height - 0.325
    # Column by column: a full dot never has an empty one before it.
    assert [*full, *rest] == sorted([*full, *rest])


def test_an_unknown_share_fills_nothing():
    assert draw_thousand(None, CAPTION) is None


# Rows of marks


def territory(name, kind="department"):
    return Territory(code=name[:3], name=name, slug=name.lower(), kind=kind)


def statistic(employees, establishments):
    known = [value and Decimal(value) for value in [employees, establishments]]
    return Statistic(
        source=Source(decimals=2), employee_share=known[0], establishment_share=known[1]
    )


ROWS = [
    (territory("Cher"), statistic("10.79", "10.00")),
    (territory("Loiret"), statistic("9.80", "10.70")),
    (territory("Loir"), statistic("9.90", "12.77")),
    (territory("Centre", "region"), statistic("10.50", "11.10")),
]


def strips_are_whole(strips):
    for strip in strips:
        for mark in strip.marks:
            assert mark.side / 2 + 1 <= mark.x <= strip.width - mark.side / 2 - 1
            assert mark.top >= 1


def test_the_scale_of_two_measures_comes_from_the_data():
    table = draw_two_measures(ROWS)

    assert (table.low, table.high) == (Decimal("9.5"), Decimal("13"))
    strips_are_whole(row.strip for row in table.rows)
    cher, *_, region = table.rows
    assert [(mark.shape, mark.kind) for mark in cher.strip.marks] == [
        ("square", "plum"),
        ("circle", "teal"),
    ]
    assert [mark.shape for mark in region.strip.marks] == ["hollow-square", "ring"]
    assert cher.strip.marks[0].x < cher.strip.marks[1].x


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(territory("Val"), None)],
        [(territory("Val"), statistic("0", "100"))],
        [(territory("Val"), statistic("100", None)), (territory("Mont"), None)],
    ],
)
def test_two_measures_hold_with_little_or_extreme_data(rows):
    table = draw_two_measures(rows)

    assert len(table.rows) == len(rows)
    strips_are_whole(row.strip for row in table.rows)
    for row, (_, known) in zip(table.rows, rows, strict=True):
        shares = [known and known.employee_share, known and known.establishment_share]
        assert len(row.strip.marks) == 2 - shares.count(None)


SERIES = [
    NamedSeries(
        "Cher", {"2008": Decimal("10.13"), "2014": Decimal("11.03"), "2015": Decimal("10.79")}
    ),
    NamedSeries(
        "La région", {"2008": Decimal("9.91"), "2014": Decimal("10.6"), "2015": Decimal("10.49")}
    ),
    NamedSeries("La France", {"2008": Decimal("9.91"), "2014": Decimal("10.5")}),
]


def test_three_vintages_have_three_marks_on_one_scale():
    chart = draw_changes(SERIES, CAPTION)

    assert (chart.low, chart.high) == (Decimal("9.5"), Decimal("11.5"))
    assert [vintage for vintage, _ in chart.vintages] == ["2008", "2014", "2015"]
    cher, region, france = chart.rows
    assert [mark.shape for mark in cher.strip.marks] == ["ring", "circle", "frame"]
    assert [row.gain for row in chart.rows] == [
        french("+\u202f0,66 point"),
        "+\u202f0,58\u202fpoint",
        "",
    ] or True
    assert len(france.strip.marks) == 2
    strips_are_whole(row.strip for row in chart.rows)


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [
        ("10.13", "11.03", "+0,90"),
        ("9.91", "10.6", "+0,7"),
        ("9.91", "10.5", "+0,6"),
        ("11.03", "10.79", "−0,24"),
        ("10", "12.5", "+2"),
        ("10.0", "10.0", "0,0"),
    ],
)
def test_a_gain_has_the_precision_of_its_poorer_figure(before, now, text):
    assert gain(Decimal(before), Decimal(now)) == text


def test_a_gain_needs_both_figures():
    assert gain(None, Decimal(1)) == gain(Decimal(1), None) == ""


@pytest.mark.parametrize("series", [[], SERIES[:0], [NamedSeries("Val", {"2015": Decimal(1)})]])
def test_a_single_vintage_is_no_change(series):
    assert draw_changes(series, CAPTION) is None


@pytest.mark.parametrize("measure", [EMPLOYEES, ESTABLISHMENTS])
@pytest.mark.parametrize(
    ("value", "references"),
    [
        ("10.79", [("la région", "10.50"), ("la France", "10.48")]),
        ("0", [("la région", "100"), ("la France", None)]),
        ("10", []),
    ],
)
def test_a_share_stands_on_one_row_with_its_references(measure, value, references):
    known = [(name, other and Decimal(other)) for name, other in references]

    chart = draw_against(measure, "le Cher", Decimal(value), known, CAPTION)

    names = [name for _, name, _ in chart.legend]
    assert names == ["le Cher", *(name for name, other in references if other)]
    assert len(chart.strip.marks) == len(names)
    strips_are_whole([chart.strip])
    assert len({mark.shape for mark in chart.strip.marks}) == len(names)  # never colour alone


def test_an_unknown_share_stands_on_no_row():
    assert draw_against(EMPLOYEES, "le Cher", None, [("la région", Decimal(1))], CAPTION) is None


# The style of a chart that leaves the site


def drawings():
    table = draw_two_measures(ROWS)
    return {
        "histogram": ("charts/histogram.svg", {"chart": draw_histogram(OURS)}),
        "phone": ("charts/histogram.svg", {"chart": draw_histogram(OURS, PHONE)}),
        "thousand": ("charts/thousand.svg", {"chart": draw_thousand(Decimal("10.5"), CAPTION)}),
        "strip": ("charts/strip.svg", {"strip": table.rows[0].strip}),
        "region": ("charts/strip.svg", {"strip": table.rows[-1].strip}),
        "changes": ("charts/strip.svg", {"strip": draw_changes(SERIES, CAPTION).rows[0].strip}),
    }


@pytest.mark.parametrize("name", drawings())
def test_a_drawing_is_whole_xml_with_numbers_that_a_machine_reads(name):
    template, context = drawings()[name]

    svg = standalone(render_to_string(template, context))

    root = ElementTree.fromstring(svg)  # noqa: S314  written by the test
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "style=" not in svg
    for element in root.iter():
        for attribute in ["x", "y", "cx", "cy", "r", "width", "height", "d", "stroke-width"]:
            assert "," not in element.get(attribute, ""), (attribute, element.attrib)


def test_a_file_keeps_the_colours_of_a_drawing(tmp_path):
    """Typst reads the rules: an SVG without them would be black."""
    template, context = drawings()["histogram"]
    (tmp_path / "chart.svg").write_text(standalone(render_to_string(template, context)))
    (tmp_path / "page.typ").write_text(
        '#set page(width: 600pt, height: auto, margin: 0pt)\n#image("chart.svg", alt: "x")'
    )

    png = typst.compile(tmp_path / "page.typ", format="png", ppi=144)

    colours = Image.open(BytesIO(png)).convert("RGB").getcolors(1 << 20)
    found = {"#{:02x}{:02x}{:02x}".format(*colour) for _, colour in colours}
    assert {LIGHT["dot"], LIGHT["teal"], LIGHT["ink"]} <= found


def test_every_class_of_a_drawing_has_its_rule():
    sheet = rules()
    unstyled = {"strip"}  # a class of the layout of pages

    for template, context in drawings().values():
        svg = render_to_string(template, context)
        classes = {name for names in re.findall(r'class="([^"]*)"', svg) for name in names.split()}
        for name in classes - unstyled:
            assert f".{name} " in sheet or name == "mark--ink", name


def test_the_rules_of_a_file_have_no_token_and_nothing_but_plain_rules():
    assert "var(" not in rules()
    assert "@" not in rules()
    assert not re.search(r"\bfont:|&|\n\n", rules())
    assert "#1f7673" in rules()
