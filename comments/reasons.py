"""Where an author reads why a comment of theirs is off the page, told by whoever knows.

Statements of reasons live in a room above this one, so that room hands its answer in here.
"""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple


class Reason(NamedTuple):
    """The page that says why, as a path, and the words of the link to it."""

    path: str
    words: str


Reasons = Callable[[Collection[int]], Mapping[int, Reason]]


def _nobody_knows(comment_ids: Collection[int]) -> Mapping[int, Reason]:
    return {}


_reasons: Reasons = _nobody_knows


def tell_reasons(*, of: Reasons) -> None:
    """Have ``of`` asked for the pages that state the reasons, by comment."""
    global _reasons  # set once, when the site starts
    _reasons = of


def reasons_of(comment_ids: Collection[int]) -> Mapping[int, Reason]:
    """Return the pages that say why comments are off the page. One query at most."""
    return _reasons(comment_ids) if comment_ids else {}
