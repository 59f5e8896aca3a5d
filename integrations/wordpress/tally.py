"""Counting what an import brought in, what it left out, and why."""

from collections import Counter

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Words = str | Promise


class Tally:
    """Counts by sentence, in the order in which they first came up."""

    def __init__(self) -> None:
        self.came_in: Counter[str] = Counter()
        self.already_here: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.noted: Counter[str] = Counter()

    def is_touched(self) -> bool:
        """Whether there is anything to tell."""
        return any((self.came_in, self.already_here, self.left_out, self.noted))

    def table(self) -> str:
        """Return what is told when the import is done."""
        parts = (
            (_("Came in"), self.came_in),
            (_("Already here"), self.already_here),
            (_("Left out"), self.left_out),
            (_("Changed on the way"), self.noted),
        )
        counts = [count for _heading, counter in parts for count in counter.values()]
        width = len(str(max(counts, default=0)))
        lines = []
        for heading, counter in parts:
            lines.append(heading)
            lines += [f"  {count:>{width}}  {what}" for what, count in counter.items() if count]
            if not any(counter.values()):
                lines.append(f"  {0:>{width}}")
        return "\n".join(lines)
