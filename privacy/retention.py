"""What is emptied when its days are over: rule by rule, some rows at a time."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from privacy.models import Emptied
from privacy.registry import Rule, rules

AT_A_TIME = 1_000  # rows in one transaction
BREATH_SECONDS = 0.02  # between two of them: others go in between


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule emptied (or would empty), and how long that took."""

    rule: Rule
    days: int | None
    rows: int
    seconds: float


def retain(
    *, settings: Any, at: datetime | None = None, dry_run: bool = False
) -> Iterator[Outcome]:
    """Empty what is over, and yield how it went with each rule.

    ``settings`` are those of the site. Safe to break off and to run twice at once: each
    transaction takes the rows that are left. ``dry_run`` counts and changes nothing.
    """
    at = at or _now()
    for rule in rules():
        days = rule.days(settings)
        started = time.monotonic()
        rows = 0
        if days is not None:
            before = at - timedelta(days=days)
            rows = rule.count(before) if dry_run else _empty(rule, before)
        outcome = Outcome(rule, days, rows, time.monotonic() - started)
        if not dry_run:
            _note(outcome, at)
        yield outcome


def _empty(rule: Rule, before: datetime) -> int:
    taken = rule.empty(before, AT_A_TIME, None)
    emptied = taken.rows
    while taken.last is not None:
        time.sleep(BREATH_SECONDS)
        taken = rule.empty(before, AT_A_TIME, taken.last)
        emptied += taken.rows
    return emptied


def _note(outcome: Outcome, at: datetime) -> None:
    row, _created = Emptied.objects.get_or_create(rule=outcome.rule.key, defaults={"ran_at": at})
    Emptied.objects.filter(pk=row.pk).update(
        ran_at=at,
        rows=outcome.rows,
        rows_in_all=F("rows_in_all") + outcome.rows,
        seconds=outcome.seconds,
    )


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now
