"""The communes of the home region as dots: town halls or town centres."""

from dataclasses import dataclass
from typing import NamedTuple

from territories.models import Commune


class Town(NamedTuple):
    """A commune that has a centre, at (x, y) on the region's map."""

    department: str  # its code
    point: tuple[int, int]


@dataclass(frozen=True)
class Towns:
    """The communes of the region: those that can be placed, and how many there are in all."""

    placed: list[Town]
    count: int
    region_of: str  # « du Centre-Val de Loire »
    view_box: str
    credit: str


def towns_of(atlas):
    """Return the Towns of the region of an Atlas."""
    rows = Commune.objects.filter(department__in=atlas.departments).values_list(
        "department__code", "longitude", "latitude"
    )
    return Towns(
        placed=[
            Town(code, atlas.grid.point(longitude, latitude))
            for code, longitude, latitude in rows
            if longitude is not None
        ],
        count=len(rows),
        region_of=atlas.region.of if atlas.region else "de la région",
        view_box=atlas.grid.view_box,
        credit=atlas.grid.place_credit,
    )
