"""Pages that belong to no room: errors and metrics."""

import hmac
import sys

import structlog
from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.cache import add_never_cache_headers
from django_prometheus.exports import ExportToDjangoView

from accounts.models import User

log = structlog.get_logger(__name__)

DATABASE_DOWN = (OperationalError, InterfaceError)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do when a form's token is missing or old; browsers keep what was typed."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Tell a form that is too large from one that is broken."""
    too_large = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    status = 413 if too_large else 400
    return render(request, f"{status}.html", status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Tell a fault of ours from a database that is away."""
    error = sys.exc_info()[1]
    if isinstance(error, DATABASE_DOWN):
        return database_down(request, error)
    return HttpResponse(loader.render_to_string("500.html"), status=500)


def database_down(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Ask for patience; nothing was stored."""
    log.error("database_down", error=str(error))
    response = HttpResponse(loader.render_to_string("503.html"), status=503)
    response["Retry-After"] = "5"
    add_never_cache_headers(response)
    return response


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus metrics, for site admins and for whoever knows METRICS_TOKEN."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    known = settings.METRICS_TOKEN and hmac.compare_digest(
        given.encode(), settings.METRICS_TOKEN.encode()
    )
    if not known and not (isinstance(request.user, User) and request.user.is_site_admin):
        raise PermissionDenied
    response: HttpResponse = ExportToDjangoView(request)
    return response
