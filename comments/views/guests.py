"""How a guest gets back to their comments: by a mailed link, or by joining an account."""

import math
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.signed_links import LinkExpired, LinkInvalid, LinkUsed
from comments import limits
from comments.addresses import address_hash, client_address
from comments.cookies import (
    forget_guest,
    guest_key,
    remember_address,
    shown_address,
)
from comments.joining import addresses_of, dismiss, join_guest, offered_guests
from comments.mailed_links import address_of, mail_link, open_with
from comments.views.common import for_one_reader


class LinkForm(forms.Form):
    """The address under which somebody wrote."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        error_messages={
            "required": _("Write the address that you gave with your comments."),
            "invalid": _("Write an address such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Take the wish for a link. The answer is the same whether or not anything is known."""
    form = LinkForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return _page(request, "me/link.html", {"form": form}, status=status)
    wait = limits.seconds_until_link(address_hash=address_hash(client_address(request)))
    if wait:
        form.add_error(None, _too_often(wait))
        return _page(request, "me/link.html", {"form": form}, status=429)
    address = form.cleaned_data["email"].lower()
    mail_link(address=address)
    return _page(request, "me/link_asked.html", {"address": address})


@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once (mail scanners follow links), then remember whose address this browser's reader has.

    That uses the link up: whoever finds the letter later opens nothing with it.
    """
    try:
        if request.method != "POST":
            return _page(request, "me/link_open.html", {"address": address_of(token)})
        address = open_with(token, guest_key=guest_key(request))
    except LinkInvalid as problem:
        return _link_over(request, problem)
    target = "comments:join_guests" if request.user.is_authenticated else "comments:me"
    response = for_one_reader(HttpResponseRedirect(reverse(target), status=303))
    remember_address(response, address=address)
    return response


def _link_over(request: HttpRequest, problem: LinkInvalid) -> HttpResponse:
    has_run_out, was_used = isinstance(problem, LinkExpired), isinstance(problem, LinkUsed)
    context = {
        "has_run_out": has_run_out,
        "was_used": was_used,
        "is_known": bool(shown_address(request)),
    }
    status = 410 if has_run_out or was_used else 404
    return _page(request, "me/link_over.html", context, status=status)


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Have this browser forget its guest; the comments stay."""
    messages.success(request, gettext("This browser does not know your comments any more."))
    response = for_one_reader(HttpResponseRedirect(reverse("comments:me"), status=303))
    forget_guest(response)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def join(request: HttpRequest) -> HttpResponse:
    """Show what guests wrote under one's address; take over what is one's own, or say it is not."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101, login_required
    addresses = addresses_of(user, shown=shown_address(request))
    offered = offered_guests(user=user, addresses=addresses)
    dismissed = offered_guests(user=user, addresses=addresses, dismissed=True)
    if request.method != "POST":
        context = {"place": "comments", "offered": offered, "dismissed": dismissed}
        return _page(request, "me/join.html", context)
    wanted = request.POST.get("guest")
    chosen = next((o.guest for o in (*offered, *dismissed) if str(o.guest.pk) == wanted), None)
    if chosen is None:
        raise Http404
    if request.POST.get("answer") == "not_mine":
        dismiss(guest=chosen, user=user)
        messages.success(request, gettext("Noted. You are not asked about these any more."))
        target = "comments:join_guests"
    else:
        join_guest(guest=chosen, user=user, only_address=chosen.email)
        messages.success(request, gettext("These comments are with your account now."))
        target = "comments:me"
    return for_one_reader(HttpResponseRedirect(reverse(target), status=303))


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return for_one_reader(render(request, template, context, status=status))


def _too_often(wait: int) -> str:
    minutes = math.ceil(wait / 60)
    return ngettext(
        "That was often in a short time. Ask again in %(count)d minute.",
        "That was often in a short time. Ask again in %(count)d minutes.",
        minutes,
    ) % {"count": minutes}
