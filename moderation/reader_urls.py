"""Addresses of readers' pages that need the moderation room."""

from django.urls import path

from moderation.views.readers import appeals

app_name = "readers"
urlpatterns = [
    path("appeals/<str:token>/", appeals.appeal, name="appeal"),
]
