from django.urls import path

from cress.opendata import views

app_name = "opendata"
urlpatterns = [
    path("", views.data, name="data"),
    path("<slug:slug>/", views.dataset, name="dataset"),
    path("catalogue.jsonld", views.catalogue, name="catalogue"),
    path("<slug:slug>.schema.json", views.schema, name="schema"),
    path("<str:name>", views.file, name="file"),
]
