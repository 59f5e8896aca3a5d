"""When an appeal is taken: pure, by the clock and the site's days."""

from datetime import UTC, datetime, timedelta

import pytest

from moderation.appeals import Refusal, refusal

MADE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "after", "stands", "expected"),
    [
        (14, timedelta(0), True, None),
        (14, timedelta(days=14, seconds=-1), True, None),
        (14, timedelta(days=14), True, Refusal.LATE),
        (14, timedelta(days=1), False, Refusal.OVER),
        (14, timedelta(days=20), False, Refusal.OVER),
        (0, timedelta(0), True, Refusal.OFF),
    ],
)
def test_an_appeal_is_taken_within_the_days_while_the_decision_stands(
    days: int, after: timedelta, stands: bool, expected: Refusal | None
) -> None:
    assert refusal(decided_at=MADE, stands=stands, days=days, at=MADE + after) == expected
