"""Where a comment may go from where it is, and the only place where its status changes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import connection

from comments.models import Status

TRANSITIONS: dict[str, frozenset[str]] = {
    Status.SUBMITTED: frozenset({Status.SUBMITTED, Status.HELD, Status.PUBLISHED, Status.REMOVED}),
    Status.HELD: frozenset({Status.SUBMITTED, Status.HELD, Status.PUBLISHED, Status.REMOVED}),
    Status.PUBLISHED: frozenset({Status.SUBMITTED, Status.HELD, Status.PUBLISHED, Status.REMOVED}),
    Status.REMOVED: frozenset({Status.HELD, Status.PUBLISHED, Status.REMOVED}),
}


class ForbiddenTransition(Exception):
    """Somebody asked for a move that the table does not have: a mistake in the code."""


@dataclass(frozen=True, slots=True)
class Move:
    """From what was seen to where it shall go. Staying is a move too: it is guarded, and counts.

    ``by_author``: the author takes it out, which says nothing against them.
    """

    comment_id: int
    seen: str
    seen_version: int
    to: str
    by_author: bool = False


def move(moves: Sequence[Move], *, at: datetime) -> set[int]:
    """Change the status of comments that are still as they were seen.

    Returns the ids of the comments that moved; the others were changed by somebody else first.
    Keeps the counters of articles and authors. Call it inside a transaction. Raises
    ForbiddenTransition before anything is written.
    """
    for step in moves:
        if step.to not in TRANSITIONS[step.seen]:
            raise ForbiddenTransition(f"{step.seen} -> {step.to} for comment {step.comment_id}")
    if not moves:
        return set()
    moved = _guarded_update(moves, at=at)
    seen = {step.comment_id: step for step in moves}
    _keep_counters((seen[pk], article, author) for pk, article, author in moved)
    return {pk for pk, _article, _author in moved}


def _guarded_update(moves: Sequence[Move], *, at: datetime) -> list[tuple[int, int, int]]:
    # Locked in the order of their ids first, so that two batches never wait for each other.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH step AS (
                SELECT * FROM json_to_recordset(%s)
                    AS step(comment_id bigint, seen text, seen_version int, "to" text)
            ), locked AS (
                SELECT comment.id, step."to"
                FROM comments_comment comment JOIN step ON comment.id = step.comment_id
                WHERE comment.status = step.seen AND comment.version = step.seen_version
                ORDER BY comment.id FOR NO KEY UPDATE OF comment
            )
            UPDATE comments_comment comment
            SET status = locked."to", status_changed_at = %s, version = version + 1
            FROM locked WHERE comment.id = locked.id
            RETURNING comment.id, comment.article_id, comment.author_id
            """,
            [orjson.dumps(moves).decode(), at],
        )
        rows: list[tuple[int, int, int]] = cursor.fetchall()
        return rows


def _keep_counters(moved: Iterable[tuple[Move, int, int]]) -> None:
    articles: dict[int, int] = defaultdict(int)
    authors: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for step, article_id, author_id in moved:
        if step.seen == step.to:
            continue
        published = (step.to == Status.PUBLISHED) - (step.seen == Status.PUBLISHED)
        removed = (step.to == Status.REMOVED) - (step.seen == Status.REMOVED)
        if published or removed:
            # A removal that nobody had read changes a page too: the line in place of a comment
            # with replies says that it was removed.
            articles[article_id] += published
            authors[author_id][0] += published
            authors[author_id][1] += 0 if step.by_author else removed
    _add_to_articles(articles)
    _add_to_authors(authors)


def _add_to_articles(changes: dict[int, int]) -> None:
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH change AS (
                SELECT article.id, step.published
                FROM unnest(%s::bigint[], %s::int[]) AS step(id, published)
                JOIN comments_article article USING (id)
                ORDER BY article.id FOR NO KEY UPDATE OF article
            )
            UPDATE comments_article article
            SET published_count = published_count + change.published,
                discussion_version = discussion_version + 1
            FROM change WHERE article.id = change.id
            """,
            [list(changes), list(changes.values())],
        )


def _add_to_authors(changes: dict[int, list[int]]) -> None:
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH change AS (
                SELECT author.id, step.published, step.removed
                FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS step(id, published, removed)
                JOIN comments_author author USING (id)
                ORDER BY author.id FOR NO KEY UPDATE OF author
            )
            UPDATE comments_author author
            SET published_count = published_count + change.published,
                removed_count = removed_count + change.removed
            FROM change WHERE author.id = change.id
            """,
            [
                list(changes),
                [published for published, _removed in changes.values()],
                [removed for _published, removed in changes.values()],
            ],
        )
