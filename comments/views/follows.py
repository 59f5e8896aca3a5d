"""Following by mail: asking for it, saying yes from a letter, stopping it."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.signed_links import LinkInvalid, Purpose, read
from comments import following, limits
from comments.addresses import address_hash, client_address
from comments.closing import closing_of
from comments.cookies import writer_of
from comments.follow_forms import FollowForm
from comments.models import Article, Comment, Follow, SiteSettings, Status
from comments.submission import Writer
from comments.views.common import (
    for_one_reader,
    public_article,
    readable_comment,
    takes_comments,
)


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for letters about an article; ``?thread=`` a comment: about its thread alone."""
    if not SiteSettings.current().follow_minutes:
        raise Http404
    article, writer = public_article(slug), writer_of(request)
    if not takes_comments(article, site=SiteSettings.current()):
        return _closed_page(request, article)
    inside = _comment_inside(request, article, writer)
    known = following.known_address(writer)
    form = FollowForm(
        request.POST if request.method == "POST" else None,
        asks=not known,
        typed=writer.user.email if writer.user else "",
    )
    if request.method != "POST":
        return _form_page(request, article, inside, form, known)
    if not form.is_valid():
        return _form_page(request, article, inside, form, known, status=422)
    if _is_too_often(request):
        form.add_error(
            None, gettext("That is many in a short time. Nothing is lost: try again in a while.")
        )
        return _form_page(request, article, inside, form, known, status=429)
    following.follow(
        writer=writer,
        article=article,
        thread=(inside.root or inside) if inside else None,
        email=known or form.cleaned_data["email"],
        is_theirs=bool(known),
    )
    messages.success(request, _told(known, form))
    there = inside.get_absolute_url() if inside else f"{article.get_absolute_url()}#discussion"
    return HttpResponseRedirect(there, status=303)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link in the letter: a button says yes. Looking at it changes nothing."""
    try:
        subject = read(purpose=Purpose.FOLLOW, token=token, max_age=following.CONFIRM_WITHIN)
    except LinkInvalid:
        return _page(request, "stale", status=410)
    found = following.by_public_id(subject)
    if found is None:
        return _page(request, "stale", status=410)
    if not (found.confirmed_at or takes_comments(found.article, site=SiteSettings.current())):
        return _closed_page(request, found.article)
    if request.method == "POST":
        following.confirm(found, writer=writer_of(request))
        found.refresh_from_db()
    return _page(request, "following" if found.confirmed_at else "confirm", follow=found)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End the letters: a page with a button, and the POST that mail programs send (RFC 8058).

    Those bring no cookie and no token of a form: the signed link says enough.
    """
    try:
        found = following.by_public_id(read(purpose=Purpose.UNSUBSCRIBE, token=token))
    except LinkInvalid:
        return _page(request, "stop_broken", status=410)
    if found is None:
        return _page(request, "stopped")
    if request.method != "POST":
        return _page(request, "stop", follow=found)
    following.stop(found, all_of_address=request.POST.get("all") == "1")
    return _page(request, "stopped", follow=found)


@require_safe
def follows(request: HttpRequest) -> HttpResponse:
    """What this reader follows."""
    found = following.follows_of(writer_of(request))
    context = {"place": "follows", "follows": found, "site": SiteSettings.current()}
    return for_one_reader(render(request, "me/follows.html", context))


@require_POST
def stop_mine(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """End one of them, from the list."""
    found = get_object_or_404(following.follows_of(writer_of(request)), public_id=public_id)
    following.stop(found)
    words = gettext("You get no more letters about %(this)s.") % {"this": found.about}
    messages.success(request, words)
    return redirect("comments:follows")


def _comment_inside(request: HttpRequest, article: Article, writer: Writer) -> Comment | None:
    wanted = request.GET.get("thread")
    if not wanted:
        return None
    try:
        comment = readable_comment(uuid.UUID(wanted), writer=writer)
    except ValueError:
        raise Http404 from None
    if comment.article_id != article.pk or comment.status != Status.PUBLISHED:
        raise Http404
    return comment


def _is_too_often(request: HttpRequest) -> bool:
    return bool(limits.seconds_until_follow(address_hash=address_hash(client_address(request))))


def _told(known: str, form: FollowForm) -> str:
    if known:
        return gettext("You follow this now. Letters go to %(email)s.") % {"email": known}
    return gettext(
        "A letter is on its way to %(email)s. Open the link in it to begin; until then nothing"
        " else is sent there."
    ) % {"email": form.cleaned_data["email"]}


def _form_page(
    request: HttpRequest,
    article: Article,
    inside: Comment | None,
    form: FollowForm,
    known: str,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "article": article,
        "inside": inside,
        "form": form,
        "known": known,
        "minutes": SiteSettings.current().follow_minutes,
    }
    return for_one_reader(render(request, "follows/follow.html", context, status=status))


def _closed_page(request: HttpRequest, article: Article) -> HttpResponse:
    """Nothing new will come. An old bookmark leads here, or a page that was open meanwhile."""
    closing = closing_of(article=article, site=SiteSettings.current(), at=timezone.now())
    context = {"article": article, "closing": closing}
    status = 409 if request.method == "POST" else 200
    return for_one_reader(render(request, "follows/closed.html", context, status=status))


def _page(
    request: HttpRequest, name: str, *, follow: Follow | None = None, status: int = 200
) -> HttpResponse:
    context = {"follow": follow, "article": follow.article if follow else None}
    return for_one_reader(render(request, f"follows/{name}.html", context, status=status))
