"""Notices: who is told when a queue is late. For site admins."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from integrations.webhooks import outbox, selectors
from integrations.webhooks.forms import EndpointForm
from integrations.webhooks.messages import facts_of_test
from integrations.webhooks.models import Endpoint, Fact, Kind
from integrations.webhooks.wakeup import wake_delivering
from moderation.decisions import database_now
from moderation.selectors import QueueFilters
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest, admin_view
from moderation.views.queues import chrome
from moderation.views.state import read_number

_NEW_SECRET = "new_webhook_secret"  # noqa: S105, the name of a place in the session


@require_http_methods(["GET", "HEAD", "POST"])
@admin_view
def notices(request: DeskRequest) -> HttpResponse:
    """List who is told, and take in somebody new."""
    form = EndpointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        endpoint = form.save()
        if endpoint.kind == Kind.GENERIC:
            _show_once(request, endpoint, endpoint.secret)
        _say_kept(request)
        return redirect("notices:notice", endpoint_id=endpoint.public_id)
    found = selectors.endpoints(user=request.user)
    context = {
        **_chrome(request),
        "form": form,
        "endpoints": [(endpoint, where(endpoint)) for endpoint in found],
    }
    return render(request, "notices/notices.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_view
def notice(request: DeskRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Show one endpoint with its log, and keep what is changed."""
    endpoint = selectors.endpoint_for(user=request.user, public_id=endpoint_id)
    form = EndpointForm(request.POST or None, instance=endpoint)
    if request.method == "POST" and form.is_valid():
        form.save()
        _say_kept(request)
        return redirect("notices:notice", endpoint_id=endpoint_id)
    kept = selectors.endpoint_for(user=request.user, public_id=endpoint_id)
    log = selectors.log_of(kept, before=read_number(request.GET, "before"))
    context = {
        **_chrome(request),
        "form": form,
        "endpoint": kept,
        "where": where(kept),
        "new_secret": _shown_once(request, kept),
        "is_signed": kept.kind != Kind.MAIL,
        "overlaps": len(outbox.secrets_of(kept, at=database_now())) > 1,
        "log": log,
    }
    return render(request, "notices/notice.html", context, status=422 if form.errors else 200)


@require_POST
@admin_view
def send_test(request: DeskRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Have a worker tell that this is a test."""
    endpoint = selectors.endpoint_for(user=request.user, public_id=endpoint_id)
    with transaction.atomic():
        outbox.put(endpoint, fact=Fact.TEST, facts=facts_of_test(), at=database_now())
        transaction.on_commit(wake_delivering, robust=True)
    messages.success(request, _("A test is on its way: load the page again to see what came back."))
    return redirect("notices:notice", endpoint_id=endpoint_id)


@require_POST
@admin_view
def rotate_secret(request: DeskRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Give an endpoint a new secret and show it, this once."""
    endpoint = selectors.endpoint_for(user=request.user, public_id=endpoint_id)
    _show_once(request, endpoint, outbox.rotate(endpoint, at=database_now()))
    return redirect("notices:notice", endpoint_id=endpoint_id)


@require_POST
@admin_view
def remove_notice(request: DeskRequest, endpoint_id: uuid.UUID) -> HttpResponse:
    """Tell an endpoint nothing any more, and forget it with its log."""
    endpoint = selectors.endpoint_for(user=request.user, public_id=endpoint_id)
    endpoint.delete()
    messages.success(request, _("“%(name)s” is removed.") % {"name": endpoint.name})
    return redirect("notices:notices")


@require_POST
@admin_view
def replay_delivery(request: DeskRequest, delivery_id: uuid.UUID) -> HttpResponse:
    """Tell something once more, under the same id."""
    delivery = selectors.delivery_for(user=request.user, public_id=delivery_id)
    if outbox.replay(delivery, at=database_now()):
        wake_delivering()
        messages.success(request, _("On its way again, under the same id."))
    return redirect("notices:notice", endpoint_id=delivery.endpoint.public_id)


def where(endpoint: Endpoint) -> str:
    """Return where an endpoint is, as far as a page may say it: the host."""
    return urlsplit(endpoint.url).hostname or "" if endpoint.url else ""


def _chrome(request: DeskRequest) -> dict[str, Any]:
    desk = Desk(user=request.user, filters=QueueFilters(), at=database_now())
    return {**chrome(desk), "room": "notices"}


def _say_kept(request: DeskRequest) -> None:
    messages.success(
        request, _("Kept. Nothing was sent yet: send a test to see whether it arrives.")
    )


def _show_once(request: DeskRequest, endpoint: Endpoint, secret: str) -> None:
    request.session[_NEW_SECRET] = [str(endpoint.public_id), secret]


def _shown_once(request: DeskRequest, endpoint: Endpoint) -> str:
    """Return a secret that was just made, and forget it: the next page does not have it."""
    kept = request.session.get(_NEW_SECRET)
    if not kept or kept[0] != str(endpoint.public_id):
        return ""
    del request.session[_NEW_SECRET]
    return str(kept[1])
