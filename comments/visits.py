"""When a signed-in reader looked at a discussion last: what "new since your last visit" rests on.

A visit goes on as long as its reader looks again within half an hour. What is marked new stays so
until the visit is over, reloads included. Guests' browsers do the same for themselves
(static/js/looking.js), so that their page stays the same for all.
"""

from datetime import datetime

from django.db import connection

from comments.models import Article, Visit
from comments.readers import VISIT_ENDS_AFTER


def note_look(*, reader_key: str, article: Article, at: datetime) -> None:
    """Note that a reader looks at a discussion. Safe to repeat, and in any order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO comments_visit AS visit (reader_key, article_id, since, seen_at)
            VALUES (%(key)s, %(article)s, %(at)s, %(at)s)
            ON CONFLICT (reader_key, article_id) DO UPDATE SET
                since = CASE WHEN visit.seen_at < %(over)s
                    THEN visit.seen_at ELSE visit.since END,
                seen_at = greatest(visit.seen_at, excluded.seen_at)
            """,
            {"key": reader_key, "article": article.pk, "at": at, "over": at - VISIT_ENDS_AFTER},
        )


def read_to_here(*, reader_key: str, article: Article, at: datetime) -> None:
    """Mark everything as read that was public at a moment."""
    Visit.objects.update_or_create(
        reader_key=reader_key, article=article, defaults={"since": at, "seen_at": at}
    )
