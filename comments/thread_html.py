"""Threads as HTML, built as one list of strings: the template engine takes several times as long.

Whatever a reader typed passes ``escape`` or ``render_body`` on its way into a string here. Nothing
in the result depends on who reads it; what does is put in afterwards at a ``Place``.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from html import escape
from operator import attrgetter, itemgetter
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, pgettext

from comments.models import Comment, Disagreeing
from comments.rendering import LINK_REL, clean_text, render_body
from comments.threads import INDENTED_LEVELS, Badge, Node, Text, Thread

# What is screened in this time is public "at once".
_AT_ONCE = timedelta(seconds=10)


class Place(NamedTuple):
    """Where one comment stands in the HTML, as offsets of bytes.

    ``inside``: where what it holds begins; ``marks``: where its heading ends; ``actions``: where
    links for its author go; ``after``: where a further reply to it goes. ``anchor`` is its name in
    the page, ``author_id`` wrote it, and it is public since ``public_at`` (microseconds since
    1970); these are empty and 0 where the comment itself is not public.
    """

    id: int
    anchor: bytes
    start: int
    inside: int
    marks: int
    actions: int
    end: int
    after: int
    author_id: int
    public_at: int


@dataclass(frozen=True)
class ThreadsHtml:
    """HTML for everybody, and the places in it, in its order.

    They are found by what a reader's own depends on, so that it costs as much time as there is of
    it, however long the discussion is.
    """

    html: bytes
    places: Sequence[Place]

    @cached_property
    def by_id(self) -> dict[int, Place]:
        """Return the places by the comment that stands there."""
        return {place.id: place for place in self.places}

    @cached_property
    def by_author(self) -> dict[int, list[Place]]:
        """Return the places of each author's comments."""
        found: dict[int, list[Place]] = defaultdict(list)
        for place in self.places:
            found[place.author_id].append(place)
        return dict(found)

    @cached_property
    def by_moment(self) -> list[Place]:
        """Return the places, those first whose comments became public first."""
        return sorted(self.places, key=attrgetter("public_at"))


# HTML for one reader, in the place of what stands from an offset to another. Hundreds are made for
# one answer: a named tuple takes eight times as long to make.
Piece = tuple[int, int, bytes]


def spliced(html: bytes, pieces: Iterable[Piece]) -> list[bytes | memoryview]:
    """Return the threads with what is one reader's own in it, in parts that are yet to be joined.

    They can be a megabyte: what everybody sees is copied once, into the answer.
    """
    everybody = memoryview(html)
    parts: list[bytes | memoryview] = []
    position = 0
    for start, end, piece in sorted(pieces, key=itemgetter(0, 1)):
        parts += (everybody[position:start], piece)
        position = end
    parts.append(everybody[position:])
    return parts


class _Words:
    """The words that every comment needs, looked up once for a page."""

    def __init__(self) -> None:
        self.reply = escape(gettext("Reply"))
        self.reply_to = escape(gettext("Reply to %s"))
        self.report = escape(gettext("Report"))
        self.report_of = escape(gettext("Report the comment by %s"))
        self.share = escape(gettext("Share"))
        self.share_of = escape(gettext("Share the comment by %s"))
        self.edited = escape(gettext("edited"))
        self.history_of = escape(gettext("What %s edited"))
        self.answers = escape(gettext("in reply to %s"))
        self.badges = {
            Badge.WRITER: escape(gettext("Author of the article")),
            Badge.NEWSROOM: escape(gettext("Newsroom")),
        }
        self.picked = escape(gettext("Editors’ pick"))
        self.disagree = escape(gettext("Disagree"))
        self.disagree_with = escape(gettext("Disagree with %s"))
        self.mute = escape(pgettext("what a reader does", "Mute"))
        self.mute_of = escape(gettext("Mute %s, for yourself"))
        self.removed = escape(gettext("This comment was removed."))
        self.unpublished = escape(gettext("This comment is not published."))
        self.base = f"{reverse('comments:index')}comments/"
        self.zone = timezone.get_current_timezone()
        self._days: dict[date, str] = {}

    def moment(self, at: datetime) -> str:
        """Return a time element. Scripts make the text relative, so a cached page never lies."""
        local = at.astimezone(self.zone)
        day = local.date()
        if (shown := self._days.get(day)) is None:
            shown = self._days[day] = escape(date_format(day, "DATE_FORMAT"))
        iso = at.astimezone(UTC).isoformat(timespec="seconds")
        return f'<time datetime="{iso}">{shown}, {local.hour:02}:{local.minute:02}</time>'


