"""How many have read what readers reported, and the urgency that follows from it."""

from collections.abc import Collection

from django.db import connection

from comments.models import Comment, Status
from comments.reads import readers_since
from moderation import urgency
from moderation.models import Queue, ReviewItem


def readers_of(comment: Comment) -> int:
    """Return how many have read a comment since it became public; 0 for what is not."""
    if comment.status != Status.PUBLISHED:
        return 0
    since = comment.public_since or comment.submitted_at
    return readers_since({comment.pk: (comment.article_id, since)})[comment.pk]


def count_readers_again(*, article_ids: Collection[int]) -> None:
    """Move what is reported under these articles up by those who have read it meanwhile.

    Three queries, whatever the number. Call it inside a transaction.
    """
    items = (
        ReviewItem.objects.filter(is_open=True, queue=Queue.REPORTED, article__in=article_ids)
        .filter(comment__status=Status.PUBLISHED)
        .select_related("comment")
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
    )
    found = {item.pk: item for item in items}
    readers = readers_since(
        {
            pk: (item.article_id, item.comment.public_since or item.comment.submitted_at)
            for pk, item in found.items()
        }
    )
    moved = {pk: number for pk, number in readers.items() if number != found[pk].readers}
    if not moved:
        return
    urgencies = [_moved(found[pk], readers=number) for pk, number in moved.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE moderation_reviewitem item SET readers = now.readers, urgency = now.urgency
            FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS now(id, readers, urgency)
            WHERE item.id = now.id
            """,
            [list(moved), list(moved.values()), urgencies],
        )


def _moved(item: ReviewItem, *, readers: int) -> int:
    by = urgency.of_readers(readers) - urgency.of_readers(item.readers)
    return min(max(item.urgency + by, 0), urgency.MOST)
