"""The part of an address that names a territory."""

from django.urls import register_converter


class TerritoryAddress:
    """« 18-cher »: the code identifies the territory, the name is for readers."""

    regex = r"[0-9A-Z]{2,3}(?:-[^/]*)?"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(TerritoryAddress, "territory_address")
