from django.urls import path

from cress.printing import previews, views
from cress.printing.deliberation.views import deliberation, deliberation_file, printed_deliberation
from cress.printing.sharing.views import share_image
from territories import converters  # noqa: F401  « territory_address »

TERRITORY = "territoires/<territory_address:address>"

app_name = "printing"
urlpatterns = [
    path("plaquette/", views.region_page, name="region_page"),
    path("plaquette/leviers/", views.region_levers, name="region_levers"),
    path("plaquette.pdf", views.region_brochure, name="region_brochure"),
    path(f"{TERRITORY}/plaquette/", views.territory_page, name="territory_page"),
    path(f"{TERRITORY}/plaquette/leviers/", views.territory_levers, name="territory_levers"),
    path(f"{TERRITORY}/plaquette.pdf", views.territory_brochure, name="territory_brochure"),
    path("leviers/<slug:slug>/fiche.pdf", views.lever_sheet, name="lever_sheet"),
    path("feuille-de-route/", views.roadmap, name="roadmap"),
    path("feuille-de-route.pdf", views.printed_roadmap, name="printed_roadmap"),
    path("deliberation/", deliberation, name="deliberation"),
    path("deliberation.docx", deliberation_file, name="deliberation_file"),
    path("deliberation.pdf", printed_deliberation, name="printed_deliberation"),
    path("partage/<slug:name>.png", share_image, name="share_image"),
    path("apercu/plaquette-<slug:code>.pdf", previews.brochure, name="brochure_preview"),
    path("apercu/fiche-<slug:slug>.pdf", previews.sheet, name="sheet_preview"),
]
