"""Addresses of the whole site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.static import serve

from config import views

handler400 = views.bad_request
handler500 = views.server_error

urlpatterns = [
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("accounts.allauth_urls")),
    path("desk/notices/", include("integrations.webhooks.urls")),
    path("desk/", include("moderation.urls")),
    path("admin/", admin.site.urls),
    path("metrics", views.metrics),
    re_path(
        r"^media/(?P<path>pictures/[\w./-]{1,200})$", serve, {"document_root": settings.MEDIA_ROOT}
    ),
    path("embed/", include("comments.embedding.urls")),
    path("", include("moderation.reader_urls")),
    path("", include("comments.urls")),
]
