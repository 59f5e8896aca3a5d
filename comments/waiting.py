"""How long a held comment waits, told by whoever knows.

The decisions of people live in a room above this one, so that room hands its answer in here. Nobody
knows until it does, and then nothing is promised to readers.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from django.utils.translation import gettext, ngettext

_HOURS_FROM = 90  # minutes


class Wait(NamedTuple):
    """How long a comment usually waits; ``is_longer``: at the moment it is longer than that."""

    usual: timedelta
    is_longer: bool = False


Estimate = Callable[[], Wait | None]


def _nobody_knows() -> Wait | None:
    return None


_estimate: Estimate = _nobody_knows


def tell_wait(*, estimate: Estimate) -> None:
    """Have ``estimate`` asked whenever an author reads that their comment waits.

    It returns None where there are too few recent decisions to say something honest.
    """
    global _estimate  # set once, when the site starts
    _estimate = estimate


def wait_of_now() -> Wait | None:
    """Return how long a held comment waits at the moment, or None where nobody knows."""
    return _estimate()


def wait_in_words(wait: Wait | None) -> str:
    """Return one sentence about it, to follow whatever says that a moderator reads first.

    Nothing where nobody knows.
    """
    if wait is None:
        return ""
    told = {"time": _time_in_words(wait.usual)}
    if wait.is_longer:
        return gettext("That usually takes about %(time)s; at the moment it takes longer.") % told
    return gettext("That usually takes about %(time)s.") % told


def _time_in_words(wait: timedelta) -> str:
    minutes = max(1, round(wait.total_seconds() / 60))
    if minutes < _HOURS_FROM:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
