"""Outlines of EPCI on the grid of the map, from the file that comes with communes and EPCI."""

import json
from dataclasses import dataclass

from cress.base.files.tables import TableError
from territories.models import MapGrid

CONTOURS = "epci_contours.json"


@dataclass(frozen=True)
class Contours:
    """What the file of outlines says: {SIREN: {field of Intercommunality: value}}, and more."""

    by_siren: dict[str, dict]
    borders: str  # the borders between EPCI, each once, as an SVG path


def read_contours(folder):
    """
    Return the Contours of a folder, or None without the file: a yearly vintage has none.

    Raise TableError on a file of another form, or drawn on another grid than that of the map.
    """
    try:
        content = json.loads((folder / CONTOURS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise TableError(f"{CONTOURS} ne se lit pas : ce n’est pas du JSON.") from error
    try:
        drawn_on = content["x0"], content["y0"], content["cell_m"]
        contours = Contours(
            {each["siren"]: _fields(each) for each in content["epci"]}, content["limites"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(
            f"{CONTOURS} n’a pas la forme attendue : x0, y0, cell_m, limites et, pour chaque epci, "
            "siren, d, label et deborde_de_la_region."
        ) from error
    grid = MapGrid.objects.first() or MapGrid()
    if drawn_on != (grid.west, grid.north, grid.unit):
        raise TableError(
            f"{CONTOURS} n’est pas tracé dans la grille de la carte : ouest {grid.west}, "
            f"nord {grid.north}, {grid.unit} m par unité. Retirez-le, ou corrigez la grille."
        )
    return contours


def _fields(each):
    x, y = map(round, each["label"])
    return {
        "outline": each["d"],
        "label_x": x,
        "label_y": y,
        "is_cut": bool(each["deborde_de_la_region"]),
    }
