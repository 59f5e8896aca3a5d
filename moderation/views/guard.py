"""Who comes in, and what browsers may keep of what they saw."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from accounts.permissions import moderator_required, senior_required, site_admin_required
from moderation.decisions import database_now
from moderation.desk_days import at_work
from moderation.views.state import came_from


class DeskRequest(HttpRequest):
    """A request that passed ``desk_view`` or ``admin_view``: somebody of the desk is signed in."""

    user: User
    htmx: HtmxDetails


P = ParamSpec("P")
DeskView = Callable[Concatenate[DeskRequest, P], HttpResponse]
AnyView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def desk_view(view: DeskView[P]) -> AnyView[P]:
    """Let moderators in, send guests to the sign-in, refuse everybody else; keep nothing.

    A part of a page is never answered with the sign-in page inside it: the whole page goes there
    and comes back afterwards.
    """
    return _kept_from_caches(view, moderator_required(cast("AnyView[P]", view)))


def senior_view(view: DeskView[P]) -> AnyView[P]:
    """Let senior moderators and site admins in; for the rest it is as ``desk_view``."""
    return _kept_from_caches(view, senior_required(cast("AnyView[P]", view)))


def admin_view(view: DeskView[P]) -> AnyView[P]:
    """Let site admins in; for the rest it is as ``desk_view``."""
    return _kept_from_caches(view, site_admin_required(cast("AnyView[P]", view)))


def _kept_from_caches(view: DeskView[P], guarded: AnyView[P]) -> AnyView[P]:
    @wraps(view)
    def on_desk(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user = request.user
        if request.method == "POST" and isinstance(user, User) and user.is_moderator:
            at_work(user=user, at=database_now())
        response = guarded(request, *args, **kwargs)
        htmx = cast("DeskRequest", request).htmx
        if not request.user.is_authenticated:
            response = _to_sign_in(response, htmx) if htmx else _and_back(response, request)
        if htmx:
            # A comment in hand is no page of the browser's history: Back leaves the desk.
            response["HX-Push-Url"] = "false"
        if not response.has_header("ETag"):
            add_never_cache_headers(cast("HttpResponse", response))
        patch_vary_headers(cast("HttpResponse", response), ("HX-Request", "HX-Target"))
        return response

    return on_desk


def _and_back(response: HttpResponseBase, request: HttpRequest) -> HttpResponseBase:
    """Bring whoever sent a form back to its page: its own address is none to look at."""
    if request.method != "POST" or not isinstance(response, HttpResponseRedirect):
        return response
    return redirect_to_login(came_from(request) or resolve_url("moderation:desk"))


def _to_sign_in(response: HttpResponseBase, htmx: HtmxDetails) -> HttpResponseBase:
    if not isinstance(response, HttpResponseRedirect):
        return response
    address = resolve_url(settings.LOGIN_URL)
    back = htmx.current_url_abs_path
    return HttpResponseClientRedirect(f"{address}?{urlencode({'next': back})}" if back else address)
