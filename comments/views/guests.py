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
from accounts.signed_links import LinkExpired, LinkInvalid
from comments import limits
from comments.addresses import address_hash, client_address
from comments.cookies import (
    forget_guest,
    guest_key,
    remember_address,
    shown_address,
)
from comments.joining import addresses_of, join_guest, offered_guests
from comments.mailed_links import address_of, mail_link
from comments.models import Author
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

    The guest of this browser's cookie has shown their own address with that, if it is this one;
    other guests under the address have not: they may be anybody who typed it.
    """
    try:
        address = address_of(token)
    except LinkInvalid as problem:
        has_run_out = isinstance(problem, LinkExpired)
        context = {"has_run_out": has_run_out}
        return _page(request, "me/link_over.html", context, status=410 if has_run_out else 404)
    if request.method != "POST":
        return _page(request, "me/link_open.html", {"address": address})
    if key := guest_key(request):
        Author.objects.filter(key=key, user=None, email=address).update(verified_email=address)
    target = "comments:join_guests" if request.user.is_authenticated else "comments:me"
    response = for_one_reader(HttpResponseRedirect(reverse(target), status=303))
    remember_address(response, address=address)
    return response


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
    """Show what guests wrote under one's address, and take over what is one's own."""
    assert isinstance(request.user, User)  # noqa: S101, login_required
    addresses = addresses_of(request.user, shown=shown_address(request))
    offered = offered_guests(addresses=addresses)
    if request.method != "POST":
        return _page(request, "me/join.html", {"place": "comments", "offered": offered})
    chosen = [one.guest for one in offered if str(one.guest.pk) == request.POST.get("guest")]
    if not chosen:
        raise Http404
    join_guest(guest=chosen[0], user=request.user, only_address=chosen[0].email)
    messages.success(request, gettext("These comments are with your account now."))
    return for_one_reader(HttpResponseRedirect(reverse("comments:me"), status=303))


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
