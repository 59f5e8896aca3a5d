"""What one moderator did: today, this week, and the decisions themselves. Nobody else's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left

from accounts.models import User
from moderation.models import Action, Appeal, AppealState, Decision, DoubleReview
from moderation.periods import Days
from moderation.scope import decisions_visible_to
from moderation.selectors.queues import EXCERPT_LENGTH, PAGE_SIZE

# What a decision's time is taken of: quicker is a slip of the hand, longer was left lying open (the
# card itself is lent for no longer). Decisions in bulk or from a comment's history are not timed.
QUICKEST, LONGEST = timedelta(seconds=1), timedelta(minutes=10)
LOOKED_BACK = timedelta(days=30)  # for what was overturned


@dataclass(frozen=True, slots=True)
class Done:
    """How much somebody decided in a time, by action, and how long a decision took.

    ``median`` is in seconds, or None where no decision was timed.
    """

    by_action: Mapping[str, int]
    median: float | None
    timed: int

    @property
    def total(self) -> int:
        """All decisions: approved, removed and flagged. What was taken back is not counted."""
        return sum(self.by_action.values())


@dataclass(frozen=True, slots=True)
class OwnFilters:
    """Which of one's own decisions. Empty means any."""

    action: str = ""
    policy_id: int | None = None
    overturned: bool = False


@dataclass(frozen=True, slots=True)
class OwnPage:
    """One's own decisions, newest first, each with the decision that overturned it, if any did."""

    decisions: Sequence[Decision]
    overturned_by: Mapping[int, Decision]  # by the id of the decision that was overturned
    next_before: int | None


class _Median(Func):
    """The middle of a length of time, in seconds (PostgreSQL's percentile_cont)."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM %(expressions)s))"
    contains_aggregate = True


def done(*, user: User, start: datetime, end: datetime) -> Done:
    """Return what somebody decided in [start, end). Two queries."""
    made = Decision.objects.filter(actor=user, decided_at__gte=start, decided_at__lt=end)
    counted = made.exclude(action=Action.UNDO).values_list("action").annotate(Count("pk"))
    timed = made.exclude(action=Action.UNDO).annotate(took=F("decided_at") - F("taken_at"))
    timed = timed.filter(took__gte=QUICKEST, took__lte=LONGEST)
    figures = timed.aggregate(median=_Median(F("took")), number=Count("pk"))
    return Done(by_action=dict(counted), median=figures["median"], timed=figures["number"])


def overturned_count(*, user: User, since: datetime) -> tuple[int, int]:
    """Return how many of somebody's decisions were overturned, and of how many. Two queries.

    A decision is overturned when somebody else was the next to change where the comment stands,
    with the same text: a colleague who took it back, a senior who decided otherwise, whoever
    overturned it on appeal.
    """
    settled = Decision.objects.filter(
        actor=user, decided_at__gte=since, action__in=(Action.APPROVE, Action.REMOVE)
    )
    return _overturned(settled, user).count(), settled.count()


def overturned_on_appeal(*, user: User, since: datetime) -> tuple[int, int]:
    """Return how many of somebody's removals, mutes and bans were overturned, of how many appeals.

    Of the appeals that somebody else has decided since. One query.
    """
    decided = Appeal.objects.filter(
        Q(decision__actor=user) | Q(act__actor=user),
        state__in=(AppealState.UPHELD, AppealState.OVERTURNED),
        decided_at__gte=since,
    )
    found = decided.aggregate(
        overturned=Count("pk", filter=Q(state=AppealState.OVERTURNED)), number=Count("pk")
    )
    return found["overturned"], found["number"]


def own_page(
    *, user: User, filters: OwnFilters, before: int | None = None, size: int = PAGE_SIZE
) -> OwnPage:
    """Return one's own decisions. Two queries."""
    found = decisions_visible_to(user).filter(actor=user)
    if filters.action:
        found = found.filter(action=filters.action)
    if filters.policy_id is not None:
        found = found.filter(policy=filters.policy_id)
    if filters.overturned:
        settled = found.filter(action__in=(Action.APPROVE, Action.REMOVE))
        found = _overturned(settled, user)
    else:
        found = found.annotate(turned=_turned("pk"), turned_actor=_turned("actor"))
    if before is not None:
        found = found.filter(id__lt=before)
    decisions = list(
        found.select_related("comment__article", "policy")
        .annotate(excerpt=Left("revision__body", EXCERPT_LENGTH))
        .order_by("-id")[: size + 1]
    )
    more, decisions = len(decisions) > size, decisions[:size]
    turned = {
        d.pk: d.turned  # type: ignore[attr-defined]
        for d in decisions
        if _is_overturned(d, user)
    }
    turning = Decision.objects.select_related("actor", "policy", "restored_on_appeal")
    found_by = turning.in_bulk(turned.values())
    return OwnPage(
        decisions=decisions,
        overturned_by={pk: found_by[by] for pk, by in turned.items()},
        next_before=decisions[-1].pk if more else None,
    )


def second_looks_given(*, user: User, days: Days) -> int:
    """Return how many second looks somebody answered. One query."""
    return DoubleReview.objects.filter(
        second_by=user, answered_at__gte=days.start, answered_at__lt=days.end
    ).count()


def _turned(field: str) -> Subquery:
    """The next decision after which the comment stood elsewhere, with the same text."""
    later = Decision.objects.filter(
        comment=OuterRef("comment"),
        revision=OuterRef("revision"),
        version__gt=OuterRef("version"),
    ).exclude(to_status=OuterRef("to_status"))
    return Subquery(later.order_by("version").values(field)[:1])


def _overturned(settled: QuerySet[Decision], user: User) -> QuerySet[Decision]:
    return settled.annotate(turned=_turned("pk"), turned_actor=_turned("actor")).filter(
        Q(turned_actor__isnull=False) & ~Q(turned_actor=user.pk)
    )


def _is_overturned(decision: Decision, user: User) -> bool:
    by = decision.turned_actor  # type: ignore[attr-defined]
    settles = decision.action in (Action.APPROVE, Action.REMOVE)
    return settles and by is not None and by != user.pk
