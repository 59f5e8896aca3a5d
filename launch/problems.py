"""What is said to the person at the keyboard, and the two ways in which a command ends early."""

import sys


def say(line: str) -> None:
    """Show a line at once. Standard output is left to the commands that ./run passes on."""
    print(line, file=sys.stderr, flush=True)


class Problem(Exception):
    """Something that the person at the keyboard can put right.

    The text is shown as it is, without a traceback: what happened, then what to do.
    """


class Interrupted(Exception):
    """Ctrl-C, SIGTERM or SIGHUP arrived: stop in order and leave nothing behind."""
