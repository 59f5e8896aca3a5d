"""Why nothing can be written under an article any more, and since when."""

from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from comments.models import Article, CommentsMode, SiteSettings


class Closing(NamedTuple):
    """What readers are told of a closed discussion; ``at`` is None if nobody knows it."""

    name: str
    words: str
    at: datetime | None


def closing_of(*, article: Article, site: SiteSettings, at: datetime) -> Closing | None:
    """Return how a discussion is closed at a moment, or None while it takes comments."""
    by_itself = article.closes_at(settings=site)
    if by_itself is not None and by_itself > at:
        by_itself = None
    if article.comments_mode == CommentsMode.ARCHIVED:
        return Closing(
            gettext("This discussion is in the archive."),
            gettext(
                "It is kept as it was: nothing new can be written, answered or disagreed with."
                " You can read all of it, and report what should not stand here."
            ),
            article.closed_at or by_itself,
        )
    if article.comments_mode == CommentsMode.CLOSED:
        words = gettext("The newsroom has closed it, so nothing new can be written.")
        closed = article.closed_at or by_itself
    elif by_itself is not None:
        words, closed = _after_days(article, site), by_itself
    else:
        return None
    still = gettext("You can still read it.")
    return Closing(gettext("This discussion is closed."), f"{words} {still}", closed)


def keep_moment(sender: object, instance: Any, **_: Any) -> None:
    """Note when an article is closed by hand, or forget it (a receiver of ``pre_save``).

    Of an article that is closed when it first comes here nobody knows since when.
    """
    if instance.comments_mode == CommentsMode.OPEN:
        instance.closed_at = None
    elif instance.closed_at is None and not instance._state.adding:
        instance.closed_at = timezone.now()


def _after_days(article: Article, site: SiteSettings) -> str:
    days = article.close_after_days
    if days is None:
        days = site.close_after_days or 0
    return ngettext(
        "Discussions like this one take comments for %(days)d day.",
        "Discussions like this one take comments for %(days)d days.",
        days,
    ) % {"days": days}
