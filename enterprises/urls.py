from django.urls import path

from enterprises import views

app_name = "enterprises"
urlpatterns = [
    path("", views.enterprise_list, name="enterprise_list"),
    path("<slug:slug>/", views.enterprise_detail, name="enterprise_detail"),
]
