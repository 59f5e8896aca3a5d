"""Adding up hours: what came in, what waited for how long, who and what decided.

Rows of ``Figure`` hold hours that are over; what came since is counted from the comments themselves
by the same statement, so that the two together are exact at any moment. Keys are

* arrived: ``""``;
* opened: the queue; closed: ``queue|bucket`` of how long it waited there;
* decided: ``made by|action|policy|who``, ``who`` being a user's id or a rule's name.

Waiting times are kept in buckets, each a fifth longer than the one before (four to a doubling):
a percentile read from them is off by less than a tenth.
"""

import math
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from moderation.models import FiguresUntil, Queue

# An hour is added up when it is over for this long: whoever decided in it has committed by then.
SETTLING = timedelta(minutes=10)
AGAIN = timedelta(hours=3)  # added up again each time, for what was committed late
BUCKETS_PER_DOUBLING = 4
MOST_BUCKETS = 120  # 2**30 seconds: 34 years

# Every hour in [start, end), from the rows themselves. Parameters: start, end, zone, queues.
COUNT = f"""
    SELECT date_trunc('hour', c.submitted_at, %(zone)s) AS hour, article.section_id,
        'arrived' AS kind, '' AS key, count(*)::int AS number
    FROM comments_comment c JOIN comments_article article ON article.id = c.article_id
    WHERE c.submitted_at >= %(start)s AND c.submitted_at < %(end)s
    GROUP BY 1, 2
    UNION ALL
    SELECT date_trunc('hour', item.opened_at, %(zone)s), item.section_id,
        'opened', item.queue, count(*)::int
    FROM moderation_reviewitem item
    WHERE item.queue = ANY(%(queues)s)
        AND item.opened_at >= %(start)s AND item.opened_at < %(end)s
    GROUP BY 1, 2, 4
    UNION ALL
    SELECT date_trunc('hour', item.closed_at, %(zone)s), item.section_id, 'closed',
        item.queue || '|' || least({MOST_BUCKETS - 1}, floor({BUCKETS_PER_DOUBLING} * ln(greatest(
            1, extract(epoch FROM item.closed_at - item.opened_at)::float8)) / ln(2::float8))),
        count(*)::int
    FROM moderation_reviewitem item
    WHERE item.closed_at >= %(start)s AND item.closed_at < %(end)s
    GROUP BY 1, 2, 4
    UNION ALL
    SELECT date_trunc('hour', decision.decided_at, %(zone)s), article.section_id, 'decided',
        left(concat_ws('|', decision.made_by, decision.action, coalesce(policy.slug, ''),
            coalesce(decision.actor_id::text, split_part(decision.reason, ':', 1))), 200),
        count(*)::int
    FROM moderation_decision decision
    JOIN comments_comment c ON c.id = decision.comment_id
    JOIN comments_article article ON article.id = c.article_id
    LEFT JOIN moderation_policy policy ON policy.id = decision.policy_id
    WHERE decision.decided_at >= %(start)s AND decision.decided_at < %(end)s
    GROUP BY 1, 2, 4
"""  # noqa: S608, constants alone are put in

_DIFFERENT = """
    SELECT count(*)
    FROM (SELECT * FROM moderation_figure WHERE hour >= %(start)s AND hour < %(end)s) kept
    FULL JOIN fresh USING (hour, section_id, kind, key)
    WHERE kept.number IS DISTINCT FROM fresh.number
"""
_FORGET = "DELETE FROM moderation_figure WHERE hour >= %(start)s AND hour < %(end)s"
_KEEP = """
    INSERT INTO moderation_figure (hour, section_id, kind, key, number)
    SELECT hour, section_id, kind, key, number FROM fresh
"""
# Kept hours, and what came since, in steps of an hour, a day or a week.
_READ = f"""
    SELECT date_trunc(%(step)s, found.hour, %(zone)s), found.kind, found.key, sum(found.number)::int
    FROM (
        SELECT hour, section_id, kind, key, number FROM moderation_figure
        WHERE hour >= %(from)s AND hour < %(start)s
        UNION ALL
        ({COUNT})
    ) AS found
    WHERE %(everywhere)s OR found.section_id = ANY(%(sections)s)
    GROUP BY 1, 2, 3
"""  # noqa: S608, constants alone are put in
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def roll_up(*, at: datetime) -> int:
    """Add up the hours that are over and were not added up yet; returns how many rows changed."""
    end = _hour_of(at - SETTLING)
    with transaction.atomic():
        kept = _locked()
        start = min(end, kept.until - AGAIN) if kept else _BEGINNING
        return _replace(start=start, end=max(end, kept.until) if kept else end)


