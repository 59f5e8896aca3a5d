"""Trials of rules, and the decisions that they go against."""

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from comments.models import Section
from moderation.models import Decision, Trial
from moderation.scope import decisions_visible_to, sections_of

SHOWN_TRIALS = 50


def trials_visible_to(user: User) -> QuerySet[Trial]:
    """Return the trials that this person may see: seniors those of the sections they work on."""
    trials = Trial.objects.select_related("section", "started_by", "live")
    if not user.is_senior:
        return trials.none()
    sections = sections_of(user)
    return trials if sections is None else trials.filter(section__in=sections)


def newest_trials(*, user: User) -> list[Trial]:
    """Return the latest trials, newest first, without what they counted. One query."""
    return list(trials_visible_to(user).defer("document", "tally")[:SHOWN_TRIALS])


def trial_for(*, user: User, public_id: uuid.UUID) -> Trial:
    """Return one trial. Raises Http404."""
    trial = trials_visible_to(user).filter(public_id=public_id).first()
    if trial is None:
        raise Http404
    return trial


def decisions_to_read(user: User) -> QuerySet[Decision]:
    """Return the decisions about texts that this person may read, with all that a line shows."""
    return (
        decisions_visible_to(user)
        .filter(comment__withdrawn_at=None)
        .select_related(
            "comment__article__section",
            "revision",
            "actor",
            "policy",
            "correction__made_by",
            "appeal__decided_by",
        )
    )


def names_of_sections(ids: Sequence[int]) -> dict[int, str]:
    """Return the names of sections, in the site's order. One query."""
    return dict(Section.objects.filter(pk__in=ids).values_list("pk", "name"))
