"""How addresses name a territory."""

from django.urls import register_converter


class TerritoryAddress:
    """« 18-cher »: the code finds the territory, the name is for people."""

    regex = r"[0-9A-Z]{2,3}(?:-[^/]*)?"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(TerritoryAddress, "territory_address")
