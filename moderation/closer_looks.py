"""A closer look at a text, when a moderator asks: what each word moved, by leaving it out.

The question is a row; a worker answers it. No page ever loads the model.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet

from classifier.base import Classifier, Text
from classifier.occlusion import occlude
from classifier.quotations import Piece, split_quotations
from comments.models import Comment
from moderation import screening
from moderation.article_words import words_of
from moderation.decisions import database_now
from moderation.evidence import Moved, what_moved
from moderation.models import Classification, CloserLook
from moderation.models.closer_look import MOST_ATTEMPTS
from moderation.wakeup import wake_looking

logger = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)  # a long text takes seconds
PAUSE = timedelta(seconds=2)  # between two attempts
SOON = timedelta(seconds=20)  # by then a worker has had it, if there is one


class Progress(StrEnum):
    """How far a closer look is."""

    UNASKED = "unasked"
    ASKED = "asked"
    LATE = "late"  # asked for, and no worker has answered for longer than it takes
    MADE = "made"
    GIVEN_UP = "given up"


class NotScored(Exception):
    """A text without scores has nothing to explain."""


def ask(classification: Classification) -> None:
    """Have a worker look closer; asked again, it is the same question. Raises NotScored."""
    if classification.unscored:
        raise NotScored(classification.pk)
    CloserLook.objects.get_or_create(classification=classification)
    transaction.on_commit(wake_looking, robust=True)


def progress(look: CloserLook | None) -> Progress:
    """Say how far a closer look is."""
    if look is None:
        return Progress.UNASKED
    if look.made_at is not None:
        return Progress.MADE
    now = database_now()
    if look.attempts >= MOST_ATTEMPTS and (look.leased_until is None or look.leased_until <= now):
        return Progress.GIVEN_UP
    return Progress.LATE if now - look.asked_at > SOON else Progress.ASKED


def look_at_next(*, classifier: Classifier | None = None) -> bool:
    """Answer the oldest question; False when none is due, or no model is there to be asked.

    Safe to call from many workers at once. What kills a worker is tried three times.
    """
    look = _lease()
    if look is None:
        return False
    model = classifier or _model_of(look.classification)
    if not getattr(model, "ready", True):
        # Not the text's fault: it is no attempt, and it waits.
        _mine(look).update(attempts=look.attempts - 1, leased_until=None)
        return False
    try:
        revision = look.classification.revision
        spans = occlude(model, text_of(revision.comment, body=revision.body))
    except Exception:
        _mine(look).update(leased_until=database_now() + PAUSE)
        logger.exception("closer_look_failed", look=look.pk, attempts=look.attempts)
        return True
    _mine(look).update(
        model=model.version,
        spans=[[s.start, s.end, s.label.value, s.weight] for s in spans],
        made_at=database_now(),
    )
    return True


def moved(look: CloserLook, *, text: Text) -> list[Moved]:
    """Return what each marked piece of the text moved, what moved most first."""
    scored = look.classification
    is_same_model = look.model == scored.model
    return what_moved(
        text.body,
        look.spans,
        own=scored.own if is_same_model else {},
        quoted=scored.quoted if is_same_model else {},
        quotations=quotations_in(text),
    )


def quotations_in(text: Text) -> Sequence[Piece]:
    """Return the pieces of a text that its author quotes from somebody else."""
    return split_quotations(
        body=text.body,
        parent=text.parent,
        article_title=text.article_title,
        article=text.article,
    ).quoted


def quoted_in(comment: Comment, *, body: str) -> Sequence[Piece]:
    """Return the pieces of one of a comment's texts that it quotes from what it answers.

    Asks for nothing where the comment came with its article and its parent's text.
    """
    return quotations_in(text_of(comment, body=body))


def text_of(comment: Comment, *, body: str) -> Text:
    """Return one of a comment's texts as the model is asked about it."""
    return Text(
        body=body,
        parent=comment.parent.current_revision.body if comment.parent else "",
        article_title=comment.article.title,
        article=words_of(comment.article),
    )


def spans_to_show(classification: Classification | None, look: CloserLook | None) -> Sequence[Any]:
    """Return the sharper spans where there are any, else those that came with the scores."""
    if look is not None and look.spans:
        return list(look.spans)
    return list(classification.spans) if classification is not None else []


@transaction.atomic
def _lease() -> CloserLook | None:
    now = database_now()
    due = CloserLook.objects.filter(made_at=None, attempts__lt=MOST_ATTEMPTS)
    look = (
        due.exclude(leased_until__gt=now)
        .select_related("classification__revision__comment__article")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("attempts", "id")
        .first()
    )
    if look is not None:
        look.attempts += 1
        look.leased_until = now + LEASE
        look.save(update_fields=["attempts", "leased_until"])
    return look


def _mine(look: CloserLook) -> QuerySet[CloserLook]:
    """The row as it was leased: made once, whoever else took it when the lease had ended."""
    return CloserLook.objects.filter(pk=look.pk, attempts=look.attempts, made_at=None)


def _model_of(classification: Classification) -> Classifier:
    """Return the version that scored the text if this worker has it, else the one in use."""
    base = screening.base_classifier()
    return base if base.version == classification.model else screening.current_classifier()