def rebuild(*, at: datetime) -> int:
    """Add up everything anew; returns how many rows were not as they should be.

    That is none, unless an article moved to another section, old comments were imported or what was
    done long ago was taken back since.
    """
    with transaction.atomic():
        kept = _locked()
        end = _hour_of(at - SETTLING)
        return _replace(start=_BEGINNING, end=max(end, kept.until) if kept else end)


def count_again(*, since: datetime) -> None:
    """Have the hours from then on added up anew: something counted in them is no longer so.

    Until that is done they are counted from the rows themselves, as the present is. Nothing is
    locked unless they were added up: mostly what is taken back was done a moment ago. Who adds them
    up just now does so again for AGAIN.
    """
    hour = _hour_of(since)
    if FiguresUntil.objects.filter(until__gt=hour).exists():
        FiguresUntil.objects.filter(until__gt=hour).update(until=hour)


def read(
    *, start: datetime, end: datetime, step: str, sections: Collection[int] | None
) -> Mapping[tuple[datetime, str, str], int]:
    """Return (beginning of the step, kind, key) -> number for [start, end). Two queries.

    ``step`` is "hour", "day" or "week"; ``sections`` None means all of them. Both times are full
    hours, or the present.
    """
    kept = FiguresUntil.objects.filter(pk=1).first()
    live_from = min(end, max(start, kept.until)) if kept else start
    with connection.cursor() as cursor:
        cursor.execute(
            _READ,
            {
                **_parameters(live_from, end),
                "from": start,
                "step": step,
                "everywhere": sections is None,
                "sections": list(sections or ()),
            },
        )
        return {(begin, kind, key): number for begin, kind, key, number in cursor.fetchall()}


def percentile(buckets: Mapping[int, int], part: float) -> float | None:
    """Return how long in seconds ``part`` (0..1) of what waited did, or None of nothing."""
    wanted = part * sum(buckets.values())
    for bucket in sorted(buckets):
        number = buckets[bucket]
        if number and wanted <= number:
            low, high = bounds(bucket)
            return low + (high - low) * wanted / number
        wanted -= number
    return None


def within(buckets: Mapping[int, int], seconds: float) -> float | None:
    """Return which share (0..1) waited no longer than that, or None of nothing."""
    total = sum(buckets.values())
    kept = 0.0
    for bucket, number in buckets.items():
        low, high = bounds(bucket)
        kept += number * min(1.0, max(0.0, (seconds - low) / (high - low)))
    return kept / total if total else None


def bounds(bucket: int) -> tuple[float, float]:
    """Return from and up to how many seconds a bucket holds."""
    low = 0.0 if bucket == 0 else math.pow(2, bucket / BUCKETS_PER_DOUBLING)
    return low, math.pow(2, (bucket + 1) / BUCKETS_PER_DOUBLING)


def _locked() -> FiguresUntil | None:
    """Return how far hours are added up; nobody else adds up until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE moderation_figuresuntil IN SHARE ROW EXCLUSIVE MODE")
    return FiguresUntil.objects.filter(pk=1).first()


def _replace(*, start: datetime, end: datetime) -> int:
    """Write the hours of [start, end) as they are; returns how many rows were not."""
    period = {"start": start, "end": end}
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE fresh AS {COUNT}", _parameters(start, end))
        cursor.execute(_DIFFERENT, period)
        (different,) = cursor.fetchone()
        if different:
            cursor.execute(_FORGET, period)
            cursor.execute(_KEEP)
        cursor.execute("DROP TABLE fresh")
    FiguresUntil.objects.update_or_create(pk=1, defaults={"until": end})
    return int(different)


def _parameters(start: datetime, end: datetime) -> dict[str, Any]:
    zone = settings.TIME_ZONE
    return {"start": start, "end": end, "zone": zone, "queues": list(Queue.values)}


def _hour_of(moment: datetime) -> datetime:
    """The full hour on the site's clock, as ``date_trunc`` has it."""
    return timezone.localtime(moment).replace(minute=0, second=0, microsecond=0)
