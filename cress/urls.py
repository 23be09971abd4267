"""The map of the site."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.urls import include, path

from cress.base.text.views import formatted_text
from cress.base.unsaved import views as unsaved
from cress.chamber import sitemaps
from cress.opendata.datasets import dataset_addresses
from cress.search.views import content_search, replace_text

urlpatterns = [
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),  # for runserver alone
    path("admin/recherche/", content_search, name="content_search"),
    path("admin/remplacer/", replace_text, name="replace_text"),
    path("admin/mise-en-forme/", formatted_text, name="formatted_text"),
    path("admin/texte-non-enregistre/<str:key>/", unsaved.unsaved_text, name="unsaved_text"),
    path("admin/texte-non-enregistre/<str:key>/oublier/", unsaved.forget_text, name="forget_text"),
    path("admin/", admin.site.urls),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap-pages.xml", sitemaps.pages, {"more": dataset_addresses}, name="sitemap_pages"),
    path("sitemap-territoires.xml", sitemaps.places, name="sitemap_places"),
    path(
        "sitemap-entreprises-<int:number>.xml",
        sitemaps.enterprises,
        name="sitemap_enterprises",
    ),
    path("contact/", include("cress.contact.urls")),
    path("", include("cress.printing.urls")),
    path("territoires/", include("territories.urls")),
    path("territoires/", include("cress.places.urls")),
    path("entreprises/", include("enterprises.urls")),
    path("donnees/", include("cress.opendata.urls")),
    path("", include("policies.urls")),
    path("", include("cress.search.urls")),
    path("", include("cress.gallery.urls")),
    path("", include("cress.chamber.urls")),  # last: it serves any /slug/
]

handler400 = "cress.base.web.errors.bad_request"
handler500 = "cress.base.web.errors.server_error"
