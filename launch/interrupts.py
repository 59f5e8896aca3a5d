"""Ctrl-C and its relatives, counted instead of raised, so that nothing is cut off half-way."""

import signal
from types import FrameType, TracebackType
from typing import Any, Self

from launch.problems import Interrupted

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """Counts SIGINT, SIGTERM and SIGHUP while it is entered.

    The first asks for an orderly stop; from the second on there is no more patience. A signal
    that was ignored before (SIGHUP under nohup) stays ignored.
    """

    def __init__(self) -> None:
        self.count = 0
        self.last = signal.SIGINT
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            before = signal.getsignal(number)
            if before is not signal.SIG_IGN:
                self._before[number] = before
                signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)
        self._before.clear()

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        self.last = signal.Signals(number)

    def check(self) -> None:
        """Raise Interrupted when a signal has arrived."""
        if self.count:
            raise Interrupted
