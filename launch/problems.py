"""The two ways in which a command ends early."""


class Problem(Exception):
    """Something that the person at the keyboard can put right.

    The text is shown as it is, without a traceback: what happened, then what to do.
    """


class Interrupted(Exception):  # noqa: N818 (nothing went wrong)
    """Ctrl-C, SIGTERM or SIGHUP arrived: stop in order and leave nothing behind."""
