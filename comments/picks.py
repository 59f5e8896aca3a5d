"""Comments that the editors recommend. Readers see which, and never who picked them."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from comments.models import Article, Comment, Pick, Status


class NotPublic(Exception):
    """The comment is not public (any more), so it cannot be recommended."""


@transaction.atomic
def pick(*, comment: Comment, by: User, at: datetime) -> Pick:
    """Recommend a comment; a second time it is the first. Raises NotPublic.

    The comment is held meanwhile: a decision that hides it comes before, or ends the pick.
    """
    now = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    if now.status != Status.PUBLISHED:
        raise NotPublic
    found, created = Pick.objects.get_or_create(
        comment=comment, ended_at=None, defaults={"picked_by": by, "picked_at": at}
    )
    if created:
        _show_again(comment)
    return found


@transaction.atomic
def unpick(*, comment: Comment, by: User, at: datetime) -> bool:
    """Take a recommendation back; whether there was one."""
    standing = Pick.objects.standing().filter(comment=comment)
    ended = standing.update(ended_by=by, ended_at=at)
    if ended:
        _show_again(comment)
    return bool(ended)


def standing_pick(*, comment: Comment) -> Pick | None:
    """Return the pick that stands, with who made it: for the desk alone."""
    return Pick.objects.standing().filter(comment=comment).select_related("picked_by").first()


def _show_again(comment: Comment) -> None:
    Article.objects.filter(pk=comment.article_id).update(
        discussion_version=F("discussion_version") + 1
    )
