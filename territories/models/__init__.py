"""Territories, their communes, and the figures published about them."""

from territories.models.communes import Commune, FormerCommune, Intercommunality
from territories.models.distributions import Bin, DepartmentRank, Distribution
from territories.models.figures import GREATEST_COUNT, KeyFigure, Source, Statistic
from territories.models.territories import MapGrid, Territory

__all__ = [
    "GREATEST_COUNT",
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
