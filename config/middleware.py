"""Requests that never reach a view as they came: health checks, odd bytes, a database away."""

import codecs
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from config import health
from config.views import DATABASE_DOWN, database_down

Handler = Callable[[HttpRequest], HttpResponse]


class HealthMiddleware:
    """Answers /health/live and /health/ready before hosts, sessions and redirects matter."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/health/live":
            return HttpResponse("alive\n", content_type="text/plain")
        if request.path == "/health/ready":
            return health.ready()
        return self.get_response(request)


class OddRequestMiddleware:
    """Refuses what no browser sends, before a parser trips over it: odd charsets, NUL bytes."""

    TEXT_CHARSETS = frozenset({"utf-8", "ascii", "iso8859-1", "cp1252"})

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return render(request, "400.html", status=400)
        if not self._readable_charset(request):
            return render(request, "415.html", status=415)
        return self.get_response(request)

    def _readable_charset(self, request: HttpRequest) -> bool:
        charset = (request.content_params or {}).get("charset")
        if charset is None:
            return True
        try:
            return codecs.lookup(charset.strip("\"' ")).name in self.TEXT_CHARSETS
        except (LookupError, ValueError):
            return False


class DatabaseDownMiddleware:
    """Says so, with 503, when the database cannot be reached: never a false success.

    Where a middleware met it (the session of somebody signed in) Django asks
    ``config.views.server_error`` instead.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Catch it where the view raised it, before it is logged as a fault of the view."""
        if isinstance(exception, DATABASE_DOWN):
            return database_down(request, exception)
        return None
