"""What one reader alone sees in the threads that are the same for all.

Own comments, comments of readers they muted, and what is new since their last visit. The threads
are cached as bytes with the places of the comments in them; this is put in for one request. What is
new to whom costs one query, and as much time as there are new comments on the page.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from html import escape
from typing import NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from comments.models import Comment, SiteSettings
from comments.own import own_pieces
from comments.readers import VISIT_ENDS_AFTER, reader_key
from comments.submission import Writer
from comments.thread_html import Piece, Place, ThreadsHtml, spliced

_END = len(b"</article>")


class Kept(NamedTuple):
    """What is kept of a reader about an article: their last visit, and whom they muted anywhere."""

    since: datetime | None = None
    muted: frozenset[int] = frozenset()


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
    """The threads as a reader sees them, and what stands beside them."""

    threads: bytes
    loose: SafeString
    news: News | None


def kept_of(*, writer: Writer, article_id: int) -> Kept:
    """Return what is kept of a reader. One query, none for somebody unknown."""
    key = reader_key(writer=writer)
    if not key:
        return Kept()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (
                SELECT CASE WHEN seen_at < %s THEN seen_at ELSE since END
                FROM comments_visit WHERE reader_key = %s AND article_id = %s
            ), ARRAY(SELECT muted_id FROM comments_mute WHERE reader_key = %s)
            """,
            [timezone.now() - VISIT_ENDS_AFTER, key, article_id, key],
        )
        since, muted = cursor.fetchone()
    return Kept(since, frozenset(muted))


def personal(
    *,
    public: ThreadsHtml,
    own: Sequence[Comment],
    site: SiteSettings,
    kept: Kept,
    elsewhere: Iterable[tuple[int, ...]] = (),
) -> Personal:
    """Put into the threads what is one reader's own. What they wrote is never new to them.

    ``elsewhere``: (moment, author id) of the comments that the threads leave out.
    """
    pieces, loose = own_pieces(public=public, own=own, site=site)
    taken = {piece.start for piece in pieces if piece.end > piece.start}
    news = None
    if kept.muted:
        muted = [p for p in public.places if p.author_id in kept.muted and p.start not in taken]
        pieces += _folded(public.html, muted)
    if kept.since is not None:
        unread = kept.muted | {comment.author_id for comment in own[:1]}
        after = int(kept.since.timestamp() * 1_000_000)
        new = [p for p in public.places if p.public_at > after and p.author_id not in unread]
        others = sum(at > after and author not in unread for at, author in elsewhere)
        marks, anchors = _marked(public.html, new)
        pieces += marks
        if new or others:
            first = anchors[0] if anchors else ""
            news = News(len(new) + others, len(new), kept.since, first)
    threads = spliced(public.html, pieces) if pieces else public.html
    return Personal(threads, loose, news)


def _folded(html: bytes, places: Iterable[Place]) -> Iterator[Piece]:
    """Put comments behind a line that opens them; without scripts, too."""
    words = escape(gettext("Comment by a reader you muted"))
    show = escape(gettext("show"))
    opening = (
        f'<details class="muted"><summary>{words}, <span class="show">{show}</span></summary>'
    ).encode()
    for place in places:
        inside = html.index(b">", place.start) + 1
        yield Piece(inside, inside, opening)
        # Links for its author may end at the same place, but nobody mutes themselves.
        end = place.end - _END
        yield Piece(end, end, b"</details>")


def _marked(html: bytes, places: Collection[Place]) -> tuple[list[Piece], list[str]]:
    """Mark what is new, each mark a link to the next one; the last leads back to the count."""
    new, following = escape(gettext("New")), escape(gettext("go to the next new comment"))
    last = escape(gettext("go back to the number of new comments"))
    anchors = [_anchor(html, place) for place in places]
    pieces = []
    for place, after in zip(places, [*anchors[1:], ""], strict=False):
        at = html.index(b"</header>", place.start)
        to, spoken, sign = (f"#{after}", following, "↓") if after else ("#new", last, "↑")
        mark = (
            f' <a class="new" href="{to}">{new}<span aria-hidden="true"> {sign}</span>'
            f'<span class="unseen">, {spoken}</span></a>'
        )
        pieces.append(Piece(at, at, mark.encode()))
    return pieces, anchors


def _anchor(html: bytes, place: Place) -> str:
    start = html.index(b' id="', place.start) + 5
    return html[start : html.index(b'"', start)].decode()
