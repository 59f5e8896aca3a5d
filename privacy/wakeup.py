"""Waking a worker for those who asked to be erased."""

from background.wakeup import Waker

_erasing = Waker(task="privacy.erase")


def wake_erasing() -> None:
    """Have a worker look for erasures soon. Costs the caller nothing and never raises."""
    _erasing.wake()
