"""Filing a notice of illegal content, and seeing how far it is."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.signed_links import LinkExpired, LinkInvalid, Purpose, read
from comments.addresses import hashes_of_client
from comments.models import SiteSettings
from comments.views.common import for_one_reader
from moderation.decisions import database_now
from moderation.illegal_content import letters
from moderation.illegal_content.filing import NotPublic, file_notice, public_comment
from moderation.illegal_content.forms import NOT_THERE, NoticeForm
from moderation.illegal_content.limits import seconds_until_notice
from moderation.models import IllegalContentNotice

RECEIPT_FOR = timedelta(days=730)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def _where_notices_are_taken(view: View[P]) -> View[P]:
    """Answer 404 on a site that has switched notices off."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not SiteSettings.current().takes_illegal_notices:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@_where_notices_are_taken
def file(request: HttpRequest) -> HttpResponse:
    """Show the form, or file what it brings. ``?comment=`` names the comment.

    A report that was called "against the law" brings its words by POST (``begin``), so that they
    stand in no address; nothing is filed then.
    """
    hosts = _hosts(request)
    if request.method != "POST" or "begin" in request.POST:
        brought = request.POST if request.method == "POST" else request.GET
        initial = {
            "link": _link(request, brought.get("comment", "")),
            "explanation": request.POST.get("words", ""),
        }
        return _form(request, NoticeForm(hosts=hosts, initial=initial))
    form = NoticeForm(request.POST, hosts=hosts)
    if not form.is_valid() or form.comment is None:
        return _form(request, form, status=422)
    read_ = form.cleaned_data
    address = hashes_of_client(request)
    wait = seconds_until_notice(
        address=address, email=read_["email"], submission_key=str(read_["submission_key"])
    )
    if wait:
        form.add_error(None, _too_many(wait))
        return _form(request, form, status=429)
    try:
        notice = file_notice(
            comment=form.comment,
            filing=form.filing(),
            submission_key=read_["submission_key"],
            notifier_key=address.current,
            at=database_now(),
        )
    except NotPublic:
        form.add_error("link", NOT_THERE)
        return _form(request, form, status=409)
    if notice.explanation != read_["explanation"]:
        messages.info(
            request,
            gettext(
                "You filed this notice before: it is here once. What you wrote now was not added."
            ),
        )
    return HttpResponseRedirect(letters.receipt_path(notice), status=303)


@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """Show whoever filed a notice how far it is, and not who they are."""
    try:
        subject = read(purpose=Purpose.ILLEGAL_NOTICE, token=token, max_age=RECEIPT_FOR)
        notices = IllegalContentNotice.objects.select_related("decision__policy", "comment")
        notice = notices.get(public_id=uuid.UUID(subject))
    except LinkExpired:
        return _no_link(request, expired=True, status=410)
    except (LinkInvalid, ValueError, IllegalContentNotice.DoesNotExist):
        return _no_link(request, expired=False, status=404)
    context = {
        "notice": notice,
        "decided": letters.decision_in_words(notice) if notice.outcome else "",
        "object": letters.how_to_object() if notice.outcome else "",
        "is_public": public_comment(notice.comment.public_id) is not None,
    }
    return for_one_reader(render(request, "readers/illegal_receipt.html", context))


def _no_link(request: HttpRequest, *, expired: bool, status: int) -> HttpResponse:
    context = {"expired": expired}
    return for_one_reader(render(request, "readers/illegal_no_link.html", context, status=status))


def _form(request: HttpRequest, form: NoticeForm, *, status: int = 200) -> HttpResponse:
    return for_one_reader(
        render(request, "readers/illegal_notice.html", {"form": form}, status=status)
    )


def _link(request: HttpRequest, public_id: str) -> str:
    """Return the address of a public comment, or nothing."""
    try:
        found = public_comment(uuid.UUID(public_id))
    except ValueError:
        return ""
    return request.build_absolute_uri(found.get_absolute_url()) if found is not None else ""


def _hosts(request: HttpRequest) -> set[str]:
    return {request.get_host().lower(), urlsplit(settings.SITE_URL).netloc.lower()}


def _too_many(wait: int) -> str:
    minutes = -(-wait // 60)
    return ngettext(
        "That is many notices in a short time. Yours is kept here: send it in %(count)d minute.",
        "That is many notices in a short time. Yours is kept here: send it in %(count)d minutes.",
        minutes,
    ) % {"count": minutes}
