"""
The maps: the region by a measure, a place within its department, the surroundings of a commune.

Each function draws one map from the database and returns a frozen dataclass; a template of
`templates/charts/` renders it, on the web and in the printed editions. All maps are in the units
of the MapGrid.
"""

from territories.maps.locator import Locator, draw_locator
from territories.maps.points import Dots, Points, read_points
from territories.maps.region import Dot, RegionMap, draw_map
from territories.maps.towns import TownMap, draw_towns
from territories.maps.window import Window, draw_window

__all__ = [
    "Dot",
    "Dots",
    "Locator",
    "Points",
    "RegionMap",
    "TownMap",
    "Window",
    "draw_locator",
    "draw_map",
    "draw_towns",
    "draw_window",
    "read_points",
]
