"""An author's appeal: by a signed link, with or without an account."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from accounts.signed_links import LinkExpired, LinkInvalid
from comments import limits
from comments.addresses import address_hash, client_address
from comments.models import SiteSettings
from comments.views.common import for_one_reader
from moderation import appeal_letters
from moderation.appeal_forms import AppealForm
from moderation.appeal_links import path_to_appeal, read_link
from moderation.appealable import (
    Appealable,
    author_id_of,
    can_be_appealed,
    made_at,
    policy_told,
    stands,
)
from moderation.appeals import (
    NotTaken,
    Refusal,
    appeal_of,
    closes_at,
    file_appeal,
    refusal,
)
from moderation.decisions import database_now
from moderation.models import Appeal, AuthorAct, Decision


@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was decided and where the appeal stands; file it (POST)."""
    try:
        against = read_link(token)
    except LinkExpired:
        return _no_link(request, expired=True, status=410)
    except LinkInvalid:
        return _no_link(request, expired=False, status=404)
    if request.method != "POST":
        return _page(request, against, AppealForm())
    return _file(request, token, against)


def appeal_context(against: Appealable, *, at: datetime) -> dict[str, Any]:
    """Return what a page about a decision or an act says of its appeal. Three queries at most.

    For whoever may read what was decided: it holds the link that appeals it. Nothing for what is
    not appealed at all.
    """
    if not can_be_appealed(against):
        return {"appealable": False}
    days = SiteSettings.current().appeal_days
    filed = appeal_of(against)
    taken_back = list(filed.taken_back.order_by("id")) if filed else []
    refused = refusal(decided_at=made_at(against), stands=stands(against, at=at), days=days, at=at)
    return {
        "appealable": True,
        "appeal": filed,
        "appeal_outcome": _outcome(filed, is_again=bool(taken_back)) if filed else "",
        "appeal_taken_back": [
            (taken, appeal_letters.outcome_in_words(taken.appeal, state=taken.state))
            for taken in taken_back
        ],
        "appeal_form": AppealForm(),
        "appeal_address": path_to_appeal(against),
        "appeal_refused": "" if filed or refused is None else _why_not(refused),
        "appeal_closes_at": closes_at(made_at(against), days=days),
        "appeal_is_read": filed is not None and filed.is_open and filed.taken_at is not None,
    }


def _outcome(appeal: Appeal, *, is_again: bool) -> str:
    if appeal.is_open and is_again:
        return gettext("Your appeal is open again")
    return appeal_letters.outcome_in_words(appeal)


def _file(request: HttpRequest, token: str, against: Appealable) -> HttpResponse:
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _page(request, against, form, status=422)
    words, at = form.cleaned_data["words"], database_now()
    if appeal_of(against) is None and (wait := _wait(request, against, at)):
        form.add_error("words", _too_many(wait))
        return _page(request, against, form, status=429)
    try:
        filed = file_appeal(against=against, words=words, at=at)
    except NotTaken:
        return _page(request, read_link(token), form, status=409)
    if not filed.is_new and filed.appeal.words != words:
        return _page(request, against, form, status=409)
    return HttpResponseRedirect(request.path, status=303)


def _page(
    request: HttpRequest, against: Appealable, form: AppealForm, *, status: int = 200
) -> HttpResponse:
    context = {
        **appeal_context(against, at=database_now()),
        "decision": against if isinstance(against, Decision) else None,
        "act": against if isinstance(against, AuthorAct) else None,
        "policy": policy_told(against),
        "appeal_form": form,
        "unsent": form.data.get("words", "") if status == 409 else "",
    }
    return _private(render(request, "readers/appeal.html", context, status=status))


def _no_link(request: HttpRequest, *, expired: bool, status: int) -> HttpResponse:
    context = {"expired": expired}
    return _private(render(request, "readers/appeal_no_link.html", context, status=status))


def _private(answer: HttpResponse) -> HttpResponse:
    """The address opens the page: no search engine keeps it."""
    answer["X-Robots-Tag"] = "noindex"
    return for_one_reader(answer)


def _wait(request: HttpRequest, against: Appealable, at: datetime) -> int:
    """Return how many seconds this reader waits before another appeal; 0 for none.

    An address is counted where comments are; an author by their own appeals, in the database.
    """
    day = timedelta(days=1)
    latest = Appeal.objects.filter(author=author_id_of(against), filed_at__gt=at - day).order_by(
        "-filed_at"
    )
    most = settings.APPEALS_PER_DAY
    oldest = latest.values_list("filed_at", flat=True)[most - 1 : most].first()
    if oldest is not None:
        return int((oldest + day - at).total_seconds()) + 1
    return limits.seconds_until_appeal(
        address_hash=address_hash(client_address(request)), appeal_key=against.public_id.hex
    )


def _too_many(wait: int) -> str:
    minutes = -(-wait // 60)
    return ngettext(
        "Those are many appeals in a short time. Your words are kept: send them in %(n)d minute.",
        "Those are many appeals in a short time. Your words are kept: send them in %(n)d minutes.",
        minutes,
    ) % {"n": minutes}


def _why_not(why: Refusal) -> str:
    if why == Refusal.OVER:
        return gettext("This decision does not hold any more, so there is nothing to object to.")
    if why == Refusal.LATE:
        return gettext("The time in which this decision could be appealed is over.")
    return gettext("This site takes no appeals at the moment.")
