"""Opening and closing what waits for a person, and counting it in the same transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from comments.models import Article, Comment, Report
from moderation import urgency
from moderation.figures import count_again
from moderation.models import (
    SCORED,
    Action,
    Classification,
    Decision,
    MadeBy,
    Queue,
    QueueCount,
    ReviewItem,
)
from moderation.readership import readers_of
from moderation.reports import weights_about

# What the model said last of a comment's text, as ``ReviewItem.scores`` keeps it; NULL for nothing.
_SCORES = """(
    SELECT array_agg(round((newest.own ->> label.name)::numeric * 10000)::int2 ORDER BY label.n)
    FROM (SELECT own FROM moderation_classification
          WHERE revision_id = comment.current_revision_id ORDER BY id DESC LIMIT 1) AS newest
    CROSS JOIN unnest(%s::text[]) WITH ORDINALITY AS label(name, n)
    WHERE newest.own <> '{}'
)"""


@dataclass(frozen=True, slots=True)
class Opening:
    """What shall wait for a person: in which queue, how urgent (0..1000), and why, in words.

    ``again`` is the closed item (an id) that waits as if it had never been closed: since when it
    did, in its place. Without it a new one begins to wait.
    """

    queue: Queue
    urgency: int = 0
    reason: str = ""
    top_label: str = ""
    top_score: float | None = None
    is_blind: bool = False
    readers: int = 0
    again: int | None = None


def opening_for(report: Report, *, comment: Comment) -> Opening:
    """Return what a reader's report opens."""
    scored = Classification.newest_of(comment.current_revision_id)
    label, score = scored.strongest if scored else ("", None)
    readers = readers_of(comment)
    points = urgency.of_reports(Queue.REPORTED, weights_about(comment))
    return Opening(
        queue=Queue.REPORTED,
        urgency=min(urgency.MOST, points + urgency.of_readers(readers)),
        readers=readers,
        reason=_reported_how(comment) % {"category": report.get_category_display()},
        top_label=label,
        top_score=score,
    )


def _reported_how(comment: Comment) -> str:
    """Whether a person let it stand before: then whoever reads it again shall know."""
    decided = Decision.objects.filter(comment=comment, made_by=MadeBy.MODERATOR)
    if decided.filter(action=Action.APPROVE).exists():
        return _("Reported again: %(category)s")
    return _("Reported: %(category)s")


def replace_items(
    *, closing: Iterable[int], opening: Mapping[int, Opening], at: datetime
) -> dict[int, str]:
    """Close the open items of the comments in ``closing``, then open those in ``opening``.

    Both are keyed by comment id. Returns the queue that each closed item lay in. A comment that
    has an open item already keeps it. Counts change in one ordered statement, so that two
    transactions never wait for each other. Call it inside a transaction.
    """
    changes: Counter[tuple[str, int]] = Counter()
    left = _close(list(closing), changes, at=at)
    _open({pk: new for pk, new in opening.items() if new.again is None}, changes, at=at)
    _open_again([new for new in opening.values() if new.again is not None], changes)
    _count(changes)
    return left


def _close(
    comment_ids: list[int], changes: Counter[tuple[str, int]], *, at: datetime
) -> dict[int, str]:
    if not comment_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE moderation_reviewitem
            SET is_open = false, closed_at = %s, scores = NULL,
                claimed_by_id = NULL, claimed_at = NULL, claimed_until = NULL
            WHERE is_open AND comment_id = ANY(%s)
            RETURNING comment_id, queue, section_id
            """,
            [at, comment_ids],
        )
        closed = cursor.fetchall()
    for _comment_id, queue, section_id in closed:
        changes[queue, section_id] -= 1
    return {comment_id: queue for comment_id, queue, _section_id in closed}


def _open(
    opening: Mapping[int, Opening], changes: Counter[tuple[str, int]], *, at: datetime
) -> None:
    if not opening:
        return
    items = list(opening.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO moderation_reviewitem (
                public_id, comment_id, article_id, section_id, queue, urgency, readers,
                reason, top_label, top_score, is_blind, is_open, opened_at, scores)
            SELECT gen_random_uuid(), comment.id, comment.article_id, article.section_id,
                   new.queue, new.urgency, new.readers, new.reason, new.label, new.score,
                   new.blind, true, %s,
                   CASE WHEN NOT new.blind THEN {_SCORES} END
            FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::text[], %s::text[],
                %s::float8[], %s::bool[])
                AS new(comment_id, queue, urgency, readers, reason, label, score, blind)
            JOIN comments_comment comment ON comment.id = new.comment_id
            JOIN comments_article article ON article.id = comment.article_id
            ORDER BY comment.id
            ON CONFLICT (comment_id) WHERE is_open DO NOTHING
            RETURNING queue, section_id
            """,  # noqa: S608, a constant
            [
                at,
                list(SCORED),
                list(opening),
                [str(item.queue) for item in items],
                [item.urgency for item in items],
                [item.readers for item in items],
                [item.reason[:500] for item in items],
                [item.top_label for item in items],
                [item.top_score for item in items],
                [item.is_blind for item in items],
            ],
        )
        for queue, section_id in cursor.fetchall():
            changes[queue, section_id] += 1


