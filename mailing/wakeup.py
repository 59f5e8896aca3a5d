"""Waking a worker for the letters."""

from background.wakeup import Waker

_mailing = Waker(task="mailing.deliver")


def wake_mailing() -> None:
    """Have a worker send letters soon. Costs the caller nothing and never raises."""
    _mailing.wake()
