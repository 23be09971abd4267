"""Territories, their communes, and the figures published about them."""

from territories.models.communes import Commune, FormerCommune, Intercommunality
from territories.models.figures import KeyFigure, Source, Statistic
from territories.models.territories import MapGrid, Territory

__all__ = [
    "Commune",
    "FormerCommune",
    "Intercommunality",
    "KeyFigure",
    "MapGrid",
    "Source",
    "Statistic",
    "Territory",
]
