from django.urls import path

from cress.printing import views
from territories import converters  # noqa: F401  « territory_address »

app_name = "printing"
urlpatterns = [
    path("plaquette.pdf", views.region_brochure, name="region_brochure"),
    path(
        "territoires/<territory_address:address>/plaquette.pdf",
        views.territory_brochure,
        name="territory_brochure",
    ),
    path("leviers/<slug:slug>/fiche.pdf", views.lever_sheet, name="lever_sheet"),
]
