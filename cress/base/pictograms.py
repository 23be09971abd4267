"""The pictograms that an editor may choose."""

from django.db import models


class Pictogram(models.TextChoices):
    """Drawings of the Lucide library that an editor may choose, by their Lucide name."""

    ACCESSIBILITY = "accessibility", "personne aux bras ouverts"
    BABY = "baby", "petite enfance"
    BED = "bed-double", "lit"
    BIKE = "bike", "vélo"
    BRIEFCASE = "briefcase", "mallette"
    BUILDING = "building-2", "immeubles"
    BUS = "bus", "autobus"
    CARAVAN = "caravan", "caravane"
    COMPASS = "compass", "boussole"
    FACTORY = "factory", "usine"
    HAND_COINS = "hand-coins", "main et pièces"
    HAND_HELPING = "hand-helping", "main tendue"
    HANDSHAKE = "handshake", "poignée de main"
    HEART_PULSE = "heart-pulse", "cœur"
    HOUSE = "house", "maison"
    LANDMARK = "landmark", "mairie"
    LAPTOP = "laptop", "ordinateur"
    LEAF = "leaf", "feuille"
    PALETTE = "palette", "palette"
    RECYCLE = "recycle", "recyclage"
    SCHOOL = "school", "école"
    SPROUT = "sprout", "jeune pousse"
    STORE = "store", "boutique"
    USERS = "users", "groupe de personnes"


def pictogram_choices():
    """Return the choices of a model field; a callable, so that a new drawing needs no migration."""
    return Pictogram.choices
