"""The map of the site."""

from django.conf import settings
from django.conf.urls.static import static
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from cress.pages.sitemaps import SITEMAPS

urlpatterns = [
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),  # for runserver alone
    path("admin/", admin.site.urls),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("contact/", include("cress.contact.urls")),
    path("", include("cress.printing.urls")),
    path("territoires/", include("territories.urls")),
    path("entreprises/", include("enterprises.urls")),
    path("donnees/", include("cress.opendata.urls")),
    path("", include("policies.urls")),
    path("", include("cress.pages.urls")),  # last: it serves any /slug/
]

handler400 = "cress.errors.bad_request"
handler500 = "cress.errors.server_error"