def threads_html(
    threads: Iterable[Thread],
    *,
    takes_replies: bool,
    disagreeing: Disagreeing = Disagreeing.OFF,
    focus: str = "",
    history: bool = False,
) -> ThreadsHtml:
    """Return the HTML of threads. ``focus`` is the public id of a comment to make stand out.

    ``takes_replies`` is False where the discussion is closed; ``history``: everybody may see what
    was edited.
    """
    builder = _Builder(takes_replies, disagreeing=disagreeing, focus=focus, history=history)
    for thread in threads:
        builder.add(thread)
    return ThreadsHtml(b"".join(builder.pieces), list(builder.places.values()))


def published_html(
    *,
    node: Node,
    takes_replies: bool,
    disagreeing: Disagreeing,
    more_actions: str,
    history: bool = False,
) -> str:
    """Return one published comment, with links for its author (HTML) among the actions."""
    assert node.text is not None  # noqa: S101, it is published
    builder = _Builder(takes_replies, disagreeing=disagreeing, history=history)
    return f"{builder.published(node, node.text)}{more_actions}</p></article>"


def text_of(*, comment: Comment) -> Text:
    """Return what ``Text`` holds of a comment at hand; its current revision must be loaded."""
    return Text(
        id=comment.pk,
        public_id=str(comment.public_id),
        author_name=comment.author_name,
        author_website=comment.author_website,
        submitted_at=comment.submitted_at,
        edited_at=comment.edited_at,
        body=comment.current_revision.body,
    )


class _Builder:
    def __init__(
        self,
        takes_replies: bool,
        *,
        disagreeing: Disagreeing = Disagreeing.OFF,
        focus: str = "",
        history: bool,
    ) -> None:
        self.words = _Words()
        self.history = history
        self.takes_replies = takes_replies
        self.disagreeing = disagreeing
        self.focus = focus
        self.pieces: list[bytes] = []
        self.length = 0
        self.places: dict[int, Place] = {}
        self._open: list[tuple[int, Node]] = []  # ancestors of the next comment: (depth, node)

    def add(self, thread: Thread) -> None:
        """Add a thread: its first comment, then the replies, which can be folded away."""
        self._put('<section class="thread">')
        first, *replies = thread.nodes
        self._comment(first)
        if replies:
            readable = sum(node.text is not None for node in replies)
            self._put(_fold(readable + thread.more))
            for node in replies:
                self._comment(node)
        self._close(depth=0)
        if thread.more:
            self._put(self._more(thread))
        self._put("</div></details></section>" if replies else "</section>")

    def _put(self, piece: str) -> bytes:
        encoded = piece.encode()
        self.pieces.append(encoded)
        self.length += len(encoded)
        return encoded

    def _comment(self, node: Node) -> None:
        self._close(depth=node.depth)
        start, anchor, marks = self.length, b"", 0
        author_id, public_at = _told_of(node.text) if node.text else (0, 0)
        if node.text is None:
            words = self.words.removed if node.is_removed else self.words.unpublished
            html = self._put(f'<article class="{_indent(node.depth)} gone"><p>{words}</p>')
        else:
            html = self._put(self.published(node, node.text))
            anchor = f"c-{node.text.public_id}".encode()
            marks = start + html.index(b"</header>")
        inside, actions = start + html.index(b">") + 1, self.length
        self._put("</article>" if node.text is None else "</p></article>")
        self._open.append((node.depth, node))
        self.places[node.id] = Place(
            id=node.id,
            anchor=anchor,
            start=start,
            inside=inside,
            marks=marks,
            actions=actions,
            end=self.length,
            after=self.length,
            author_id=author_id,
            public_at=public_at,
        )

    def _close(self, *, depth: int) -> None:
        """Everything as deep or deeper has had its last reply."""
        while self._open and self._open[-1][0] >= depth:
            _depth, node = self._open.pop()
            self.places[node.id] = self.places[node.id]._replace(after=self.length)

    def published(self, node: Node, text: Text) -> str:
        words, key = self.words, text.public_id
        indent = _indent(node.depth) + (" focus" if key == self.focus else "")
        name = escape(clean_text(text.author_name))
        edited = self._edited(key, name) if text.edited_at else ""
        answers = self._answers(node.answers) if node.answers else ""
        moment = words.moment(text.submitted_at)
        reply = ""
        if self.takes_replies:
            reply = (
                f'<a href="?reply={key}#write" data-do="reply"'
                f' aria-label="{words.reply_to % name}">{words.reply}</a>'
            )
        author = author_html(text)
        if text.badge or text.is_picked:
            author += self._badges(text)
        body = render_body(text.body)
        return (
            f'<article class="{indent}" id="c-{key}"{self._focused(key)}{_later(text)}>'
            f"<header>{author}{answers}"
            f'<a class="when" href="{words.base}{key}/">{moment}</a>{edited}</header>'
            f'<div class="text">{body}</div><p class="acts">{reply}{self._disagree(text, name)}'
            f'<a href="{words.base}{key}/report/" data-do="report"'
            f' aria-label="{words.report_of % name}">{words.report}</a>'
            f'<a href="{words.base}{key}/" data-do="share"'
            f' aria-label="{words.share_of % name}">{words.share}</a>'
            f'<a href="{words.base}{key}/mute/" data-do="mute"'
            f' aria-label="{words.mute_of % name}">{words.mute}</a>'
        )

    def _focused(self, key: str) -> str:
        """Without scripts, too, the browser goes to the comment that a permalink names."""
        return ' tabindex="-1" autofocus' if key == self.focus else ""

    def _badges(self, text: Text) -> str:
        badge = (
            f'<span class="badge">{self.words.badges[Badge(text.badge)]}</span> '
            if text.badge
            else ""
        )
        picked = (
            f'<span class="badge badge-pick">{self.words.picked}</span> ' if text.is_picked else ""
        )
        return badge + picked

    def _disagree(self, text: Text, name: str) -> str:
        if not self.takes_replies or self.disagreeing == Disagreeing.OFF:
            return ""
        words, number = self.words, ""
        if self.disagreeing == Disagreeing.SHOWN and text.disagree:
            number = f" <span>{text.disagree}</span>"
        return (
            f'<a href="{words.base}{text.public_id}/disagree/" data-do="disagree"'
            f' aria-label="{words.disagree_with % name}{number and f", {text.disagree}"}">'
            f"{words.disagree}{number}</a>"
        )

    def _edited(self, key: str, name: str) -> str:
        words = self.words
        if not self.history:
            return f' <span class="edited">{words.edited}</span>'
        return (
            f' <a class="edited" href="{words.base}{key}/history/"'
            f' aria-label="{words.history_of % name}">{words.edited}</a>'
        )

    def _answers(self, parent: Text) -> str:
        name = f"<bdi>{escape(clean_text(parent.author_name))}</bdi>"
        link = f'<a href="{self.words.base}{parent.public_id}/">{name}</a>'
        return f' <span class="answers">{self.words.answers % link}</span>'

    def _more(self, thread: Thread) -> str:
        words = ngettext("Show %(count)d more reply", "Show %(count)d more replies", thread.more)
        shown = escape(words % {"count": thread.more})
        href = f"{self.words.base}{thread.root_public_id}/"
        return f'<p class="more"><a href="{href}">{shown}</a></p>'


