"""Runs over past periods, and the comments whose scores they moved most."""

import uuid
from dataclasses import dataclass

from django.db.models import QuerySet
from django.db.models.functions import Left
from django.http import Http404

from accounts.models import User
from comments.models import Comment
from moderation.models import Rescoring
from moderation.score_changes import Move
from moderation.selectors.queues import EXCERPT_LENGTH

SHOWN_RUNS = 20


@dataclass(frozen=True, slots=True)
class Moved:
    """A comment, and the score that moved most. ``comment`` carries ``excerpt`` and its article."""

    comment: Comment
    move: Move


def rescorings_visible_to(user: User) -> QuerySet[Rescoring]:
    """Return the runs that this person may see: all of them, for site admins."""
    runs = Rescoring.objects.select_related("section", "started_by", "rule_set")
    return runs if user.is_site_admin else runs.none()


def newest_rescorings(*, user: User) -> list[Rescoring]:
    """Return the latest runs, newest first. One query."""
    return list(rescorings_visible_to(user)[:SHOWN_RUNS])


def rescoring_for(*, user: User, public_id: uuid.UUID) -> Rescoring:
    """Return one run. Raises Http404."""
    run = rescorings_visible_to(user).filter(public_id=public_id).first()
    if run is None:
        raise Http404
    return run


def furthest_moved(run: Rescoring) -> tuple[list[Moved], list[Moved]]:
    """Return the comments that moved up most, and those that moved down most. One query.

    A comment that was changed or withdrawn since is left out: its text is not the one that moved.
    """
    moves = [Move(*move) for move in run.moved]
    found = (
        Comment.objects.filter(
            current_revision__in=[move.revision_id for move in moves], withdrawn_at=None
        )
        .select_related("article")
        .annotate(excerpt=Left("current_revision__body", EXCERPT_LENGTH))
    )
    comments = {comment.current_revision_id: comment for comment in found}
    shown = [Moved(comments[m.revision_id], m) for m in moves if m.revision_id in comments]
    return [m for m in shown if m.move.by > 0], [m for m in shown if m.move.by < 0]