def _open_again(items: Sequence[Opening], changes: Counter[tuple[str, int]]) -> None:
    """Open closed items as if nobody had closed them; hours that count a closing are told so."""
    if not items:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE moderation_reviewitem item
            SET is_open = true, closed_at = NULL, urgency = back.urgency, top_label = back.label,
                top_score = back.score, scores = back.scores
            FROM (
                SELECT closed.id, closed.closed_at, new.urgency, new.label, new.score,
                    CASE WHEN NOT closed.is_blind THEN {_SCORES} END AS scores
                FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::float8[])
                    AS new(item_id, urgency, label, score)
                JOIN moderation_reviewitem closed ON closed.id = new.item_id
                JOIN comments_comment comment ON comment.id = closed.comment_id
                WHERE NOT closed.is_open ORDER BY closed.id FOR NO KEY UPDATE OF closed
            ) AS back
            WHERE item.id = back.id
            RETURNING item.queue, item.section_id, back.closed_at
            """,  # noqa: S608, a constant
            [
                list(SCORED),
                [item.again for item in items],
                [item.urgency for item in items],
                [item.top_label for item in items],
                [item.top_score for item in items],
            ],
        )
        opened = cursor.fetchall()
    for queue, section_id, _closed_at in opened:
        changes[queue, section_id] += 1
    if opened:
        count_again(since=min(closed_at for _queue, _section, closed_at in opened))


def refresh_items(scored: Mapping[int, tuple[str, float | None, int]]) -> None:
    """Write late scores on open items: comment id -> (strongest label, its score, urgency 0..1000).

    For comments that were held before they were scored, such as imported ones. An item never
    becomes less urgent, and a blind one stays as it is. Call it where no queue's count is held: it
    locks items and nothing else, and waits for whoever decides one of them.
    """
    if not scored:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE moderation_reviewitem item
            SET top_label = late.label, top_score = late.score, scores = late.scores,
                urgency = greatest(item.urgency, late.urgency)
            FROM (
                SELECT open.id, scored.label, scored.score, scored.urgency, {_SCORES} AS scores
                FROM unnest(%s::bigint[], %s::text[], %s::float8[], %s::int[])
                    AS scored(comment_id, label, score, urgency)
                JOIN moderation_reviewitem open ON open.comment_id = scored.comment_id
                JOIN comments_comment comment ON comment.id = scored.comment_id
                WHERE open.is_open AND NOT open.is_blind ORDER BY open.id FOR NO KEY UPDATE OF open
            ) AS late
            WHERE item.id = late.id
            """,  # noqa: S608, a constant
            [
                list(SCORED),
                list(scored),
                *(list(column) for column in zip(*scored.values(), strict=True)),
            ],
        )


@transaction.atomic
def follow_article(article: Article) -> None:
    """Bring an article's items, open or closed, into its section; the counts follow."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE moderation_reviewitem item SET section_id = %(section)s
            FROM (
                SELECT id, section_id AS was FROM moderation_reviewitem
                WHERE article_id = %(article)s AND section_id <> %(section)s
                ORDER BY id FOR NO KEY UPDATE
            ) AS elsewhere
            WHERE item.id = elsewhere.id
            RETURNING item.queue, elsewhere.was, item.is_open
            """,
            {"article": article.pk, "section": article.section_id},
        )
        moved = cursor.fetchall()
    changes: Counter[tuple[str, int]] = Counter()
    for queue, was, is_open in moved:
        if is_open:
            changes[queue, was] -= 1
            changes[queue, article.section_id] += 1
    _count(changes)


def _count(changes: Counter[tuple[str, int]]) -> None:
    wanted = sorted(changes.items())
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO moderation_queuecount AS kept (queue, section_id, open_items, changes)
            SELECT *, 1 FROM unnest(%s::text[], %s::bigint[], %s::int[])
            ON CONFLICT (queue, section_id)
            DO UPDATE SET open_items = kept.open_items + excluded.open_items,
                changes = kept.changes + 1
            """,
            [
                [queue for (queue, _section), _change in wanted],
                [section for (_queue, section), _change in wanted],
                [change for _key, change in wanted],
            ],
        )


@transaction.atomic
def recount() -> int:
    """Set every count to what is really open; returns how many were wrong.

    Nothing opens or closes meanwhile: it waits for a moment.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "LOCK TABLE moderation_reviewitem, moderation_queuecount IN SHARE ROW EXCLUSIVE MODE"
        )
    real = Counter(ReviewItem.objects.filter(is_open=True).values_list("queue", "section_id"))
    kept = {(c.queue, c.section_id): c.open_items for c in QueueCount.objects.all()}
    wrong = {key for key in real.keys() | kept.keys() if real[key] != kept.get(key, 0)}
    for queue, section_id in sorted(wrong):
        QueueCount.objects.update_or_create(
            queue=queue, section_id=section_id, defaults={"open_items": real[queue, section_id]}
        )
    return len(wrong)
