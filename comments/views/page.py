"""How the page of an article is put together, for everybody in the same way.

A sheet is what the page holds beside its readers: most come out of the cache, and one whose form
comes back, opens a reply or is refused is made for that one answer. Then the gaps are filled.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from comments import sheets
from comments.closing import closing_of
from comments.cookies import writer_of
from comments.discussion import Discussion, discussion_of, edition
from comments.embedding.frame import frame_of
from comments.for_reader import Kept, Personal, news_html, personal
from comments.forms import CommentForm, comment_form, form_key
from comments.models import Article, Comment, SiteSettings
from comments.own import own_comments
from comments.sheets import MARKS, Gap, Kind, Sheet
from comments.structured import article_as_data, as_script
from comments.submission import Writer
from comments.threads import SORT_NAMES, Sort
from comments.views.common import for_one_reader, page_number, takes_comments

HIDDEN = (Gap.SUBMISSION_KEY, Gap.SHOWN)
KNOWN = (Gap.NAME, Gap.EMAIL, Gap.WEBSITE)  # what a form knows of a returning guest


class Sight(NamedTuple):
    """What every reader of an article's page gets to see."""

    article: Article
    site: SiteSettings
    opened: bool
    sort: Sort
    discussion: Discussion


class Reader(NamedTuple):
    """Who looks, and what of the page is theirs alone."""

    writer: Writer
    seen: Personal


def sight_of(request: HttpRequest, article: Article) -> Sight:
    """Return what everybody sees who asks for this page of a discussion in this order."""
    site = SiteSettings.current()
    opened = takes_comments(article, site=site)
    sort, page = _sort(request), page_number(request) or 1
    discussion = discussion_of(
        article=article, site=site, sort=sort, page=page, takes_replies=opened
    )
    return Sight(article, site, opened, sort, discussion)


def reader_of(sight: Sight, *, writer: Writer, kept: Kept) -> Reader:
    """Return a reader with the threads as they see them, and what stands beside those."""
    article, discussion = sight.article, sight.discussion
    seen = personal(
        public=discussion.threads,
        own=own_comments(writer=writer, article_id=article.pk) if kept.wrote else (),
        site=sight.site,
        kept=kept,
        elsewhere=discussion.elsewhere,
    )
    if discussion.page > 1 or sight.sort == Sort.PICKS:
        seen = seen._replace(loose=SafeString(""))
    return Reader(writer, seen)


def is_plain_look(request: HttpRequest) -> bool:
    """Whether a page is asked for that can be made for others, too."""
    return not (frame_of(request) or "reply" in request.GET or get_messages(request))


def from_kept_sheet(
    request: HttpRequest, sight: Sight, reader: Reader, *, known: Mapping[str, str]
) -> HttpResponse:
    """Answer with the page as every reader of this one's kind gets it, and what is theirs.

    ``known``: what a returning guest typed the last time.
    """
    kind = sheets.kind_of(
        request,
        writer=reader.writer,
        is_known=bool(known.get("name")),
        has_own=bool(reader.seen.loose),
        has_news=reader.seen.news is not None,
    )
    discussion = edition(
        article=sight.article,
        site=sight.site,
        sort=sight.sort,
        page=sight.discussion.page,
        opened=sight.opened,
    )
    sheet = sheets.kept_sheet(
        edition=f"{discussion}:{sight.article.updated_at.timestamp()}:{_named(sight.site)}",
        kind=kind,
        make=lambda: _html_of_kind(sight, kind, path=request.path),
    )
    return _answer(request, reader, sheet, known=known)


def rendered(
    request: HttpRequest,
    sight: Sight,
    reader: Reader,
    *,
    form: CommentForm | None,
    parent: Comment | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with a page that is made for this answer alone."""
    html = _html(
        request,
        sight,
        form=form,
        is_known=reader.writer.user is not None or bool(form and form.initial.get("name")),
        has_own=bool(reader.seen.loose),
        has_news=reader.seen.news is not None,
        extra={"parent": parent},
    )
    return _answer(request, reader, sheets.sheet(html), status=status)


def _html_of_kind(sight: Sight, kind: Kind, *, path: str) -> bytes:
    """Render the page for nobody in particular, with a mark for everything that is somebody's."""
    request = sheets.stand_in(kind, path=path)
    form = None
    if sight.opened:
        form = comment_form(
            writer=writer_of(request),
            longest=sight.site.comment_max_length,
            known={gap: MARKS[gap] for gap in KNOWN} if kind.is_known else None,
        )
        form.initial = {**form.initial, **{gap: MARKS[gap] for gap in HIDDEN}}
    return _html(
        request,
        sight,
        form=form,
        is_known=bool(kind.role) or kind.is_known,
        has_own=kind.has_own,
        has_news=kind.has_news,
        extra={"csrf_token": MARKS[Gap.TOKEN]},
    )


def _html(
    request: HttpRequest,
    sight: Sight,
    *,
    form: CommentForm | None,
    is_known: bool,
    has_own: bool,
    has_news: bool,
    extra: dict[str, Any],
) -> bytes:
    article, site, opened, sort, discussion = sight
    context = {
        "article": article,
        "site": site,
        "tags": article.tags.all(),
        "opened": opened,
        "threads": MARKS[Gap.THREADS],
        "own": MARKS[Gap.OWN] if has_own else "",
        "news": MARKS[Gap.NEWS] if has_news else "",
        "read_at": timezone.now(),
        "closing": None if opened else closing_of(article=article, site=site, at=timezone.now()),
        "sort": sort,
        "sorts": SORT_NAMES.items(),
        "picks": discussion.picks,
        "page": discussion.page,
        "pages": discussion.pages,
        "form": form,
        "form_first": form is not None and (is_known or form.is_bound or extra.get("parent")),
        "structured": as_script(
            article_as_data(article=article, site=site), comments=discussion.structured
        ),
        **extra,
    }
    template = "embed/article.html" if frame_of(request) else "comments/article.html"
    return render_to_string(template, context, request=request).encode()


def _answer(
    request: HttpRequest,
    reader: Reader,
    sheet: Sheet,
    *,
    known: Mapping[str, str] = MappingProxyType({}),
    status: int = 200,
) -> HttpResponse:
    user, seen = reader.writer.user, reader.seen
    keys = cache(form_key)
    values: sheets.Values = {
        Gap.TOKEN: cache(lambda: sheets.text(get_token(request))),
        Gap.SUBMISSION_KEY: lambda: sheets.text(keys()["submission_key"]),
        Gap.SHOWN: lambda: sheets.text(keys()["shown"]),
        Gap.READER: lambda: sheets.text(user.name or user.email if user else ""),
        Gap.NAME: lambda: sheets.text(known["name"]),
        Gap.EMAIL: lambda: sheets.text(known["email"]),
        Gap.WEBSITE: lambda: sheets.text(known["website"]),
        Gap.NEWS: lambda: (news_html(seen.news).encode() if seen.news else b"",),
        Gap.OWN: lambda: (seen.loose.encode(),),
        Gap.THREADS: lambda: seen.threads,
    }
    return for_one_reader(HttpResponse(sheets.filled(sheet, values), status=status))


def _named(site: SiteSettings) -> int:
    """Return a number that is another one as soon as anything about the site's settings is."""
    return hash(tuple(value for name, value in vars(site).items() if name != "_state"))


def _sort(request: HttpRequest) -> Sort:
    try:
        return Sort(request.GET.get("sort", Sort.NEWEST))
    except ValueError:
        return Sort.NEWEST
