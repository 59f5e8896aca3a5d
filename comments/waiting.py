"""How long a held comment usually waits, told by whoever knows.

The decisions of people live in a room above this one, so that room hands its answer in here. Nobody
knows until it does, and then nothing is promised to readers.
"""

from collections.abc import Callable
from datetime import timedelta

Estimate = Callable[[], timedelta | None]


def _nobody_knows() -> timedelta | None:
    return None


_estimate: Estimate = _nobody_knows


def tell_usual_wait(*, estimate: Estimate) -> None:
    """Have ``estimate`` asked whenever an author reads that their comment waits.

    It returns None where there are too few recent decisions to say something honest.
    """
    global _estimate  # set once, when the site starts
    _estimate = estimate


def usual_wait_minutes() -> int | None:
    """Return the usual wait in whole minutes (1 or more), or None where nobody knows."""
    wait = _estimate()
    return None if wait is None else max(1, round(wait.total_seconds() / 60))
