"""Pages for frames, the counts of many pages, and signing in from a frame."""

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import conditional_page, require_POST, require_safe

from accounts.models import User
from accounts.sessions import end_session
from comments.cookies import guest_key, writer_of
from comments.embedding import counts as counting
from comments.embedding import pages, tokens
from comments.embedding.frame import Frame, frame_of, framed, language_of, own_origin
from comments.joining import take_over
from comments.models import SiteSettings
from comments.threads import SORT_NAMES, Sort
from comments.views import submit as submitting
from comments.views.article import fresh_form
from comments.views.common import for_one_reader

_COUNTS_KEPT = {"public": True, "max_age": 60, "stale_while_revalidate": 600}


@framed
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The discussion of a page on another site: ``?url=``, and ``?title=`` for a new one."""
    frame, address = _frame(request), request.GET.get("url", "")
    article = pages.article_of(address)
    if article is not None:
        return redirect("embed:article", article.slug)
    title = request.GET.get("title", "")
    frame.page = pages.new_page(address=address, title=title, host=frame.host, site=frame.site)
    if frame.page is None:
        raise Http404
    context = {
        "article": pages.unsaved_article(frame.page, site=frame.site),
        "opened": True,
        "sort": Sort.NEWEST,
        "sorts": SORT_NAMES.items(),
        "page": 1,
        "pages": 1,
        "form": fresh_form(writer=writer_of(request), site=frame.site),
    }
    return for_one_reader(render(request, "embed/article.html", context))


@framed
@require_POST
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a comment. The first one under a new page makes its article, with it or not at all."""
    frame = _frame(request)
    if frame.page is None:
        return submitting.submit(request, slug)
    with transaction.atomic():
        article = pages.article_for_first_comment(frame.page, site=frame.site)
        if article is None:
            raise Http404
        response = submitting.submit(request, article.slug)
        if not article.comments.exists():
            transaction.set_rollback(True)
    return response


@require_safe
@conditional_page
def counts(request: HttpRequest) -> HttpResponse:
    """The counts of up to 100 pages, named by ``?of=``; ``?on=`` the site of those that are paths.

    Only pages of allowed sites may read them; what they say is no secret.
    """
    origin, names = request.headers.get("Origin"), request.GET.getlist("of")
    if len(names) > counting.MOST:
        words = gettext("Ask for up to %(most)d pages at once.") % {"most": counting.MOST}
        return JsonResponse({"detail": words}, status=400)
    if origin and origin not in (*SiteSettings.current().allowed_origins(), own_origin(request)):
        words = gettext("The site that asks is not among those that may show the comments.")
        return JsonResponse({"detail": words}, status=403)
    with translation.override(language_of(request) or translation.get_language()):
        found = counting.counts_of(names, on=request.GET.get("on", ""))
    response = JsonResponse({"counts": found})
    if origin:
        response["Access-Control-Allow-Origin"] = origin
    patch_vary_headers(response, ["Origin"])
    patch_cache_control(response, **_COUNTS_KEPT)
    return response


@require_safe
def sign_in(request: HttpRequest) -> HttpResponse:
    """A page of its own, opened from a frame: sign in here, and the frame is told who one is."""
    if isinstance(request.user, User):
        session_key = request.session.session_key or ""
        context = {"kept_pass": tokens.users_pass(session_key=session_key)}
        response = for_one_reader(render(request, "embed/signed_in.html", context))
        patch_cache_control(response, no_store=True)
    else:
        response = redirect_to_login(request.get_full_path())
    # The frame that opened this page waits for its word.
    response["Cross-Origin-Opener-Policy"] = "unsafe-none"
    return response


@framed
@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Give whoever signed in from a frame what its guest wrote: the passes of both come along."""
    if isinstance(request.user, User):
        take_over(user=request.user, guest_key=guest_key(request))
    return HttpResponse(status=204)


@framed
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out of the site, too: the pass names the session in which its reader signed in."""
    session_key = tokens.read_pass(_frame(request).kept_pass).session_key
    if not session_key:  # the pass is over; the site may know them all the same
        return HttpResponse(status=409)
    end_session(session_key=session_key)
    return HttpResponse(status=204)


def _frame(request: HttpRequest) -> Frame:
    frame = frame_of(request)
    assert frame is not None  # noqa: S101, ``framed`` made it
    return frame
