"""Appeals as the desk reads them: what waits for whom, and one of them with all it rests on."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.http import Http404

from accounts.models import User
from comments.models import Comment, ReportCategory
from moderation.appealable import policy_told
from moderation.appeals import kept_from, offered_to
from moderation.models import (
    AnswerTakenBack,
    Appeal,
    AppealState,
    AuthorAct,
    Classification,
    Decision,
    MadeBy,
    PolicyVersion,
)
from moderation.scope import appeals_visible_to
from moderation.selectors.authors import came_with
from moderation.selectors.branch import Branch, branch_above

SHOWN_WAITING = 100
SHOWN_DECIDED = 20
_IN_A_ROW = (
    *("decision__comment__article", "decision__revision", "act__restriction", "author"),
    *("claimed_by", "decided_by"),
)


@dataclass(frozen=True, slots=True)
class AppealsWaiting:
    """How many appeals this person may decide, and since when the oldest waits."""

    number: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class AppealsPage:
    """What waits for this person, how much for others only, and what was settled last."""

    waiting: Sequence[Appeal]
    kept: int
    settled: Sequence[Appeal]


@dataclass(frozen=True, slots=True)
class AppealCase:
    """One appeal with what was decided and what that rested on, as it was then.

    ``policy`` is the wording that the author was told, ``screening`` what the rules said of the
    text before, ``classification`` the scores that the decision names, ``reports`` how many readers
    gave which reason, ``came_with`` what the removal brought its author, ``since`` what was decided
    about the comment afterwards, ``taken_back`` which answers somebody gave and took back.
    """

    appeal: Appeal
    policy: PolicyVersion | None
    comment: Comment | None
    classification: Classification | None
    screening: Decision | None
    branch: Branch | None
    reports: Mapping[str, int]
    came_with: Sequence[AuthorAct]
    since: Sequence[Decision]
    taken_back: Sequence[AnswerTakenBack]


def appeals_waiting(*, user: User) -> AppealsWaiting:
    """Return how much waits for this person. One query, two for whoever is no senior."""
    found = offered_to(user).order_by().aggregate(number=Count("pk"), oldest=Min("filed_at"))
    return AppealsWaiting(number=found["number"], oldest_at=found["oldest"])


def appeals_page(*, user: User) -> AppealsPage:
    """Return the appeals of this person's sections. Three queries, some more for no senior."""
    settled = appeals_visible_to(user).exclude(state=AppealState.OPEN)
    return AppealsPage(
        waiting=list(offered_to(user).select_related(*_IN_A_ROW)[:SHOWN_WAITING]),
        kept=kept_from(user),
        settled=list(settled.select_related(*_IN_A_ROW).order_by("-decided_at")[:SHOWN_DECIDED]),
    )


def appeal_for(*, user: User, public_id: uuid.UUID) -> Appeal:
    """Return an appeal that this person may decide, or that is settled. Raises Http404.

    Whoever made the first decision learns of it when somebody else has decided.
    """
    found = (
        appeals_visible_to(user)
        .filter(Q(pk__in=offered_to(user).order_by().values("pk")) | ~Q(state=AppealState.OPEN))
        .select_related("claimed_by", "decided_by")
        .filter(public_id=public_id)
        .first()
    )
    if found is None:
        raise Http404
    return found


def answered_by(*, user: User, public_id: uuid.UUID | None) -> Appeal | None:
    """Return an appeal that this person has decided, or None. One query, none without an id."""
    if public_id is None:
        return None
    answered = Appeal.objects.filter(decided_by=user, public_id=public_id)
    return answered.select_related(
        *("act__undone_by", "author", "decision__comment", "restoring", "lifting__undone_by")
    ).first()


def next_appeal(*, user: User, after: Appeal, at: datetime) -> Appeal | None:
    """Return the appeal to look at after this one that nobody has; the oldest follows the newest.

    Two queries at most.
    """
    free = offered_to(user).exclude(pk=after.pk)
    free = free.filter(Q(claimed_by=None) | Q(claimed_by=user) | Q(claimed_until__lte=at))
    return free.filter(pk__gt=after.pk).first() or free.first()


def appeal_case(appeal: Appeal) -> AppealCase:
    """Gather what the page of an appeal shows. Nine queries at most."""
    found = Appeal.objects.select_related(
        *("decision__comment__article__section", "decision__comment__author"),
        *("decision__revision", "decision__classification", "decision__policy"),
        *("decision__actor", "decision__comment__parent__current_revision", "decision__batch"),
        *("act__author", "act__actor", "act__policy", "act__restriction"),
        *("act__undone_by", "author", "claimed_by", "decided_by"),
        *("restoring", "lifting__undone_by"),
    ).get(pk=appeal.pk)
    decision = found.decision
    taken_back = list(found.taken_back.select_related("decided_by", "by"))
    if decision is None:
        policy = policy_told(found.against)
        return AppealCase(found, policy, None, None, None, None, {}, (), (), taken_back)
    about = Decision.objects.filter(comment=decision.comment_id)
    rules = about.filter(made_by=MadeBy.RULE, revision=decision.revision_id, pk__lte=decision.pk)
    later = about.filter(version__gt=decision.version).select_related("actor", "policy")
    return AppealCase(
        appeal=found,
        policy=policy_told(decision),
        comment=decision.comment,
        classification=decision.classification,
        screening=rules.select_related("rule_set").order_by("-id").first(),
        branch=branch_above(decision.comment),
        reports=_reports(decision),
        came_with=came_with(decision),
        since=list(later.order_by("id")),
        taken_back=taken_back,
    )


def _reports(decision: Decision) -> Mapping[str, int]:
    before = decision.comment.reports.filter(created_at__lte=decision.decided_at)
    counted = Counter(before.values_list("category", flat=True))
    return {str(ReportCategory(name).label): number for name, number in counted.items()}
