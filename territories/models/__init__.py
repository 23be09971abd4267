"""Territories, their communes, and the figures published about them."""

from territories.models.communes import Commune, FormerCommune, Intercommunality
from territories.models.distributions import Bin, DepartmentRank, Distribution
from territories.models.figures import KeyFigure, Source, Statistic
from territories.models.territories import MapGrid, Territory

__all__ = [
    "Bin",
    "Commune",
    "Distribution",
    "FormerCommune",
    "Intercommunality",
    "KeyFigure",
    "MapGrid",
    "DepartmentRank",
    "Source",
    "Statistic",
    "Territory",
]
