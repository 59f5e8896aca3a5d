"""Trials of rules, and the texts about which people had decided otherwise."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from comments.models import Section
from moderation.models import Surprise, Trial, TrialFinding
from moderation.scope import comments_visible_to, sections_of

SHOWN_TRIALS = 50
SAMPLE = 5  # findings of each kind at the top of the page
PAGE_SIZE = 25


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


def findings_visible_to(user: User, trial: Trial) -> QuerySet[TrialFinding]:
    """Return the findings of a trial that this person may read, with all that a line shows."""
    return TrialFinding.objects.filter(
        trial=trial, comment__in=comments_visible_to(user), comment__withdrawn_at=None
    ).select_related(
        "comment__article__section",
        "revision",
        "decision__actor",
        "decision__policy",
        "decision__correction__made_by",
        "decision__appeal__decided_by",
    )


def finding_for(*, user: User, trial: Trial, finding_id: int) -> TrialFinding:
    """Return one finding of a trial. Raises Http404."""
    finding = findings_visible_to(user, trial).filter(pk=finding_id).first()
    if finding is None:
        raise Http404
    return finding


def sample_of(trial: Trial, kind: Surprise, *, user: User) -> list[TrialFinding]:
    """Return SAMPLE findings drawn at random when the trial ran. One query."""
    return list(findings_visible_to(user, trial).filter(kind=kind).order_by("draw")[:SAMPLE])


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """Findings of one kind, the newest texts first; ``next`` is where the following page begins."""

    findings: Sequence[TrialFinding]
    next: int | None


def findings_page(
    trial: Trial, kind: Surprise, *, user: User, before: int | None = None
) -> FindingsPage:
    """Return a page of findings, of revisions with ids below ``before``. One query."""
    found = findings_visible_to(user, trial).filter(kind=kind).order_by("-revision")
    if before is not None:
        found = found.filter(revision__lt=before)
    rows = list(found[: PAGE_SIZE + 1])
    more = rows[PAGE_SIZE - 1].revision_id if len(rows) > PAGE_SIZE else None
    return FindingsPage(rows[:PAGE_SIZE], more)


def all_findings(trial: Trial, kind: Surprise, *, user: User) -> Iterator[TrialFinding]:
    """Return every finding of a kind that is kept, one by one, the newest texts first."""
    found = findings_visible_to(user, trial).filter(kind=kind).order_by("-revision")
    return found.iterator(chunk_size=500)


def names_of_sections(ids: Sequence[int]) -> dict[int, str]:
    """Return the names of sections, in the site's order. One query."""
    return dict(Section.objects.filter(pk__in=ids).values_list("pk", "name"))
