"""The maps: dots that are counted, names that stand apart, classes, and what a map must say."""

import re
from decimal import Decimal
from itertools import combinations

import pytest
from django.template.loader import render_to_string
from pytest_django.asserts import assertContains, assertNotContains

from cress.charts.style import standalone
from territories.figures import EMPLOYEES, ESTABLISHMENTS, MEASURES, Atlas
from territories.homes import home_of
from territories.maps import draw_locator, draw_map, draw_towns, draw_window, read_points
from territories.maps.classes import natural_groups
from territories.maps.frames import borders_in, borders_inside, frame_of, is_inside
from territories.models import Commune, Intercommunality, MapGrid
from territories.outlines import rings
from tests.factories import (
    make_commune,
    make_intercommunality,
    make_map_grid,
    make_region,
    make_source,
    make_statistic,
    make_territory,
)
from tests.html import Document, plain

HUNDRED_METRES = 1  # in units of the grid
# Classes that nothing in print depends on.
WITHOUT_A_RULE = {"map", "map__labels", "map__towns--teal"}


def dots_of(path):
    """Return the places of the dots of a path, by reading it as a browser does."""
    x = y = 0
    places = []
    for letter, numbers in re.findall(r"([Mm])([^Mm]+)h0", path):
        across, down = map(float, re.findall(r"-?[\d.]+", numbers))
        x, y = (across, down) if letter == "M" else (x + across, y + down)
        places.append((round(x, 1), round(y, 1)))
    return places


def distance_to(x, y, lines):
    """Return the distance from a point to the nearest side of some rings, in units."""
    nearest = []
    for line in lines:
        for (x1, y1), (x2, y2) in zip(line, [*line[1:], line[0]], strict=True):
            length = (x2 - x1) ** 2 + (y2 - y1) ** 2
            along = ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / length if length else 0
            along = min(1, max(0, along))
            dx, dy = x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1)
            nearest.append((dx * dx + dy * dy) ** 0.5)
    return min(nearest)


def boxes_of(labels):
    return [label.box for label in labels if label]


def assert_apart(boxes):
    for one, other in combinations(boxes, 2):
        assert not one.meets(other), (one, other)


def assert_in(box, frame):
    assert frame.left <= box.left, box
    assert box.right <= frame.right, box
    assert frame.top <= box.top, box
    assert box.bottom <= frame.bottom, box


# The communes


def test_every_commune_that_has_a_point_is_a_dot_and_the_caption_says_how_many(content):
    towns = draw_towns(Atlas())

    assert len(dots_of(towns.others.path)) == towns.count == 1686
    assert plain(towns.caption) == (
        "Un point, une mairie ou un centre-bourg ; 1 686 des 1 754 communes ont un point."
    )


@pytest.mark.parametrize("path", ["/", "/leviers/transports-voirie/"])
def test_the_home_page_and_the_levers_draw_the_groupings(client, content, path):
    borders = MapGrid.objects.get().grouping_borders

    response = client.get(path)

    assertContains(response, f'd="{borders}"')
    assert "raits fins : les intercommunalités." in plain(response.text)


def test_a_path_draws_the_very_places_of_the_communes(content):
    grid = MapGrid.objects.get()
    points = read_points(grid)

    drawn = dots_of(points.dots().path)

    assert sorted(drawn) == sorted((float(point.x), float(point.y)) for point in points.points)
    for x, y in drawn:
        assert 0 <= x <= grid.width, (x, y)
        assert 0 <= y <= grid.height, (x, y)


def test_nearly_every_dot_is_in_its_department_or_within_300_metres_of_it(content):
    atlas = Atlas()
    area = {department.pk: rings(department.outline) for department in atlas.departments}

    outside = [
        distance_to(point.x, point.y, area[point.department])
        for point in read_points(atlas.grid).points
        if not is_inside(point.x, point.y, area[point.department])
    ]

    # The outlines are simplified: a bend of the border is cut by up to a kilometre.
    assert max(outside) < 10 * HUNDRED_METRES
    assert len([distance for distance in outside if distance > 3 * HUNDRED_METRES]) <= 6


