from django.urls import path

from cress.gallery import views

app_name = "gallery"
urlpatterns = [
    path("composants/", views.components, name="components"),
]
