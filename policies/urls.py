from django.urls import path

from policies import views

app_name = "policies"
urlpatterns = [
    path("leviers/", views.lever_list, name="lever_list"),
    path("leviers/<slug:slug>/", views.lever_detail, name="lever_detail"),
    path("comment-agir/", views.how_to_act, name="how_to_act"),
    path("glossaire/", views.glossary, name="glossary"),
]