def test_the_dots_of_a_department_are_drawn_apart(content):
    atlas = Atlas()
    cher = atlas.territory("18")

    towns = draw_towns(atlas, highlight=cher)

    known = Commune.objects.filter(department=cher, longitude__isnull=False).count()
    assert len(dots_of(towns.highlighted.path)) == towns.highlighted.count == known
    assert towns.highlighted.count + towns.others.count == 1686


def test_a_ring_is_named_apart_from_the_others(content):
    names = ["Bourges", "Mehun-sur-Yèvre", "Vierzon", "Tours", "Orléans", "Chartres", "Dreux"]
    communes = [Commune.objects.get(name=name) for name in names]

    towns = draw_towns(Atlas(), rings=[(commune, commune.name) for commune in communes])

    assert len(towns.rings) == len(names)
    labels = boxes_of(ring.label for ring in towns.rings)
    assert len(labels) == len(names)
    assert_apart(labels)
    for box in labels:
        assert_in(box, towns.frame)
    assert "Cerclées\u202f: Bourges, Mehun-sur-Yèvre" in towns.description


def test_a_commune_without_a_point_has_no_ring(db):
    make_commune(longitude=2.5, latitude=47.2)

    towns = draw_towns(Atlas(), rings=[(make_commune(name="Ici"), "Ici"), (None, "Nulle part")])

    assert towns.rings == []
    assert towns.count == 1
    assert plain(towns.caption) == "Un point, une commune ; 1 des 2 communes a un point."


def test_no_map_of_the_communes_is_drawn_without_a_point(db):
    make_commune()

    assert draw_towns(Atlas()) is None


# Classes


@pytest.mark.parametrize(
    ("values", "groups"),
    [
        ("", []),
        ("10", [["10"]]),
        ("10 10 10.0", [["10"]]),
        ("10 10.05 10.09", [["10", "10.05", "10.09"]]),
        ("10 10.1", [["10"], ["10.1"]]),
        ("0 100", [["0"], ["100"]]),
        ("0 1 99 100", [["0"], ["1"], ["99", "100"]]),
        ("9 9.5 10 20 30 30.5", [["9", "9.5", "10"], ["20"], ["30", "30.5"]]),
    ],
)
def test_values_are_grouped_with_their_neighbours(values, groups):
    found = natural_groups([Decimal(value) for value in values.split()])

    assert [list(map(float, group)) for group in found] == [
        list(map(float, group)) for group in groups
    ]


def test_two_near_shares_are_never_in_two_classes_and_all_are_in_one():
    swept = 0
    for step in range(1, 60):
        values = [Decimal(900 + step * n * n % 997) / 100 for n in range(14)]

        groups = natural_groups(values)

        assert len(groups) <= 3
        assert sorted(set(values)) == [value for group in groups for value in group]
        for low, high in zip(groups, groups[1:], strict=False):
            assert high[0] - low[-1] >= Decimal("0.1")
        swept += len(groups)
    assert swept > 100


# The region


@pytest.mark.parametrize("measure", MEASURES)
def test_names_and_values_stand_apart_and_on_the_map(content, measure):
    drawn = draw_map(Atlas(), measure)

    labels = boxes_of([label for shape in drawn.shapes for label in (shape.name, shape.figure)])
    assert len(labels) == 12
    assert_apart(labels)
    for shape in drawn.shapes:
        room = frame_of([shape.territory.outline])
        for label in (shape.name, shape.figure):
            assert_in(label.box, room.widened(20))


