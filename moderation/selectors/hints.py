"""Whether hints before posting help: how many were given, and what came of them."""

from dataclasses import dataclass

from django.db import connection

from moderation.periods import Days

LEFT = "left"
CHANGED = "changed"
AS_IT_IS = "as_it_is"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What readers did with a hint, and where the comments stand now."""

    what: str
    number: int
    published: int
    removed: int
    waiting: int


def outcomes(*, days: Days) -> list[Outcome]:
    """Return what became of the hints of a period: changed, posted as it was, left. One query.

    A comment that its author withdrew is in the number alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT CASE WHEN hint.posted_at IS NULL THEN %s WHEN hint.is_changed THEN %s ELSE %s
                END AS what,
                count(*),
                count(*) FILTER (WHERE comment.status = 'published'),
                count(*) FILTER (
                    WHERE comment.status = 'removed' AND comment.withdrawn_at IS NULL),
                count(*) FILTER (WHERE comment.status IN ('submitted', 'held'))
            FROM comments_hintgiven hint
            LEFT JOIN comments_comment comment ON comment.id = hint.comment_id
            WHERE hint.given_at >= %s AND hint.given_at < %s
            GROUP BY 1
            """,
            [LEFT, CHANGED, AS_IT_IS, days.start, days.end],
        )
        found = {row[0]: Outcome(*row) for row in cursor.fetchall()}
    return [found.get(what, Outcome(what, 0, 0, 0, 0)) for what in (CHANGED, AS_IT_IS, LEFT)]
