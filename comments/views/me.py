"""The reader's own place, for whoever is signed in and for the guest of the cookie."""

from datetime import datetime
from typing import NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from comments.cookies import shown_address, writer_of
from comments.joining import addresses_of, offered_guests
from comments.models import Comment, SiteSettings, Status
from comments.own import written_by
from comments.reasons import Reason, reasons_of
from comments.submission import Writer
from comments.views.common import for_one_reader, page_number
from comments.waiting import wait_in_words, wait_of_now

ON_PAGE = 20

_STANDS: dict[str, Promise] = {
    Status.SUBMITTED: _("Being checked"),
    Status.HELD: _("Waiting for a moderator"),
    Status.PUBLISHED: _("Published"),
    Status.REMOVED: _("Removed"),
}


class Mine(NamedTuple):
    """One of the reader's comments with where it stands, in words and as a name for the page.

    ``is_reachable``: its article is public and the comment was not withdrawn, so links lead there.
    ``why``: the page that says why it is off the page.
    """

    comment: Comment
    stands: Promise
    state: str
    is_reachable: bool
    editable_until: datetime | None
    why: Reason | None = None

    @property
    def may_withdraw(self) -> bool:
        """Whether it may still be taken out."""
        return self.is_reachable and self.comment.status != Status.REMOVED

    @property
    def may_edit(self) -> bool:
        """Whether there is still time to edit it."""
        until = self.editable_until
        return self.may_withdraw and until is not None and timezone.now() < until


@require_safe
def comments(request: HttpRequest) -> HttpResponse:
    """All comments of this reader, newest first, each with where it stands."""
    writer, page = writer_of(request), page_number(request) or 1
    mine, has_more = _page_of(writer, page)
    if page > 1 and not mine:
        raise Http404
    waits = any(one.state == Status.HELD for one in mine)
    context = {
        "place": "comments",
        "mine": mine,
        "is_guest": writer.user is None and bool(writer.guest_key or writer.address),
        "offers": page == 1 and _has_offers(request, writer),
        "wait": wait_in_words(wait_of_now()) if waits else "",
        "page": page,
        "next_page": page + 1 if has_more else None,
    }
    return for_one_reader(render(request, "me/comments.html", context))


def _has_offers(request: HttpRequest, writer: Writer) -> bool:
    if writer.user is None:
        return False
    addresses = addresses_of(writer.user, shown=shown_address(request))
    return bool(offered_guests(user=writer.user, addresses=addresses))


def _page_of(writer: Writer, page: int) -> tuple[list[Mine], bool]:
    """Return a page of comments, and whether older ones follow. Three queries at most."""
    theirs = written_by(writer)
    if theirs is None:
        return [], False
    found = Comment.objects.filter(theirs).select_related("article", "current_revision")
    start = (page - 1) * ON_PAGE
    rows = list(found.order_by("-pk")[start : start + ON_PAGE + 1])
    site = SiteSettings.current()
    why = reasons_of([one.pk for one in rows if one.is_off_the_page])
    shown = [_mine(one, site, why.get(one.pk)) for one in rows[:ON_PAGE]]
    return shown, len(rows) > ON_PAGE


def _mine(comment: Comment, site: SiteSettings, why: Reason | None) -> Mine:
    until = comment.editable_until(settings=site)
    if comment.withdrawn_at is not None:
        return Mine(comment, _("Withdrawn by you"), "withdrawn", False, until)
    published_at = comment.article.published_at
    is_public = published_at is not None and published_at <= timezone.now()
    return Mine(comment, _STANDS[comment.status], comment.status, is_public, until, why)
