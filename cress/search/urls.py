from django.urls import path

from cress.search import views

app_name = "search"
urlpatterns = [
    path("recherche/", views.search, name="search"),
]
