"""Waking a worker for what the desk and screening leave to the background."""

from background.wakeup import Waker

_screening = Waker(task="moderation.screen_pending")
_rescoring = Waker(task="moderation.rescore")
_looking = Waker(task="moderation.look_closer")
_batches = Waker(task="moderation.run_batches")
_watching = Waker(task="moderation.watch_automations")
_trials = Waker(task="moderation.run_trials")


def wake_screening() -> None:
    """Have a worker look for screening jobs soon. Costs the caller nothing and never raises."""
    _screening.wake()


def wake_rescoring() -> None:
    """Have a worker take up the run over a past period soon. As cheap and as safe."""
    _rescoring.wake()


def wake_looking() -> None:
    """Have a worker work out what moderators asked for soon. As cheap and as safe."""
    _looking.wake()


def wake_batches() -> None:
    """Have a worker take up what was decided in bulk soon. As cheap and as safe."""
    _batches.wake()


def wake_trials() -> None:
    """Have a worker try rules on the past soon. As cheap and as safe."""
    _trials.wake()


def wake_watching() -> None:
    """Have a worker look at what removes by itself soon. As cheap and as safe."""
    _watching.wake()
