"""Waking a worker for the outbox, as ``moderation.wakeup`` does for its own work."""

from background.wakeup import Waker

_delivering = Waker(task="integrations.deliver")


def wake_delivering() -> None:
    """Have a worker look at the outbox soon. Costs the caller nothing and never raises."""
    _delivering.wake()
