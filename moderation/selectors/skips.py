"""What a moderator left to others: it comes back to them when nothing else is left."""

from collections.abc import Iterable

from django.db.models import Exists, Max, OuterRef, QuerySet

from accounts.models import User
from moderation.models import ReviewItem, Skip


def unskipped(items: QuerySet[ReviewItem], user: User) -> QuerySet[ReviewItem]:
    """Narrow items to those that this person did not skip."""
    return items.exclude(Exists(Skip.objects.filter(item=OuterRef("pk"), moderator=user)))


def longest_skipped(items: QuerySet[ReviewItem], user: User) -> ReviewItem | None:
    """Return the item whose last skip by this person is the longest ago. One query."""
    mine = items.filter(skips__moderator=user).annotate(last_skip=Max("skips__id"))
    return mine.order_by("last_skip").first()


def skipped_among(items: Iterable[ReviewItem], user: User) -> set[int]:
    """Return the ids of those that this person skipped. One query."""
    mine = Skip.objects.filter(moderator=user, item__in=[item.pk for item in items])
    return set(mine.values_list("item_id", flat=True))
