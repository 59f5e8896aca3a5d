"""Telling somebody before they post or edit that a moderator will probably read it first, and why.

Which words a site's rules hold is known in a room above this one, so that room hands its estimate
in here. Nobody knows until it does. A hint never costs a comment: where the estimate fails, or says
nothing, the comment is posted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare, salted_hmac

from comments.models import Article, Comment, HintGiven
from comments.submission import Writer

log = structlog.get_logger(__name__)

LONGEST = 10_000  # characters; a longer text would take too long


@dataclass(frozen=True, slots=True)
class Wanted:
    """A comment, or another text for one, that somebody is about to post."""

    body: str
    article: Article
    parent: Comment | None
    writer: Writer


@dataclass(frozen=True, slots=True)
class Hint:
    """Why it will probably be held: words as they stand in the text, and the model's labels."""

    words: tuple[str, ...]
    labels: tuple[str, ...]


Estimate = Callable[[Wanted], Hint | None]


def _nobody_knows(_wanted: Wanted) -> Hint | None:
    return None


_estimate: Estimate = _nobody_knows


def tell_what_is_held(*, estimate: Estimate) -> None:
    """Have ``estimate`` asked before a comment is posted.

    It runs while the author waits: some thousandths of a second, and None for what is not sure.
    """
    global _estimate  # set once, when the site starts
    _estimate = estimate


def hint_before(wanted: Wanted, *, submission_key: UUID) -> Hint | None:
    """Return what the author is told, once for each form; None: post the comment, or the edit.

    The same form with the same words again is a double click: it is told again.
    """
    if len(wanted.body) > LONGEST:
        return None
    try:
        hint = _estimate(wanted)
        return hint if hint and _is_due(hint, wanted, submission_key) else None
    except Exception:
        log.exception("no_hint")
        return None


def note_outcome(*, submission_key: UUID, comment: Comment, body: str) -> None:
    """Record what became of a hint: it was posted, changed or not. Never raises."""
    try:
        with transaction.atomic():
            given = HintGiven.objects.filter(submission_key=submission_key, comment=None).first()
            if given is not None:
                HintGiven.objects.filter(pk=given.pk).update(
                    comment=comment, is_changed=not _is_same(given, body), posted_at=Now()
                )
    except DatabaseError:
        log.exception("hint_without_outcome")  # the comment is there


def _is_due(hint: Hint, wanted: Wanted, submission_key: UUID) -> bool:
    given = HintGiven.objects.filter(submission_key=submission_key).first()
    if given is None:
        _keep(hint, wanted, submission_key)
        return True
    return _is_same(given, wanted.body)


def _keep(hint: Hint, wanted: Wanted, submission_key: UUID) -> None:
    row = HintGiven(
        submission_key=submission_key,
        article=wanted.article,
        labels=list(hint.labels),
        digest=_digest(wanted.body),
    )
    HintGiven.objects.bulk_create([row], ignore_conflicts=True)


def _is_same(given: HintGiven, body: str) -> bool:
    return constant_time_compare(given.digest, _digest(body))


def _digest(body: str) -> str:
    # White space at the ends is no change.
    return salted_hmac("comments.hint", body.strip(), algorithm="sha256").hexdigest()[:32]