@pytest.mark.parametrize("name", ["Y", "Val-d’Anticonstitutionnellement-sur-Rivière", "M" * 90])
def test_a_name_fits_in_its_department_whatever_its_length(db, name):
    make_statistic(territory=make_territory(name=name[:60], outline="M0 0h600v600H0z"))

    [shape] = draw_map(Atlas(), EMPLOYEES).shapes

    assert shape.name.box.right - shape.name.box.left <= 600
    assert 48 <= shape.name.size <= 80


def test_each_class_says_its_true_bounds(content):
    legends = {
        measure.key: [plain(entry.text) for entry in draw_map(Atlas(), measure).legend]
        for measure in MEASURES
    }

    assert legends == {
        "salaries": ["de 9,80 à 9,90 %", "10,79 %", "de 11,44 à 11,50 %"],
        "etablissements": ["de 10,00 à 10,70 %", "de 11,20 à 11,54 %", "de 12,20 à 12,77 %"],
    }


def test_each_measure_has_its_hue(content):
    for measure, hue in [(EMPLOYEES, "teal"), (ESTABLISHMENTS, "plum")]:
        fills = {shape.fill for shape in draw_map(Atlas(), measure).shapes}
        assert fills == {f"map-{hue}-{shade}" for shade in (1, 2, 3)}


def test_each_department_of_a_map_is_a_link_that_says_its_value(client, content):
    response = client.get("/")

    assertContains(
        response,
        '<a class="map__link" href="/territoires/18-cher/" aria-label="Cher\u202f: 10,79\u202f%">',
    )
    assertContains(response, 'class="map__link"', count=6)


def test_the_home_page_shows_the_measure_of_its_address(client, content):
    response = client.get("/?mesure=etablissements")

    assertContains(response, 'aria-label="Cher\u202f: 10,00\u202f%"')
    assertContains(response, "fill-map-plum-3")
    assertNotContains(response, "fill-map-teal-3")
    assertContains(response, "mesure=salaries#map")


@pytest.mark.parametrize("value", ["", "zz", "\x00", "employee_share", "x" * 5000])
def test_an_unknown_measure_is_that_of_employees(client, content, value):
    response = client.get("/", {"mesure": value})

    assertContains(response, 'aria-label="Cher\u202f: 10,79\u202f%"')


def test_both_measures_are_side_by_side_among_the_territories(client, content):
    response = client.get("/territoires/")

    assertContains(response, 'aria-label="Cher\u202f: 10,79\u202f%"')
    assertContains(response, 'aria-label="Cher\u202f: 10,00\u202f%"')
    identifiers = re.findall(r' id="([^"]+)"', response.text)
    assert len(identifiers) == len(set(identifiers))


def test_the_map_of_the_home_page_credits_all_that_it_draws(client, content):
    text = plain(Document(client.get("/").text).text)
    said = "part des salariés qui travaillent dans l'ESS, 2015. Insee - Clap 2015 ; 1 686 des 1 754"

    for credit in ["MapSVG, CC BY 4.0", "GeoNames, CC BY 4.0", "DILA, via", "IGN Admin Express"]:
        assert credit in text
    assert said in text


# A place in its department


def test_a_commune_is_ringed_in_its_intercommunality(content):
    bourges = Commune.objects.get(insee_code="18033")

    locator = draw_locator(Atlas(), home_of(bourges))

    assert locator.at == MapGrid.objects.get().point(*bourges.centre)
    assert is_inside(*locator.at, rings(locator.outline))
    own = bourges.intercommunality.communes.filter(longitude__isnull=False).count()
    assert len(dots_of(locator.own.path)) == locator.own.count == own
    assert locator.own.count + locator.others.count == len(locator.points.points)
    assert locator.label.lines == ("Bourges", "CA Bourges Plus")
    assert "276 des 286 communes ont un point" in plain(locator.caption)


