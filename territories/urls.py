from django.urls import path, register_converter

from territories import views


class TerritoryAddress:
    """« 18-cher »: the code finds the territory, the name is for people."""

    regex = r"[0-9A-Z]{2,3}(?:-[^/]*)?"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(TerritoryAddress, "territory_address")

app_name = "territories"
urlpatterns = [
    path("", views.territory_list, name="territory_list"),
    path("comparer/", views.comparison, name="comparison"),
    path("recherche/", views.search, name="search"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("<territory_address:address>/", views.territory_detail, name="territory_detail"),
]
