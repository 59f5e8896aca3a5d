"""A person's day at the desk: how long, how many hard texts, when a break is due.

Nobody but that person ever reads these rows: every function takes the user whose day it is, and
neither the team's pages nor the Django admin know the table.
"""

from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import User
from moderation.models import DeskDay, DeskPreferences

BREAK = timedelta(minutes=5)  # without work for so long is a break
PUT_OFF = timedelta(minutes=10)
KEPT = timedelta(days=31)


def at_work(*, user: User, at: datetime) -> None:
    """Note that this person works now. One query.

    The time since they last did something counts, unless it was long enough to be a break.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO moderation_deskday AS today
                (user_id, day, active_at, steady_since, seconds, since_calm, calm_then,
                 hard, revealed, unmasked)
            VALUES (%(user)s, %(day)s, %(at)s,
                coalesce((SELECT before.steady_since FROM moderation_deskday before
                          WHERE before.user_id = %(user)s AND before.day < %(day)s
                            AND before.active_at > %(at)s - %(break)s::interval
                          ORDER BY before.day DESC LIMIT 1), %(at)s),
                0, 0, '', '{}', '{}', '{}')
            ON CONFLICT (user_id, day) DO UPDATE SET
                seconds = today.seconds + CASE
                    WHEN %(at)s BETWEEN today.active_at AND today.active_at + %(break)s::interval
                    THEN extract(epoch FROM %(at)s - today.active_at)::int ELSE 0 END,
                steady_since = CASE
                    WHEN %(at)s < today.active_at + %(break)s::interval
                    THEN today.steady_since ELSE %(at)s END,
                active_at = greatest(today.active_at, %(at)s)
            """,
            {"user": user.pk, "day": day_of(at), "at": at, "break": str(BREAK)},
        )


def met_hard(*, user: User, revision_id: int, at: datetime) -> None:
    """Count a hard text that was put before this person, once a day. One query."""
    _note("hard", user=user, revision_id=revision_id, at=at)


def reveal(*, user: User, revision_id: int, at: datetime) -> None:
    """Show a blurred text to this person for the rest of the day, and count it. Two queries."""
    at_work(user=user, at=at)
    _note("revealed", user=user, revision_id=revision_id, at=at)


def unmask(*, user: User, revision_id: int, at: datetime) -> None:
    """Show the words of a text to this person for the rest of the day. Two queries."""
    at_work(user=user, at=at)
    _note("unmasked", user=user, revision_id=revision_id, at=at)


def put_off(*, user: User, at: datetime) -> None:
    """Speak of no break for a while. One query."""
    DeskDay.objects.filter(user=user, day=day_of(at)).update(put_off_until=at + PUT_OFF)


def today(*, user: User, at: datetime) -> DeskDay | None:
    """Return this person's day so far, or None before they did anything. One query."""
    return DeskDay.objects.filter(user=user, day=day_of(at)).first()


def days(*, user: User) -> list[DeskDay]:
    """Return this person's days that are kept, newest first. One query."""
    return list(DeskDay.objects.filter(user=user).order_by("-day"))


def forget(*, user: User) -> None:
    """Delete every day of this person. One query."""
    DeskDay.objects.filter(user=user).delete()


def forget_old(*, at: datetime) -> int:
    """Delete days that are over for a month; return how many."""
    return DeskDay.objects.filter(day__lt=day_of(at - KEPT)).delete()[0]


def steady_minutes(day: DeskDay | None, *, at: datetime) -> int:
    """Return for how many minutes this person has worked without a break; 0 during one."""
    if day is None or at - day.active_at >= BREAK:
        return 0
    return int((at - day.steady_since).total_seconds()) // 60


def break_is_due(day: DeskDay | None, preferences: DeskPreferences, *, at: datetime) -> bool:
    """Whether it is time to suggest a break."""
    if day is None or preferences.break_after is None:
        return False
    if day.put_off_until is not None and at < day.put_off_until:
        return False
    return steady_minutes(day, at=at) >= preferences.break_after


def day_of(at: datetime) -> date:
    """Return the day on the site's clock."""
    return timezone.localdate(at)


def _note(column: str, *, user: User, revision_id: int, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE moderation_deskday SET {column} = array_append({column}, %(id)s)
            WHERE user_id = %(user)s AND day = %(day)s AND NOT %(id)s = ANY({column})
            """,  # noqa: S608, the column is one of three written in this file
            {"id": revision_id, "user": user.pk, "day": day_of(at)},
        )
