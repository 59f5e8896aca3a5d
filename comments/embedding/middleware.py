"""Signing in from a frame."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.urls import reverse

Handler = Callable[[HttpRequest], HttpResponse]


class OpenerMiddleware:
    """Lets the sign-in page keep the frame that opened it, so that the frame can be told.

    Everywhere else a page of ours is cut off from what opened it. Stands after SecurityMiddleware.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path == resolve_url(settings.LOGIN_URL):
            wanted = request.POST.get("next") or request.GET.get("next") or ""
            if wanted.partition("?")[0] == reverse("embed:sign_in"):
                response["Cross-Origin-Opener-Policy"] = "unsafe-none"
        return response
