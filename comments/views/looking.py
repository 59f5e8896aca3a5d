"""What readers do for themselves: look, mute, disagree. None of it is seen on the desk."""

import uuid
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from comments import disagreeing, mutes
from comments.addresses import client_address, hashes_of_client
from comments.cookies import remember_guest, writer_of
from comments.limits import seconds_until_opinion
from comments.models import Comment, Disagreeing, SiteSettings, Status
from comments.readers import key_of_guest, reader_key
from comments.reads import count_read
from comments.submission import Writer
from comments.views.common import (
    for_one_reader,
    is_htmx,
    public_article,
    readable_comment,
    takes_comments,
)
from comments.visits import note_look, read_to_here

_LONGEST_LOOK = timedelta(days=1)


@csrf_exempt
@require_POST
def seen(request: HttpRequest, slug: str) -> HttpResponse:
    """Note that the discussion is on somebody's screen: sent by scripts, once for each page.

    It counts a reader, and moves the visit of somebody signed in. ``at``: when the page was made.
    It carries no token, because the page of most readers has none; a request from another site is
    refused by what browsers say about themselves, and brings no cookie anyway.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return HttpResponse(status=403)
    article, writer, now = public_article(slug), writer_of(request), timezone.now()
    key = reader_key(writer=writer)
    visitor = key or f"{client_address(request)} {request.headers.get('User-Agent', '')}"
    count_read(article_id=article.pk, visitor=visitor, at=now)
    if writer.user is not None:
        note_look(reader_key=key, article=article, at=_moment(request, now))
    return for_one_reader(HttpResponse(status=204))


@require_POST
def read(request: HttpRequest, slug: str) -> HttpResponse:
    """Mark everything as read that the page showed: what is new is counted from here on."""
    article, writer, now = public_article(slug), writer_of(request), timezone.now()
    if writer.user is not None:
        at = _moment(request, now)
        read_to_here(reader_key=reader_key(writer=writer), article=article, at=at)
    response = HttpResponseRedirect(f"{article.get_absolute_url()}#discussion", status=303)
    return for_one_reader(response)


@require_http_methods(["GET", "HEAD", "POST"])
def mute(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Mute the author of a comment for oneself, or read them again."""
    writer, comment = _about(request, public_id)
    key = reader_key(writer=writer)
    context: dict[str, object] = {
        "own": writer.wrote(comment),
        "muted": bool(key) and mutes.is_muted(author=comment.author, reader_key=key),
    }
    if request.method != "POST":
        return _answer(request, "mute", comment, context)
    if context["own"]:
        return _answer(request, "mute", comment, context, status=409)
    if request.POST.get("again"):
        mutes.unmute(author=comment.author, reader_key=key)
        said = gettext("You read this reader again.")
        return _done(request, comment, said)
    if _is_too_often(request, comment):
        return _answer(request, "mute", comment, {**context, "too_often": True}, status=429)
    new = _new_guest(writer)
    mutes.mute(comment=comment, writer=writer, reader_key=key_of_guest(new) if new else key)
    said = gettext("Muted, for you alone. Comments of this reader are folded away.")
    return _remembering(_done(request, comment, said), new)


@require_http_methods(["GET", "HEAD", "POST"])
def disagree(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Say that one disagrees with a comment, or take that back."""
    writer, comment = _about(request, public_id)
    site, key = SiteSettings.current(), reader_key(writer=writer)
    if site.disagreeing == Disagreeing.OFF or not takes_comments(comment.article, site=site):
        raise Http404
    new = None
    if request.method == "POST":
        if _is_too_often(request, comment):
            return _answer(request, "disagree", comment, {"too_often": True}, status=429)
        if request.POST.get("again"):
            disagreeing.agree_again(comment=comment, reader_key=key, site=site)
        else:
            new = _new_guest(writer)
            key = key_of_guest(new) if new else key
            disagreeing.disagree(comment=comment, reader_key=key, site=site)
    context: dict[str, object] = {
        "own": writer.wrote(comment),
        "disagrees": bool(key) and disagreeing.disagrees(comment=comment, reader_key=key),
        "number": disagreeing.number_of(comment=comment, site=site),
        "said": request.method == "POST",
    }
    return _remembering(_answer(request, "disagree", comment, context), new)


@require_http_methods(["GET", "HEAD", "POST"])
def mute_list(request: HttpRequest) -> HttpResponse:
    """Whom one muted. ``mute`` in a POST names one of them to read again."""
    key = reader_key(writer=writer_of(request))
    if request.method == "POST":
        if key and mutes.unmute_by_id(mute_id=request.POST.get("mute", ""), reader_key=key):
            messages.success(request, gettext("You read this reader again."))
        return for_one_reader(HttpResponseRedirect(reverse("comments:mutes"), status=303))
    context = {"mutes": mutes.mutes_of(reader_key=key), "place": "mutes"}
    return for_one_reader(render(request, "me/mutes.html", context))


def _about(request: HttpRequest, public_id: uuid.UUID) -> tuple[Writer, Comment]:
    writer = writer_of(request)
    comment = readable_comment(public_id, writer=writer)
    if comment.status != Status.PUBLISHED:
        raise Http404
    return writer, comment


def _moment(request: HttpRequest, now: datetime) -> datetime:
    """Return when the page was made that was looked at: what came later is still new."""
    try:
        at = parse_datetime(request.POST.get("at", ""))
    except ValueError:
        return now
    if at is None or at.tzinfo is None or not now - _LONGEST_LOOK < at <= now:
        return now
    return at


def _is_too_often(request: HttpRequest, comment: Comment) -> bool:
    address = hashes_of_client(request).current
    return bool(seconds_until_opinion(address_hash=address, comment_id=comment.pk))


def _new_guest(writer: Writer) -> uuid.UUID | None:
    """Return a key for a guest who has none yet, so that what they said stays theirs."""
    return None if reader_key(writer=writer) else uuid.uuid4()


def _remembering(response: HttpResponse, key: uuid.UUID | None) -> HttpResponse:
    if key is not None:
        remember_guest(response, key=key)
    return response


def _answer(
    request: HttpRequest, name: str, comment: Comment, context: dict[str, object], status: int = 200
) -> HttpResponse:
    template = f"comments/_{name}.html" if is_htmx(request) else f"comments/{name}.html"
    whole = {"comment": comment, "article": comment.article, **context}
    return for_one_reader(render(request, template, whole, status=status))


def _done(request: HttpRequest, comment: Comment, words: str) -> HttpResponse:
    """Go back to the comment; what changed is seen there."""
    there = f"{comment.article.get_absolute_url()}#c-{comment.public_id}"
    if is_htmx(request):
        context: dict[str, object] = {"said": words, "there": there}
        return _answer(request, "mute", comment, context)
    messages.success(request, words)
    return for_one_reader(HttpResponseRedirect(there, status=303))