def test_the_name_of_a_place_stands_in_the_drawing_and_hides_few_dots(content):
    swept = 0
    atlas = Atlas()
    communes = Commune.objects.select_related("department").order_by("insee_code")[::40]
    for place in [*communes, *Intercommunality.objects.order_by("siren")[::2]]:
        locator = draw_locator(atlas, home_of(place))
        if not locator.label:
            assert isinstance(place, Commune)
            assert place.centre is None
            continue
        box = locator.label.box
        assert_in(box, locator.frame)
        for point in locator.points.points:
            assert locator.frame.holds(point.x, point.y)
        hidden = [
            point
            for point in locator.points.points
            if box.left <= point.x <= box.right and box.top <= point.y <= box.bottom
        ]
        assert len(hidden) <= 3, place
        if locator.at:
            x, y = locator.at
            assert not (box.left <= x <= box.right and box.top <= y <= box.bottom), place
        swept += 1
    assert swept > 75


def test_an_intercommunality_of_two_departments_is_drawn_in_both(content):
    issoudun = Intercommunality.objects.get(siren="243600236")

    locator = draw_locator(Atlas(), home_of(issoudun))

    assert [department.code for department in locator.departments] == ["36", "18"]
    assert locator.at is None
    assert locator.label.lines == ("CC du Pays d’Issoudun",)
    assert "de l'Indre et du Cher" in plain(locator.caption)


def test_an_intercommunality_that_the_border_cuts_says_so(client, content):
    dreux = Intercommunality.objects.get(siren="200040277")

    text = plain(Document(client.get(dreux.get_absolute_url()).text).text)

    assert "Ses communes d'une autre région ne sont pas dessinées." in text


def test_a_commune_without_a_point_says_so_on_its_page(client, content):
    commune = Commune.objects.filter(longitude__isnull=True).first()

    response = client.get(commune.get_absolute_url())

    assert f"Nous ne savons pas placer {commune.name}." in plain(Document(response.text).text)
    assertNotContains(response, 'class="map__ring"')


def test_a_place_without_an_outline_has_its_department_and_says_so(db):
    region = make_region(outline="")
    make_map_grid(region=region)
    department = make_territory(outline="M1500 1500h800v900H1500z")
    grouping = make_intercommunality(name="CC du Val")
    town = make_commune(
        name="Bourg", department=department, intercommunality=grouping, longitude=2.5, latitude=47.2
    )

    locator = draw_locator(Atlas(), home_of(town))

    assert locator.outline == locator.borders == ""
    assert "Nous n'avons pas le contour de CC du Val." in plain(locator.caption)
    assert draw_locator(Atlas(), home_of(grouping)).label is None


def test_a_commune_of_no_intercommunality_is_alone_on_its_map(db):
    department = make_territory(outline="M1500 1500h800v900H1500z")
    make_map_grid()
    town = make_commune(name="Île", department=department, longitude=2.5, latitude=47.2)
    make_commune(department=department, longitude=2.6, latitude=47.2)

    locator = draw_locator(Atlas(), home_of(town))

    assert (locator.own.count, locator.others.count) == (1, 1)
    assert locator.label.lines == ("Île",)


# The surroundings of a commune


def test_a_window_is_55_kilometres_wide_around_its_commune(content):
    aubigny = Commune.objects.get(name="Aubigny-sur-Nère")

    window = draw_window(Atlas(), aubigny)

    assert window.frame.width == 550
    assert window.frame.centre == window.at
    assert window.kilometres == 55
    assert plain(window.caption).endswith("De bord à bord, 55 km.")
    assert "CC Sauldre et Sologne" in window.caption


def test_a_window_shows_a_wide_intercommunality_whole(content):
    loches = Intercommunality.objects.get(name="CC Loches Sud Touraine")

    window = draw_window(Atlas(), loches.communes.get(name="Loches"))

    area = frame_of([loches.outline])
    assert window.kilometres == round(window.frame.width / 10) > 55
    assert window.frame.left < area.left < area.right < window.frame.right
    assert window.frame.top < area.top < area.bottom < window.frame.bottom


