"""What one reader alone sees in the threads that are the same for all.

Own comments, comments of readers they muted, and what is new since their last visit. The threads
are cached as bytes with the places of the comments in them; this is put in for one request. What is
new to whom costs one query, and as much time as there are new comments on the page.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from accounts.prepared import first_row
from comments.models import Comment, SiteSettings
from comments.own import own_pieces, written_by
from comments.readers import VISIT_ENDS_AFTER, reader_key
from comments.submission import Writer
from comments.thread_html import Piece, Place, ThreadsHtml, spliced

_MOMENT, _START = attrgetter("public_at"), attrgetter("start")
_END = len(b"</article>")
_KEPT = """
WITH author AS (
    SELECT id FROM comments_author WHERE user_id = %(user)s::bigint
        OR (user_id IS NULL AND (key = %(guest)s::uuid OR email = nullif(%(address)s::text, '')))
)
SELECT (
    SELECT CASE WHEN seen_at < %(ends)s THEN seen_at ELSE since END
    FROM comments_visit WHERE reader_key = %(reader)s AND article_id = %(article)s
), ARRAY(
    SELECT muted_id FROM comments_mute WHERE reader_key = %(reader)s
), EXISTS (
    SELECT FROM comments_comment JOIN author ON author.id = author_id
    WHERE article_id = %(article)s AND withdrawn_at IS NULL
), EXISTS (
    SELECT FROM comments_restriction JOIN author ON author.id = author_id
    WHERE kind = 'ban' AND lifted_at IS NULL AND (until IS NULL OR until > clock_timestamp())
)
"""


class Kept(NamedTuple):
    """What is kept of a reader about an article: their last visit, and whom they muted anywhere.

    ``wrote``: there may be comments of theirs here. ``is_banned``: a ban may hold for them. Both
    say what is worth another query, and no more.
    """

    since: datetime | None = None
    muted: frozenset[int] = frozenset()
    wrote: bool = False
    is_banned: bool = False


class News(NamedTuple):
    """How much is new since ``since``, and how much of it is ``here``; ``first`` is an anchor."""

    number: int
    here: int
    since: datetime
    first: str

    @property
    def elsewhere(self) -> int:
        """How much of it is on other pages or deep in a long thread."""
        return self.number - self.here


class Personal(NamedTuple):
    """The threads as a reader sees them, in parts, and what stands beside them."""

    threads: Sequence[bytes | memoryview]
    loose: SafeString
    news: News | None


def kept_of(*, writer: Writer, article_id: int) -> Kept:
    """Return what is kept of a reader. One query, none for somebody unknown."""
    if written_by(writer) is None:
        return Kept()
    key = reader_key(writer=writer)
    known = {
        "user": writer.user.pk if writer.user is not None else None,
        "guest": writer.guest_key if writer.user is None else None,
        "address": writer.address if writer.user is None else None,
    }
    ends = timezone.now() - VISIT_ENDS_AFTER
    values = {**known, "reader": key, "article": article_id, "ends": ends}
    row = first_row(_KEPT, values)
    assert row is not None  # noqa: S101, for the type checker: one row of four parts
    since, muted, wrote, is_banned = row
    return Kept(since, frozenset(muted), wrote, is_banned)


def personal(
    *,
    public: ThreadsHtml,
    own: Sequence[Comment],
    site: SiteSettings,
    kept: Kept,
    elsewhere: Sequence[tuple[int, int]] = (),
) -> Personal:
    """Put into the threads what is one reader's own. What they wrote is never new to them.

    ``elsewhere``: (moment, author id) of the comments that the threads leave out, in their order.
    """
    pieces, loose = own_pieces(public=public, own=own, site=site)
    taken = {start for start, end, _html in pieces if end > start}
    muted = [
        place
        for author_id in kept.muted
        for place in public.by_author.get(author_id, ())
        if place.start not in taken
    ]
    pieces += _folded(muted)
    news = None
    if kept.since is not None:
        unread = kept.muted | {comment.author_id for comment in own[:1]}
        after = int(kept.since.timestamp() * 1_000_000)
        first_new = bisect_right(public.by_moment, after, key=_MOMENT)
        new = [p for p in public.by_moment[first_new:] if p.author_id not in unread]
        new.sort(key=_START)
        first_new = bisect_right(elsewhere, after, key=itemgetter(0))
        others = sum(author_id not in unread for _at, author_id in elsewhere[first_new:])
        pieces += _marked(new)
        if new or others:
            first = new[0].anchor.decode() if new else ""
            news = News(len(new) + others, len(new), kept.since, first)
    return Personal(spliced(public.html, pieces), loose, news)


def news_html(news: News) -> str:
    """Say how much is new since when, and lead to the first of it."""
    told = ngettext(
        "<b>%(n)s new</b> since %(moment)s", "<b>%(n)s new</b> since %(moment)s", news.number
    ) % {"n": news.number, "moment": _since(news.since)}
    if news.elsewhere:
        words = ngettext(
            ", %(n)s of them on another page or deep in a long thread",
            ", %(n)s of them on other pages or deep in long threads",
            news.elsewhere,
        )
        told += f"<small>{words % {'n': news.elsewhere}}</small>"
    if not news.first:
        return f"<p>{told}</p>"
    return f'<p>{told}</p> <a href="#{news.first}">{escape(gettext("Go to the first"))}</a>'


def _since(at: datetime) -> str:
    """Return a time element such as "Tuesday 14:02"; scripts put it into the reader's own zone."""
    local = timezone.localtime(at)
    form = "WEEKDAY_TIME_FORMAT" if timezone.now() - at < timedelta(days=6) else "DATETIME_FORMAT"
    words, exact = (escape(date_format(local, one)) for one in (form, "WEEKDAY_DATETIME_FORMAT"))
    return f'<time class="since" datetime="{at.isoformat()}" title="{exact}">{words}</time>'


def _folded(places: Iterable[Place]) -> Iterator[Piece]:
    """Put comments behind a line that opens them; without scripts, too."""
    words = escape(gettext("Comment by a reader you muted"))
    show = escape(gettext("show"))
    opening = (
        f'<details class="muted"><summary>{words}, <span class="show">{show}</span></summary>'
    ).encode()
    for place in places:
        yield place.inside, place.inside, opening
        # Links for its author may end at the same place, but nobody mutes themselves.
        end = place.end - _END
        yield end, end, b"</details>"


def _marked(places: Sequence[Place]) -> Iterator[Piece]:
    """Mark what is new, each mark a link to the next one; the last leads back to the count."""
    opening, closing = _mark("↓", gettext("go to the next new comment"))
    for place, after in pairwise(places):
        yield place.marks, place.marks, opening + after.anchor + closing
    if places:
        opening, closing = _mark("↑", gettext("go back to the number of new comments"))
        yield places[-1].marks, places[-1].marks, opening + b"new" + closing


def _mark(sign: str, spoken: str) -> tuple[bytes, bytes]:
    """Return what stands before and after the anchor that a mark leads to."""
    words = f'{escape(gettext("New"))}<span aria-hidden="true"> {sign}</span>'
    closing = f'">{words}<span class="unseen">, {escape(spoken)}</span></a>'
    return b' <a class="new" href="#', closing.encode()
