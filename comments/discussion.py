"""The discussion under an article as one piece of HTML, cached under the discussion's version.

The version grows in the transaction of each decision, and the article is read afresh for every
request. So a decision names another entry: what was cached before it is never asked for again.
What is read after the version can only be newer than it says, never older.
"""

import json
from typing import NamedTuple

from django.core.cache import caches
from django.utils import timezone, translation

from comments.models import Article, SiteSettings
from comments.structured import as_json, comments_as_data
from comments.thread_html import Place, ThreadsHtml, threads_html
from comments.threads import Sort, discussion_page

_SECONDS = 3600


class Discussion(NamedTuple):
    """A page of the threads, the same for every reader.

    Kept in the form that most answers need: the HTML as bytes, ``places`` and ``structured`` as
    JSON. Only for a reader with comments of their own here are they taken apart.
    """

    html: bytes
    places: str
    page: int
    pages: int
    structured: str

    def threads(self) -> ThreadsHtml:
        """Return the HTML with its places, to put a reader's own comments in."""
        places = {int(pk): Place(*offsets) for pk, offsets in json.loads(self.places).items()}
        return ThreadsHtml(self.html.decode(), places)


def edition(*, article: Article, site: SiteSettings, sort: Sort, page: int, opened: bool) -> str:
    """Name everything that the HTML of a discussion's page depends on."""
    return ":".join(
        (
            f"{article.pk}:{article.discussion_version}:{sort}:{page}",
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
    listing = discussion_page(article_id=article.pk, sort=sort, page=page)
    html = threads_html(listing.threads, takes_replies=takes_replies, history=site.edit_history)
    return Discussion(
        html=html.html.encode(),
        places=json.dumps(html.places, separators=(",", ":")),
        page=listing.page,
        pages=listing.pages,
        structured=as_json(comments_as_data(threads=listing.threads)),
    )
