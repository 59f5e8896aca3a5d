"""An article with its discussion, and a single comment in its thread."""

import uuid
from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from comments.cookies import writer_of
from comments.embedding.frame import frame_of
from comments.for_reader import kept_of, personal
from comments.forms import CommentForm, comment_form
from comments.models import Article, Comment, Disagreeing, SiteSettings, Status
from comments.own import own_comments, own_html, own_links
from comments.reasons import reasons_of
from comments.restrictions import ban_of, told_of_ban
from comments.structured import thread_as_script
from comments.submission import Writer
from comments.thread_html import ThreadsHtml, published_html, threads_html
from comments.threads import ThreadPage, node_of, thread_page
from comments.views.common import (
    for_one_reader,
    page_number,
    public_article,
    readable_comment,
    takes_comments,
)
from comments.views.page import from_kept_sheet, is_plain_look, reader_of, rendered, sight_of


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """The article page. ``?sort=``, ``?page=`` of the discussion, ``?reply=`` opens a reply."""
    sight = sight_of(request, public_article(slug))
    writer = writer_of(request)
    kept = kept_of(writer=writer, article_id=sight.article.pk)
    reader = reader_of(sight, writer=writer, kept=kept)
    if is_plain_look(request) and not kept.is_banned:
        known = _known_guest(writer) if sight.opened else {}
        return from_kept_sheet(request, sight, reader, known=known)
    parent, form = None, None
    if sight.opened:
        parent = _answered(request, sight.article, writer)
        quote = request.GET.get("quote") == "1"
        form = fresh_form(writer=writer, site=sight.site, parent=parent, quote=quote)
    return rendered(request, sight, reader, form=form, parent=parent)


def article_with_form(
    request: HttpRequest,
    *,
    article: Article,
    form: CommentForm,
    parent: Comment | None,
    status: int,
) -> HttpResponse:
    """Render the article page with the form as it came back. ``parent``: the form is a reply."""
    sight, writer = sight_of(request, article), writer_of(request)
    kept = kept_of(writer=writer, article_id=article.pk)
    reader = reader_of(sight, writer=writer, kept=kept)
    return rendered(request, sight, reader, form=form, parent=parent, status=status)


@require_safe
def comment(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A comment in its thread: the address behind every comment's time."""
    writer = writer_of(request)
    found = readable_comment(public_id, writer=writer)
    if answered := request.GET.get("reply"):
        # Without scripts, the reply links of a thread lead to the form under the article.
        query = urlencode({"reply": answered})
        return redirect(f"{found.article.get_absolute_url()}?{query}#write")
    site = SiteSettings.current()
    focus_id = found.pk if found.status == Status.PUBLISHED else found.parent_id
    listing = thread_page(
        root_id=found.root_pk,
        focus_id=focus_id,
        page=page_number(request),
        counts_disagreement=site.disagreeing == Disagreeing.SHOWN,
    )
    own = own_comments(writer=writer, article_id=found.article_id, root_id=found.root_pk)
    context = {
        "article": found.article,
        "comment": found,
        "site": site,
        "page": listing.page if listing else 1,
        "pages": listing.pages if listing else 1,
        "threads": _thread_html(found, listing, own, site=site, writer=writer),
        "structured": _thread_data(found.article, listing),
        "follows_thread": (
            site.follow_minutes
            and found.status == Status.PUBLISHED
            and takes_comments(found.article, site=site)
        ),
    }
    template = "embed/comment.html" if frame_of(request) else "comments/comment.html"
    return for_one_reader(render(request, template, context))


@require_safe
def state(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One's own comment as it stands now, for the page that shows it already."""
    writer = writer_of(request)
    found = readable_comment(public_id, writer=writer)
    if not writer.wrote(found):
        raise Http404
    looked = request.GET.get("looked", "")
    html = own_comment_html(comment=found, looked=int(looked) if looked in set("12345") else 5)
    return for_one_reader(HttpResponse(html))


def own_comment_html(*, comment: Comment, looked: int = 0) -> SafeString:
    """Return a comment as its author sees it, whatever its status: as after loading the page."""
    site = SiteSettings.current()
    disagreeing = Disagreeing(site.disagreeing)
    node = None
    if comment.status == Status.PUBLISHED:
        node = node_of(comment, counts_disagreement=disagreeing == Disagreeing.SHOWN)
        if node is None:  # decided this very moment
            comment.refresh_from_db(fields=["status"])
    if node is None:
        asked = [comment.pk] if comment.is_off_the_page else []
        why = reasons_of(asked).get(comment.pk)
        html = own_html(comment=comment, site=site, looked=looked, why=why)
        return mark_safe(html)  # noqa: S308, built escaped
    opened = takes_comments(comment.article, site=site)
    html = published_html(
        node=node,
        takes_replies=opened,
        disagreeing=disagreeing,
        more_actions=own_links(comment=comment, site=site),
        history=site.edit_history,
    )
    return mark_safe(html)  # noqa: S308, built escaped


def fresh_form(
    *, writer: Writer, site: SiteSettings, parent: Comment | None = None, quote: bool = False
) -> CommentForm:
    """Return an empty form that knows the returning guest's name and address, and their ban."""
    form = comment_form(
        writer=writer,
        longest=site.comment_max_length,
        parent=parent,
        known=_known_guest(writer),
        quote=quote,
    )
    ban = ban_of(user=writer.user, guest_key=writer.guest_key)
    form.refused = told_of_ban(ban) if ban is not None else ""
    return form


def _known_guest(writer: Writer) -> dict[str, str]:
    """Return what a returning guest wrote into the form the last time."""
    if writer.user is not None or writer.guest_key is None:
        return {}
    last = (
        Comment.objects.filter(author__key=writer.guest_key, author__user=None)
        .order_by("-pk")
        .values("author_name", "author_email", "author_website")
        .first()
    )
    return {key.removeprefix("author_"): str(value) for key, value in (last or {}).items()}


def _answered(request: HttpRequest, article: Article, writer: Writer) -> Comment | None:
    """Return the comment that ``?reply=`` names; where none can be answered, the page says so."""
    wanted = request.GET.get("reply")
    if not wanted:
        return None
    try:
        parent = readable_comment(uuid.UUID(wanted), writer=writer)
    except (ValueError, Http404):
        parent = None
    if parent and parent.article_id == article.pk and parent.status != Status.REMOVED:
        return parent
    # An old page or an old link leads here: what is wanted then is the article all the same.
    messages.info(request, gettext("The comment you answer is not there any more."))
    return None


def _thread_html(
    comment: Comment,
    listing: ThreadPage | None,
    own: Sequence[Comment],
    *,
    site: SiteSettings,
    writer: Writer,
) -> SafeString:
    public = ThreadsHtml(b"", ())
    if listing is not None:
        public = threads_html(
            [listing.thread],
            takes_replies=takes_comments(comment.article, site=site),
            disagreeing=Disagreeing(site.disagreeing),
            focus=str(comment.public_id),
            history=site.edit_history,
        )
    kept = kept_of(writer=writer, article_id=comment.article_id)
    seen = personal(public=public, own=own, site=site, kept=kept._replace(since=None))
    threads = b"".join(seen.threads).decode()
    return mark_safe(threads + seen.loose)  # noqa: S308, both are safe


def _thread_data(article: Article, listing: ThreadPage | None) -> SafeString:
    if listing is None or listing.page != 1:
        return SafeString("")
    return thread_as_script(article=article, thread=listing.thread)
