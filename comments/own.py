"""What an author alone sees: their comments that are not public, in their place, and their links.

Kept apart from the threads that everybody sees: those are cached and the same for all; this is put
into them for one request.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from comments.models import Comment, SiteSettings, Status
from comments.reasons import Reason, reasons_of
from comments.rendering import clean_text, render_body
from comments.submission import Writer
from comments.thread_html import (
    Piece,
    Place,
    ThreadsHtml,
    author_html,
    clock_html,
    moment_html,
    text_of,
)
from comments.threads import INDENTED_LEVELS
from comments.waiting import wait_in_words, wait_of_now

LATEST = 50
# Seconds until a fresh comment asks whether it has been screened; then it stays as it is.
LOOKS_AGAIN_AFTER = (1, 2, 4, 8, 15)


def written_by(writer: Writer) -> Q | None:
    """Return what a writer's comments have in common, or None for somebody nobody knows."""
    if writer.user is not None:
        return Q(author__user=writer.user)
    theirs = Q()
    if writer.guest_key is not None:
        theirs |= Q(author__key=writer.guest_key)
    if writer.address:
        theirs |= Q(author__email=writer.address, author_email__iexact=writer.address)
    return Q(theirs, author__user=None) if theirs else None


def own_comments(
    *, writer: Writer, article_id: int, root_id: int | None = None
) -> Sequence[Comment]:
    """Return the writer's latest comments under an article, or in one thread, oldest first.

    Those that the author took out are left out.
    """
    theirs = written_by(writer)
    if theirs is None:
        return ()
    own = Comment.objects.filter(theirs, article_id=article_id, withdrawn_at=None)
    if root_id is not None:
        own = own.filter(Q(pk=root_id) | Q(root_id=root_id))
    own = own.select_related("article", "current_revision", "parent").order_by("-pk")
    return list(own[:LATEST])[::-1]


class OwnPieces(NamedTuple):
    """A reader's own comments: what goes where into the threads, and what has no place there."""

    pieces: list[Piece]
    loose: SafeString


def own_pieces(*, public: ThreadsHtml, own: Sequence[Comment], site: SiteSettings) -> OwnPieces:
    """Return what is put into the threads for the author of ``own`` (oldest first)."""
    if not own:
        return OwnPieces([], SafeString(""))
    places = public.by_id
    pieces: list[Piece] = []
    homes: dict[int, int | None] = {}  # own comment -> offset of the replies to it, None: loose
    loose: list[str] = []
    own = list(own)
    reasons = reasons_of([c.pk for c in own if c.is_off_the_page])
    for comment in own:
        place = places.get(comment.pk)
        if comment.status == Status.PUBLISHED:
            if place:
                links = own_links(comment=comment, site=site)
                pieces.append((place.actions, place.actions, links.encode()))
        elif place:
            html = own_html(comment=comment, site=site, why=reasons.get(comment.pk))
            pieces.append((place.start, place.end, html.encode()))
        else:
            home = _home(comment, places, homes)
            homes[comment.pk] = home
            why = reasons.get(comment.pk)
            html = own_html(comment=comment, site=site, is_loose=home is None, why=why)
            if home is None:
                loose.append(html)
            else:
                pieces.append((home, home, html.encode()))
    return OwnPieces(pieces, mark_safe("".join(loose)))  # noqa: S308, own_html


def own_html(
    *,
    comment: Comment,
    site: SiteSettings,
    looked: int = 0,
    is_loose: bool = False,
    why: Reason | None = None,
) -> str:
    """Return an unpublished comment as its author sees it.

    ``looked``: how often the page has asked whether it is screened by now. ``is_loose``: it stands
    away from the comment that it answers. ``why``: where it says why it is off the page.
    """
    text = text_of(comment=comment)
    depth = 0 if is_loose else min(comment.depth, INDENTED_LEVELS)
    asks = _asks_again(comment, looked) if comment.status == Status.SUBMITTED else ""
    when = f'<a class="when" href="{escape(comment.get_absolute_url())}">'
    return (
        f'<article class="c d{depth} own" id="c-{comment.public_id}"{asks}>'
        f"<header>{author_html(text)}{_answers(comment) if is_loose else ''}"
        f"{when}{moment_html(text.submitted_at)}</a></header>"
        f'<p class="note" role="status">{escape(_standing(comment))}{_why(why)}</p>'
        f'<div class="text">{render_body(text.body)}</div>'
        f'<p class="acts">{own_links(comment=comment, site=site)}</p></article>'
    )


def own_links(*, comment: Comment, site: SiteSettings) -> str:
    """Return the links for what an author may do to their own comment now."""
    if comment.status == Status.REMOVED:
        return ""
    withdraw = reverse("comments:withdraw", args=[comment.public_id])
    links = f'<a href="{withdraw}" data-own>{escape(gettext("Withdraw"))}</a>'
    until = comment.editable_until(settings=site)
    if until is None or timezone.now() >= until:
        return links
    edit = reverse("comments:edit", args=[comment.public_id])
    told = escape(gettext("you can edit until %s")) % clock_html(until)
    return f'<a href="{edit}">{escape(gettext("Edit"))}</a>{links}<span class="until">{told}</span>'


def _home(comment: Comment, places: dict[int, Place], homes: dict[int, int | None]) -> int | None:
    if comment.parent_id is None:
        return None
    if place := places.get(comment.parent_id):
        return place.after
    return homes.get(comment.parent_id)


def _standing(comment: Comment) -> str:
    if comment.status == Status.REMOVED:
        return gettext(
            "This comment was removed: it went against the rules of this discussion."
            " Only you can still see it here."
        )
    wait = wait_of_now()
    if comment.status == Status.SUBMITTED:
        checked = gettext("Being checked. Only you can see it until then.")
        if wait is None:
            return checked
        first = gettext("A moderator may have to read it first.")
        return f"{checked} {first} {wait_in_words(wait)}"
    if wait is not None and timezone.now() - comment.current_revision.created_at > wait.usual:
        wait = wait._replace(is_longer=True)
    said = (
        gettext("Waiting for a moderator."),
        wait_in_words(wait),
        gettext("Only you can see it until then."),
    )
    return " ".join(filter(None, said))


def _why(why: Reason | None) -> str:
    return f' <a href="{escape(why.path)}">{escape(why.words)}</a>' if why else ""


def _answers(comment: Comment) -> str:
    parent = comment.parent
    if parent is None or parent.status != Status.PUBLISHED:
        return ""
    name = f"<bdi>{escape(clean_text(parent.author_name))}</bdi>"
    link = f'<a href="{escape(parent.get_absolute_url())}">{name}</a>'
    return f' <span class="answers">{escape(gettext("in reply to %s")) % link}</span> '


def _asks_again(comment: Comment, looked: int) -> str:
    if looked >= len(LOOKS_AGAIN_AFTER):
        return ""
    href = reverse("comments:state", args=[comment.public_id])
    return (
        f' hx-get="{href}?looked={looked + 1}" hx-swap="outerHTML"'
        f' hx-trigger="load delay:{LOOKS_AGAIN_AFTER[looked]}s"'
    )
