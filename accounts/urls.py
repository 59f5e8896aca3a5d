"""Signing in and out under the names that the rest of the site knows, and the account's page."""

from allauth.account import views as account_views
from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", account_views.login, name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("", views.account, name="account"),
]
