"""Addresses of the desk's notices."""

from django.urls import path

from integrations.webhooks import views

app_name = "notices"
urlpatterns = [
    path("", views.notices, name="notices"),
    path("<uuid:endpoint_id>/", views.notice, name="notice"),
    path("<uuid:endpoint_id>/test/", views.send_test, name="send_test"),
    path("<uuid:endpoint_id>/rotate/", views.rotate_secret, name="rotate_secret"),
    path("<uuid:endpoint_id>/remove/", views.remove_notice, name="remove_notice"),
    path("deliveries/<uuid:delivery_id>/replay/", views.replay_delivery, name="replay_delivery"),
]
