from django.urls import path

from cress.chamber import views

app_name = "chamber"
urlpatterns = [
    path("", views.home, name="home"),
    path("pourquoi/", views.arguments, name="arguments"),
    path("la-cress/", views.chamber, name="chamber"),
    path("mentions-legales/", views.legal_notice, name="legal_notice"),
    path("plan-du-site/", views.site_map, name="site_map"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("site.webmanifest", views.manifest, name="manifest"),
    path("robots.txt", views.robots, name="robots"),
    path("<slug:slug>/", views.page_detail, name="page_detail"),
]
