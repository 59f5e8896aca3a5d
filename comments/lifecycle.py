"""Where a comment may go from where it is, and the only place where its status changes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson
from django.db import connection

from comments.models import Pick, Status

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

    ``by_author``: the author takes it out, which says nothing against them. ``approved``: whether
    people approve the text that becomes public; None leaves that as it is.
    """

    comment_id: int
    seen: str
    seen_version: int
    to: str
    by_author: bool = False
    approved: bool | None = None


def move(moves: Sequence[Move], *, at: datetime) -> set[int]:
    """Change the status of comments that are still as they were seen.

    Returns the ids of the comments that moved; the others were changed by somebody else first.
    Keeps the counters of articles and authors, and ends the editors' picks of what is not public
    any more. Call it inside a transaction. Raises
    ForbiddenTransition before anything is written.
    """
    for step in moves:
        if step.to not in TRANSITIONS[step.seen]:
            raise ForbiddenTransition(f"{step.seen} -> {step.to} for comment {step.comment_id}")
    if not moves:
        return set()
    moved = _guarded_update(moves, at=at)
    seen = {step.comment_id: step for step in moves}
    _keep_counters((seen[row.comment_id], row) for row in moved)
    _keep_publications([(seen[row.comment_id], row) for row in moved], at=at)
    hidden = [row.comment_id for row in moved if _is_hidden_by(seen[row.comment_id])]
    if hidden:
        Pick.objects.standing().filter(comment__in=hidden).update(ended_at=at)
    return {row.comment_id for row in moved}


def _is_hidden_by(step: Move) -> bool:
    return step.seen == Status.PUBLISHED and step.to != Status.PUBLISHED


class _Moved(NamedTuple):
    comment_id: int
    article_id: int
    author_id: int
    revision_id: int
    approved: int  # 1: people approve it from now on, -1: no more


def _guarded_update(moves: Sequence[Move], *, at: datetime) -> list[_Moved]:
    # Locked in the order of their ids first, so that two batches never wait for each other.
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH step AS (
                SELECT * FROM json_to_recordset(%s)
                    AS step(comment_id bigint, seen text, seen_version int, "to" text,
                        approved boolean)
            ), locked AS (
                SELECT comment.id, step."to", step.seen, comment.approved_by_person AS was,
                    step."to" = 'published'
                        AND coalesce(step.approved, comment.approved_by_person) AS approved
                FROM comments_comment comment JOIN step ON comment.id = step.comment_id
                WHERE comment.status = step.seen AND comment.version = step.seen_version
                ORDER BY comment.id FOR NO KEY UPDATE OF comment
            )
            UPDATE comments_comment comment
            SET status = locked."to", status_changed_at = %s, version = version + 1,
                approved_by_person = locked.approved,
                public_since = CASE
                    WHEN locked."to" = 'published' AND locked.seen <> 'published' THEN %s
                    ELSE public_since END
            FROM locked WHERE comment.id = locked.id
            RETURNING comment.id, comment.article_id, comment.author_id,
                comment.current_revision_id, locked.approved::int - locked.was::int
            """,
            [orjson.dumps(moves).decode(), at, at],
        )
        return [_Moved(*row) for row in cursor.fetchall()]


def _keep_counters(moved: Iterable[tuple[Move, _Moved]]) -> None:
    articles: dict[int, int] = defaultdict(int)
    authors: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for step, row in moved:
        if row.approved:
            authors[row.author_id][2] += row.approved
        if step.seen == step.to:
            continue
        published = (step.to == Status.PUBLISHED) - (step.seen == Status.PUBLISHED)
        removed = (step.to == Status.REMOVED) - (step.seen == Status.REMOVED)
        if published or removed:
            # A removal that nobody had read changes a page too: the line in place of a comment
            # with replies says that it was removed.
            articles[row.article_id] += published
            authors[row.author_id][0] += published
            authors[row.author_id][1] += 0 if step.by_author else removed
    _add_to_articles(articles)
    _add_to_authors(authors)


def _keep_publications(moved: Sequence[tuple[Move, _Moved]], *, at: datetime) -> None:
    published = [row for step, row in moved if step.to == Status.PUBLISHED]
    taken_back = [
        row.revision_id
        for step, row in moved
        if step.seen == Status.PUBLISHED != step.to and not step.by_author
    ]
    with connection.cursor() as cursor:
        if published:
            cursor.execute(
                """
                INSERT INTO comments_publication
                    (revision_id, comment_id, article_id, published_at, is_first)
                SELECT moved.*, %s, NOT EXISTS (
                    SELECT FROM comments_publication before
                    WHERE before.comment_id = moved.comment_id)
                FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])
                    AS moved(revision_id, comment_id, article_id)
                ON CONFLICT (revision_id) DO UPDATE SET taken_back_at = NULL
                """,
                [
                    at,
                    [row.revision_id for row in published],
                    [row.comment_id for row in published],
                    [row.article_id for row in published],
                ],
            )
        if taken_back:
            cursor.execute(
                "UPDATE comments_publication SET taken_back_at = %s WHERE revision_id = ANY(%s)",
                [at, taken_back],
            )


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
                SELECT author.id, step.published, step.removed, step.approved
                FROM unnest(%s::bigint[], %s::int[], %s::int[], %s::int[])
                    AS step(id, published, removed, approved)
                JOIN comments_author author USING (id)
                ORDER BY author.id FOR NO KEY UPDATE OF author
            )
            UPDATE comments_author author
            SET published_count = published_count + change.published,
                removed_count = removed_count + change.removed,
                approved_count = approved_count + change.approved
            FROM change WHERE author.id = change.id
            """,
            [
                list(changes),
                *map(list, zip(*changes.values(), strict=True)),
            ],
        )