@pytest.mark.parametrize("ratio", [2 / 3, 1, 1.1])
def test_names_in_a_window_stand_apart_and_inside(content, ratio):
    atlas = Atlas()
    swept = 0
    communes = Commune.objects.filter(longitude__isnull=False).order_by("insee_code")
    for commune in communes.select_related("intercommunality")[::60]:
        window = draw_window(atlas, commune, ratio)

        labels = boxes_of([window.label, *window.towns])
        assert_apart(labels)
        for box in labels:
            assert_in(box, window.frame)
        assert len(window.towns) <= 4
        assert window.named.count == len(window.towns)
        drawn = dots_of(window.dots.path)
        assert len(drawn) == window.dots.count
        assert all(window.frame.holds(x, y) for x, y in drawn)
        swept += len(window.towns)
    assert swept > 80


def test_a_window_names_the_most_populous_towns_around(content):
    window = draw_window(Atlas(), Commune.objects.get(name="Bourges"))

    assert "Vierzon" in [label.lines[0] for label in window.towns]
    assert "Bourges" not in [label.lines[0] for label in window.towns]


def test_a_commune_without_a_point_is_looked_for_in_its_intercommunality(content):
    commune = Commune.objects.filter(longitude__isnull=True).first()

    window = draw_window(Atlas(), commune)

    assert window.at is None
    assert f"Nous ne savons pas placer {commune.name}." in plain(window.caption)


def test_a_commune_that_nothing_places_has_no_window(db):
    assert draw_window(Atlas(), make_commune()) is None


# Borders


def test_a_border_is_kept_where_it_is_seen():
    square, borders = "M0 0h100v100H0z", "M10 10h50M200 200h10M-50 50h20M0 -9h100"

    assert borders_inside(borders, (square,)) == "M10 10h50"
    assert borders_in(borders, frame_of([square])) == "M10 10h50"


def test_a_hole_is_outside():
    ring = rings("M0 0h100v100H0zM40 40h20v20H40z")

    assert is_inside(10, 10, ring)
    assert not is_inside(50, 50, ring)
    assert not is_inside(150, 50, ring)


# Another region, print


def test_a_region_without_outlines_has_its_table_and_no_map(client, db):
    region = make_region(name="Hautes-Vallées", outline="")
    department = make_territory(name="Val", outline="")
    town = make_commune(department=department, longitude=6.0, latitude=45.8)
    for territory in (region, department):
        make_statistic(territory=territory, source=make_source())

    assert draw_map(Atlas(), EMPLOYEES, with_borders=True, with_town_halls=True).shapes == []
    assert draw_locator(Atlas(), home_of(town)) is None
    for path in ["/", "/territoires/", department.get_absolute_url(), town.get_absolute_url()]:
        response = client.get(path)
        assert response.status_code == 200
        assertNotContains(response, 'class="map-figure"')
    assertContains(client.get("/territoires/"), "<table")


def test_every_map_stands_alone_in_print(content):
    atlas = Atlas()
    bourges = Commune.objects.get(insee_code="18033")
    maps = {
        "region": draw_map(atlas, ESTABLISHMENTS, with_borders=True, with_town_halls=True),
        "locator": draw_locator(atlas, home_of(bourges)),
        "window": draw_window(atlas, bourges),
        "towns": draw_towns(atlas, rings=[(bourges, "Bourges")], with_borders=True),
    }
    for name, drawn in maps.items():
        svg = render_to_string(f"charts/{name}.svg", {"map": drawn, "prefix": name})

        assert "style=" not in svg
        assert "<a " not in svg
        assert 'role="img"' in svg
        assert "var(" not in standalone(svg)
        classes = set(re.findall(r"[\w-]+", " ".join(re.findall(r'class="([^"]+)"', svg))))
        assert classes - set(re.findall(r"\.([\w-]+)", standalone(svg))) <= WITHOUT_A_RULE
