"""What stands above a comment in its thread."""

from dataclasses import dataclass

from django.db.models import Q
from django.db.models.expressions import RawSQL

from comments.models import Comment

NEAREST = 4  # comments right above, shown at once
MOST_ABOVE = 100  # when the whole branch is asked for

_ABOVE = """
WITH RECURSIVE above AS (
    SELECT id, parent_id, 1 AS step FROM comments_comment WHERE id = %s
    UNION ALL
    SELECT up.id, up.parent_id, step + 1 FROM above
    JOIN comments_comment up ON up.id = above.parent_id WHERE step < %s
)
SELECT id FROM above
"""


@dataclass(frozen=True, slots=True)
class Branch:
    """The beginning of a thread, ``skipped`` comments, then the ones right above, in order."""

    first: Comment | None
    skipped: int
    nearest: list[Comment]


def branch_above(comment: Comment, *, nearest: int = NEAREST) -> Branch:
    """Return the comments above one, with their texts. One query; none for a top-level comment.

    They stand under the same article, so whoever may see the comment may see them.
    """
    if comment.parent_id is None:
        return Branch(first=None, skipped=0, nearest=[])
    chain = RawSQL(_ABOVE, [comment.parent_id, nearest])  # noqa: S611, both are parameters
    found = Comment.objects.filter(Q(pk__in=chain) | Q(pk=comment.root_id))
    above = list(found.select_related("current_revision").order_by("depth"))
    return Branch(first=above[0], skipped=comment.depth - len(above), nearest=above[1:])