def author_html(text: Text) -> str:
    """Return the author's name, a link where a website was given. Its direction stays inside."""
    name = f"<bdi>{escape(clean_text(text.author_name))}</bdi>"
    site = text.author_website
    if site.startswith(("https://", "http://")):
        name = f'<a href="{escape(site)}" rel="{LINK_REL}">{name}</a>'
    return f'<b class="who">{name}</b> '


def moment_html(at: datetime) -> str:
    """Return a time element as comments carry it."""
    return _Words().moment(at)


def clock_html(at: datetime) -> str:
    """Return a time that is soon: the hour, and the day where it is not today.

    Scripts put it on the reader's clock; without them it is the site's.
    """
    local = at.astimezone(timezone.get_current_timezone())
    day = (
        ""
        if local.date() == timezone.localdate()
        else f"{escape(date_format(local, 'MONTH_DAY_FORMAT'))}, "
    )
    iso = at.astimezone(UTC).isoformat(timespec="seconds")
    return f'<time datetime="{iso}" data-clock>{day}{local.hour:02}:{local.minute:02}</time>'


def exact_html(at: datetime) -> str:
    """Return a time whose day and hour are told, now and later: until when something holds."""
    return moment_html(at).replace("<time ", "<time data-exact ", 1)


def _told_of(text: Text) -> tuple[int, int]:
    at = text.public_at or text.submitted_at
    return text.author_id, int(at.timestamp() * 1_000_000)


def _later(text: Text) -> str:
    """Tell scripts since when a comment is public that waited before: a guest's page has no other
    way to know what came since their last visit."""
    at = text.public_at or text.submitted_at
    if at - text.submitted_at < _AT_ONCE:
        return ""
    return f' data-public="{at.astimezone(UTC).isoformat(timespec="seconds")}"'


def _indent(depth: int) -> str:
    return f"c d{min(depth, INDENTED_LEVELS)}"


def _fold(count: int) -> str:
    words = ngettext("%(count)d reply", "%(count)d replies", count) % {"count": count}
    return f'<details class="replies" open><summary>{escape(words)}</summary><div>'
