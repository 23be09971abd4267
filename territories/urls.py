from django.urls import path

from territories import converters, views  # noqa: F401  registers « territory_address »

app_name = "territories"
urlpatterns = [
    path("", views.territory_list, name="territory_list"),
    path("comparer/", views.comparison, name="comparison"),
    path("recherche/", views.search, name="search"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("<territory_address:address>/", views.territory_detail, name="territory_detail"),
]
