from django.urls import path

from cress.contact import views

app_name = "contact"
urlpatterns = [
    path("", views.contact, name="contact"),
    path("merci/", views.thanks, name="thanks"),
]
