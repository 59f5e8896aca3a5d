"""A bar that says how far a long command is."""

import time

from django.core.management.base import OutputWrapper

_WIDTH = 30
_PAUSE_SECONDS = 0.1


def say(to: OutputWrapper, text: str, *, ending: str = "\n") -> None:
    """Write to a command's stderr without the red of a mistake: most of it is none."""
    to.write(text, style_func=str, ending=ending)


class Progress:
    """Draws a bar on a terminal, and one line for every quarter where there is none."""

    def __init__(self, *, what: str, total: int, to: OutputWrapper) -> None:
        self._what = what
        self._total = max(1, total)
        self._to = to
        self._is_terminal = to.isatty()
        self._done = 0
        self._quarters = 0
        self._drawn_at = 0.0

    def add(self, more: int) -> None:
        """Say that ``more`` is done; the unit is that of ``total``."""
        self._done += more
        part = min(1.0, self._done / self._total)
        if not self._is_terminal:
            self._say_quarter(part)
        elif time.monotonic() - self._drawn_at > _PAUSE_SECONDS or part == 1:
            self._drawn_at = time.monotonic()
            filled = round(_WIDTH * part)
            bar = "█" * filled + "·" * (_WIDTH - filled)
            say(self._to, f"\r{self._what}  {bar}  {part:4.0%}", ending="")
            self._to.flush()

    def end(self) -> None:
        """Leave the bar as it is and go to the next line."""
        if self._is_terminal:
            say(self._to, "")

    def _say_quarter(self, part: float) -> None:
        quarters = int(part * 4)
        if quarters > self._quarters:
            self._quarters = quarters
            say(self._to, f"{self._what}: {quarters * 25} %")
