"""The discussion under an article as one piece of HTML, cached under the discussion's version.

The version grows in the transaction of each decision, and the article is read afresh for every
request. So a decision names another entry: what was cached before it is never asked for again.
What is read after the version can only be newer than it says, never older.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.core.cache import caches
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from comments.models import Article, Comment, Disagreeing, SiteSettings
from comments.structured import as_json, comments_as_data
from comments.thread_html import ThreadsHtml, threads_html
from comments.threads import Sort, discussion_page, picks_of

_SECONDS = 3600


class Discussion(NamedTuple):
    """A page of the threads, the same for every reader.

    ``elsewhere`` says when each comment became public that this page does not show (microseconds
    since 1970, in their order), and who wrote it; ``picks`` is how many the editors recommend.
    """

    threads: ThreadsHtml
    elsewhere: Sequence[tuple[int, int]]
    picks: int
    page: int
    pages: int
    structured: str


def edition(*, article: Article, site: SiteSettings, sort: Sort, page: int, opened: bool) -> str:
    """Name everything that the HTML of a discussion's page depends on."""
    return ":".join(
        (
            f"{article.pk}:{article.discussion_version}:{sort}:{page}",
            f"{article.writer_id}:{site.disagreeing}",
            "open" if opened else "closed",
            "history" if site.edit_history else "",
            translation.get_language() or "",
            timezone.get_current_timezone_name(),
        )
    )


def discussion_of(
    *, article: Article, site: SiteSettings, sort: Sort, page: int, takes_replies: bool
) -> Discussion:
    """Return the discussion, from the cache where it is there. ``article`` must be fresh."""
    cache = caches["fragments"]
    named = edition(article=article, site=site, sort=sort, page=page, opened=takes_replies)
    key = f"discussion:{named}"
    found = cache.get(key)
    if isinstance(found, Discussion):
        return found
    made = _make(article=article, site=site, sort=sort, page=page, takes_replies=takes_replies)
    if made.page == page:  # a page beyond the last one is not worth an entry
        cache.set(key, made, _SECONDS)
    return made


def _make(
    *, article: Article, site: SiteSettings, sort: Sort, page: int, takes_replies: bool
) -> Discussion:
    disagreeing = Disagreeing(site.disagreeing)
    listing = discussion_page(
        article_id=article.pk,
        sort=sort,
        page=page,
        counts_disagreement=disagreeing == Disagreeing.SHOWN,
    )
    threads = threads_html(
        listing.threads,
        takes_replies=takes_replies,
        disagreeing=disagreeing,
        history=site.edit_history,
    )
    return Discussion(
        threads=threads,
        elsewhere=_elsewhere(article.pk, [place.id for place in threads.places]),
        picks=picks_of(article_id=article.pk),
        page=listing.page,
        pages=listing.pages,
        structured=as_json(comments_as_data(threads=listing.threads)),
    )


def _elsewhere(article_id: int, here: list[int]) -> list[tuple[int, int]]:
    others = Comment.objects.published().filter(article=article_id).exclude(pk__in=here)
    moments = others.values_list(Coalesce("public_since", "submitted_at"), "author_id")
    return sorted((int(at.timestamp() * 1_000_000), author_id) for at, author_id in moments)
