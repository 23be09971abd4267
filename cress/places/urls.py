from django.urls import path

from cress.places import views
from territories import converters  # noqa: F401  registers « territory_address »

app_name = "places"
urlpatterns = [
    path(
        "intercommunalites/<str:address>/",
        views.intercommunality,
        name="intercommunality",
    ),
    path("<territory_address:department>/<str:address>/", views.commune, name="commune"),
]
