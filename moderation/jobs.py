"""Taking screening jobs, and giving them back done or undone."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection

from moderation.models import ScreeningJob

PAUSE_SECONDS = 2  # between two attempts at a job


@dataclass(frozen=True, slots=True)
class Lease:
    """The jobs that one worker took together, and the name it took them under.

    ``attempts`` says for each revision how often it has been tried, this time included.
    """

    name: UUID
    attempts: dict[int, int]


def lease_jobs(*, limit: int) -> Lease:
    """Lease one job that failed before, alone, or else up to ``limit`` fresh ones.

    A comment that kills the process takes only itself along from its second attempt on. Readers'
    comments go before a backlog, such as an import. The lease lasts SCREENING_LEASE_SECONDS.
    """
    name = ScreeningJob.new_lease()
    retried = "attempts > 0 AND leased_until < clock_timestamp() ORDER BY leased_until LIMIT 1"
    fresh = f"attempts = 0 ORDER BY priority, id LIMIT {int(limit)}"
    with connection.cursor() as cursor:
        for due in (retried, fresh):
            cursor.execute(
                f"""
                UPDATE moderation_screeningjob SET lease = %s, attempts = attempts + 1,
                    leased_until = clock_timestamp() + make_interval(secs => %s)
                WHERE id = ANY(ARRAY(SELECT id FROM moderation_screeningjob WHERE {due}
                                     FOR UPDATE SKIP LOCKED))
                RETURNING revision_id, attempts
                """,  # noqa: S608, both conditions are constants
                [name, settings.SCREENING_LEASE_SECONDS],
            )
            if taken := cursor.fetchall():
                return Lease(name, dict(taken))
    return Lease(name, {})


def finish(lease: Lease) -> set[int]:
    """Delete the jobs of a lease; returns the revisions whose job was still ours.

    Call it first in the transaction that stores the outcome, and store the outcome of those alone:
    the others were taken over when the lease had ended.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM moderation_screeningjob WHERE lease = %s RETURNING revision_id",
            [lease.name],
        )
        return {revision_id for (revision_id,) in cursor.fetchall()}


def give_back(lease: Lease) -> None:
    """Make the jobs of a lease due again in a moment, so that a fault may pass between attempts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE moderation_screeningjob"
            " SET leased_until = clock_timestamp() + make_interval(secs => %s) WHERE lease = %s",
            [PAUSE_SECONDS, lease.name],
        )


def jobs_are_due() -> bool:
    """Whether there is a job that nobody has a lease on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM moderation_screeningjob WHERE attempts = 0)"
            " OR EXISTS (SELECT FROM moderation_screeningjob"
            "            WHERE attempts > 0 AND leased_until < clock_timestamp())"
        )
        return bool(cursor.fetchone()[0])


def readers_backlog(*, most: int) -> tuple[int, timedelta | None]:
    """Return how many readers' comments wait to be screened, and how long the oldest has.

    Counts to ``most``; the age is None when nothing waits. An import's backlog does not count:
    nobody waits for it. One query, as fast with a million jobs as with ten.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), clock_timestamp() - min(created_at) FROM (
                (SELECT created_at FROM moderation_screeningjob
                 WHERE attempts = 0 AND priority = 0 ORDER BY id LIMIT %(most)s)
                UNION ALL
                (SELECT created_at FROM moderation_screeningjob
                 WHERE attempts > 0 AND priority = 0 LIMIT %(most)s)
            ) AS waiting
            """,
            {"most": most},
        )
        waiting, waited = cursor.fetchone()
    return min(waiting, most), waited
