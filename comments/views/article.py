"""An article with its discussion, and a single comment in its thread."""

import secrets
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from comments.closing import closing_of
from comments.cookies import writer_of
from comments.discussion import Discussion, discussion_of, edition
from comments.embedding.frame import frame_of
from comments.for_reader import Personal, kept_of, personal
from comments.forms import CommentForm, comment_form
from comments.models import Article, Comment, Disagreeing, SiteSettings, Status
from comments.newcomers import is_newcomer, marked, page_for_newcomer
from comments.own import own_comments, own_html, own_links
from comments.reasons import reasons_of
from comments.restrictions import ban_of, told_of_ban
from comments.structured import article_as_data, as_script, thread_as_script
from comments.submission import Writer
from comments.thread_html import ThreadsHtml, published_html, text_of, threads_html
from comments.threads import SORT_NAMES, Sort, ThreadPage, thread_page
from comments.views.common import (
    for_one_reader,
    page_number,
    public_article,
    readable_comment,
    takes_comments,
)

# Nobody can write this into a comment or an article: it is another one in each process.
_THREADS_HERE = SafeString(f"<!--{secrets.token_hex(16)}-->")


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """The article page. ``?sort=``, ``?page=`` of the discussion, ``?reply=`` opens a reply."""
    sight = _sight(request, public_article(slug))
    if is_newcomer(request):
        return _for_newcomer(request, sight)
    writer, parent, form = writer_of(request), None, None
    if sight.opened:
        parent = _answered(request, sight.article, writer)
        quote = request.GET.get("quote") == "1"
        form = fresh_form(writer=writer, site=sight.site, parent=parent, quote=quote)
    return _render(request, sight, writer=writer, form=form, parent=parent)


def article_with_form(
    request: HttpRequest,
    *,
    article: Article,
    form: CommentForm,
    parent: Comment | None,
    status: int,
) -> HttpResponse:
    """Render the article page with the form as it came back. ``parent``: the form is a reply."""
    sight = _sight(request, article)
    return _render(
        request, sight, writer=writer_of(request), form=form, parent=parent, status=status
    )


class _Sight(NamedTuple):
    """What every reader of an article's page gets to see."""

    article: Article
    site: SiteSettings
    opened: bool
    sort: Sort
    discussion: Discussion


def _sight(request: HttpRequest, article: Article) -> _Sight:
    site = SiteSettings.current()
    opened = takes_comments(article, site=site)
    sort, page = _sort(request), page_number(request) or 1
    discussion = discussion_of(
        article=article, site=site, sort=sort, page=page, takes_replies=opened
    )
    return _Sight(article, site, opened, sort, discussion)


def _for_newcomer(request: HttpRequest, sight: _Sight) -> HttpResponse:
    def render() -> HttpResponse:
        writer = Writer()
        form = fresh_form(writer=writer, site=sight.site) if sight.opened else None
        return _render(request, sight, writer=writer, form=form, extra=marked(form))

    discussion = edition(
        article=sight.article,
        site=sight.site,
        sort=sight.sort,
        page=sight.discussion.page,
        opened=sight.opened,
    )
    article = sight.article.updated_at.timestamp()
    return for_one_reader(
        page_for_newcomer(request, edition=f"{discussion}:{article}", render=render)
    )


def _render(
    request: HttpRequest,
    sight: _Sight,
    *,
    writer: Writer,
    form: CommentForm | None,
    parent: Comment | None = None,
    extra: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    article, site, opened, sort, discussion = sight
    seen = _for_reader(sight, writer)
    context = {
        "article": article,
        "site": site,
        "tags": article.tags.all(),
        "opened": opened,
        "threads": _THREADS_HERE,
        "own": seen.loose if discussion.page == 1 and sort != Sort.PICKS else "",
        "news": seen.news,
        "read_at": timezone.now(),
        "closing": None if opened else closing_of(article=article, site=site, at=timezone.now()),
        "sort": sort,
        "sorts": SORT_NAMES.items(),
        "picks": discussion.picks,
        "page": discussion.page,
        "pages": discussion.pages,
        "form": form,
        "form_first": form is not None and (_is_known(writer, form) or parent is not None),
        "parent": parent,
        "structured": as_script(
            article_as_data(article=article, site=site), comments=discussion.structured
        ),
        **(extra or {}),
    }
    template = "embed/article.html" if frame_of(request) else "comments/article.html"
    response = render(request, template, context, status=status)
    _put_threads(response, seen.threads)
    return for_one_reader(response)


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
        "follows_thread": site.follow_minutes and found.status == Status.PUBLISHED,
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
    """Return a comment as its author sees it, whatever its status."""
    site = SiteSettings.current()
    if comment.status != Status.PUBLISHED:
        removed = [comment.pk] if comment.status == Status.REMOVED else []
        why = reasons_of(removed).get(comment.pk, "")
        html = own_html(comment=comment, site=site, looked=looked, why=why)
        return mark_safe(html)  # noqa: S308, built escaped
    opened = takes_comments(comment.article, site=site)
    html = published_html(
        text=text_of(comment=comment),
        depth=comment.depth,
        takes_replies=opened,
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


def _is_known(writer: Writer, form: CommentForm) -> bool:
    return writer.user is not None or form.is_bound or bool(form.initial.get("name"))


def _answered(request: HttpRequest, article: Article, writer: Writer) -> Comment | None:
    """Return the comment that ``?reply=`` names. Raises Http404 where it may not be read."""
    wanted = request.GET.get("reply")
    if not wanted:
        return None
    try:
        parent = readable_comment(uuid.UUID(wanted), writer=writer)
    except ValueError:
        raise Http404 from None
    if parent.article_id != article.pk or parent.status == Status.REMOVED:
        raise Http404
    return parent


def _sort(request: HttpRequest) -> Sort:
    try:
        return Sort(request.GET.get("sort", Sort.NEWEST))
    except ValueError:
        return Sort.NEWEST


def _for_reader(sight: _Sight, writer: Writer) -> Personal:
    """Return the threads as this reader sees them, and what stands beside them."""
    article, discussion = sight.article, sight.discussion
    own = own_comments(writer=writer, article_id=article.pk)
    kept = kept_of(writer=writer, article_id=article.pk)
    if not own and not any(kept):
        return Personal(discussion.html, SafeString(""), None)
    return personal(
        public=discussion.threads(),
        own=own,
        site=sight.site,
        kept=kept,
        elsewhere=discussion.not_here() if kept.since else (),
    )


def _put_threads(response: HttpResponse, threads: bytes) -> None:
    """Put the threads where the template left their place.

    They can be a megabyte: the template engine would copy that again for every block around it.
    """
    before, _here, after = response.content.partition(_THREADS_HERE.encode())
    response.content = b"".join((before, threads, after))


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
    return mark_safe(seen.threads.decode() + seen.loose)  # noqa: S308, both are safe


def _thread_data(article: Article, listing: ThreadPage | None) -> SafeString:
    if listing is None or listing.page != 1:
        return SafeString("")
    return thread_as_script(article=article, thread=listing.thread)
