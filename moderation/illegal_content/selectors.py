"""Which notices wait, and which a person of the desk may read."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from moderation.models import IllegalContentNotice
from moderation.scope import sections_of

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Notices in their order, and where the next page begins (an id), if there is one."""

    notices: list[IllegalContentNotice]
    next_before: int | None


def notices_visible_to(user: User) -> QuerySet[IllegalContentNotice]:
    """Return the notices about comments that this person may open on the desk."""
    if not user.is_moderator:
        return IllegalContentNotice.objects.none()
    sections = sections_of(user)
    notices = IllegalContentNotice.objects.select_related(
        "comment__article", "comment__current_revision", "decision__policy", "decision__actor"
    )
    if sections is None:
        return notices
    return notices.filter(comment__article__section__in=sections)


def open_notices(user: User) -> list[IllegalContentNotice]:
    """Return what waits for an answer, the oldest first: up to a page of them. One query."""
    return list(notices_visible_to(user).filter(outcome="").order_by("filed_at", "id")[:PAGE])


def count_open(user: User) -> int:
    """Return how many notices wait for an answer that this person may give. One query."""
    return notices_visible_to(user).filter(outcome="").count()


def answered_notices(user: User, *, before: int | None) -> Page:
    """Return answered notices, the newest first, from before an id. One query."""
    found = notices_visible_to(user).exclude(outcome="").order_by("-id")
    if before is not None:
        found = found.filter(pk__lt=before)
    notices = list(found[: PAGE + 1])
    more = len(notices) > PAGE
    return Page(notices[:PAGE], notices[PAGE - 1].pk if more else None)
