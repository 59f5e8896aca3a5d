"""How the team does: what came, what was decided and by whom, what waited, and for how long."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q, Sum

from accounts.models import User
from moderation import figures
from moderation.agreement import Agreement, Table, agreement
from moderation.models import (
    Action,
    DoubleReview,
    FigureKind,
    Look,
    MadeBy,
    Policy,
    Queue,
    QueueCount,
    QueuePromise,
)
from moderation.periods import Days
from moderation.selectors.quality import PAIR_FIELDS, as_first, removing

SETTLES = frozenset({Action.APPROVE.value, Action.REMOVE.value})


@dataclass(frozen=True, slots=True)
class Waited:
    """How long what left a queue had waited: seconds that 50, 90 and 99 of 100 waited at most."""

    queue: Queue
    number: int
    p50: float | None
    p90: float | None
    p99: float | None
    promise: float | None  # seconds
    within: float | None  # share of what left the queue that waited no longer than promised


@dataclass(frozen=True, slots=True)
class Split:
    """How often people and rules did something."""

    name: str
    people: int
    rules: int


@dataclass(frozen=True, slots=True)
class Member:
    """What one person did, and how far others agree with it. Not a ranking."""

    user: User
    by_action: Mapping[str, int]
    looks: int  # second looks given
    agrees: Agreement

    @property
    def total(self) -> int:
        """Approved, removed and flagged."""
        return sum(self.by_action.values())


@dataclass(slots=True)
class Moment:
    """One step of time."""

    begin: datetime
    arrived: int = 0
    people: int = 0  # decisions that settled a comment
    rules: int = 0
    backlog: int = 0  # what waited at the end of the step
    waits: Counter[int] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)  # by the short name of the policy

    def count(self, made_by: str, action: str, policy: str, number: int) -> None:
        """Add so many decisions; what was imported was decided elsewhere."""
        if action not in SETTLES or made_by == MadeBy.IMPORT:
            return
        if made_by == MadeBy.MODERATOR:
            self.people += number
        else:
            self.rules += number
        if action == Action.REMOVE and policy:
            self.removed[policy] += number


@dataclass(frozen=True, slots=True)
class Team:
    """Everything that the team's page shows."""

    moments: Sequence[Moment]
    waited: Sequence[Waited]
    actions: Sequence[Split]
    policies: Sequence[Split]
    removals: Sequence[tuple[str, Sequence[int]]]  # a policy, and how many at each moment
    reasons: Sequence[tuple[str, str, int]]  # the rule, what it did, how often
    members: Sequence[Member]

    @property
    def arrived(self) -> int:
        """Comments that were sent."""
        return sum(moment.arrived for moment in self.moments)

    @property
    def by_people(self) -> int:
        """Comments that people settled."""
        return sum(moment.people for moment in self.moments)

    @property
    def by_rules(self) -> int:
        """Comments that rules settled."""
        return sum(moment.rules for moment in self.moments)

    @property
    def automation(self) -> float | None:
        """Which share (0..1) of what was settled no person decided."""
        total = self.by_people + self.by_rules
        return self.by_rules / total if total else None


def team(*, days: Days, sections: Collection[int] | None, at: datetime) -> Team:
    """Return the figures of some days, in the sections given (None: all). Eight queries.

    The backlog of a moment is what waits now, less what came since and plus what left since, so
    that the figures are read up to the present whatever the days are.
    """
    found = figures.read(start=days.start, end=at, step=days.step.value, sections=sections)
    begins = days.steps(until=at)
    moments = {begin: Moment(begin) for begin in begins}
    decided: Counter[tuple[str, ...]] = Counter()
    closed: dict[str, Counter[int]] = defaultdict(Counter)
    came: Counter[datetime] = Counter()
    left: Counter[datetime] = Counter()
    for (begin, kind, key), number in found.items():
        moment = moments.get(begin)
        if kind == FigureKind.OPENED:
            came[begin] += number
        elif kind == FigureKind.CLOSED:
            left[begin] += number
        if moment is None:
            continue  # later than the days: it counts for the backlog alone
        if kind == FigureKind.ARRIVED:
            moment.arrived += number
        elif kind == FigureKind.CLOSED:
            queue, _bar, bucket = key.partition("|")
            closed[queue][int(bucket)] += number
            moment.waits[int(bucket)] += number
        elif kind == FigureKind.DECIDED:
            made_by, action, policy, who = key.split("|", 3)
            decided[made_by, action, policy, who] += number
            moment.count(made_by, action, policy, number)
    policies = _policies_of(decided)
    _fill_backlog(list(moments.values()), came, left, waiting_now=_open_now(sections))
    return Team(
        moments=list(moments.values()),
        waited=_waited(closed),
        actions=_actions(decided),
        policies=_policies(decided, policies),
        removals=[
            (policy.name, [moment.removed[policy.slug] for moment in moments.values()])
            for policy in policies
        ],
        reasons=_reasons(decided),
        members=_members(decided, days, sections),
    )


def _open_now(sections: Collection[int] | None) -> int:
    kept = QueueCount.objects.all()
    if sections is not None:
        kept = kept.filter(section__in=sections)
    return kept.aggregate(n=Sum("open_items"))["n"] or 0


def _fill_backlog(
    moments: Sequence[Moment], came: Counter[datetime], left: Counter[datetime], *, waiting_now: int
) -> None:
    """Go back from what waits now: before a step there was less by what came, more by what left."""
    last = moments[-1].begin if moments else None
    later = [begin for begin in came.keys() | left.keys() if last is not None and begin > last]
    waiting = waiting_now - sum(came[begin] - left[begin] for begin in later)
    for moment in reversed(moments):
        moment.backlog = waiting
        waiting -= came[moment.begin] - left[moment.begin]


def _waited(closed: Mapping[str, Counter[int]]) -> list[Waited]:
    promises = {p.queue: p.within.total_seconds() for p in QueuePromise.objects.all()}
    told = []
    for queue in Queue:
        buckets, promise = closed.get(queue, Counter()), promises.get(queue)
        told.append(
            Waited(
                queue=queue,
                number=sum(buckets.values()),
                p50=figures.percentile(buckets, 0.5),
                p90=figures.percentile(buckets, 0.9),
                p99=figures.percentile(buckets, 0.99),
                promise=promise,
                within=None if promise is None else figures.within(buckets, promise),
            )
        )
    return told


def _actions(decided: Counter[tuple[str, ...]]) -> list[Split]:
    told = []
    for action in Action:
        made = Counter[str]()
        for (made_by, did, _policy, _who), number in decided.items():
            if did == action:
                made[made_by] += number
        if made[MadeBy.MODERATOR] or made[MadeBy.RULE]:
            told.append(Split(str(action.label), made[MadeBy.MODERATOR], made[MadeBy.RULE]))
    return told


def _policies_of(decided: Counter[tuple[str, ...]]) -> list[Policy]:
    """Return what comments were removed for."""
    slugs = {policy for _made_by, did, policy, _who in decided if did == Action.REMOVE and policy}
    return list(Policy.objects.filter(slug__in=slugs))


def _policies(decided: Counter[tuple[str, ...]], policies: Sequence[Policy]) -> list[Split]:
    made: dict[str, Counter[str]] = defaultdict(Counter)
    for (made_by, action, policy, _who), number in decided.items():
        if action == Action.REMOVE and policy:
            made[policy][made_by] += number
    return [
        Split(policy.name, made[policy.slug][MadeBy.MODERATOR], made[policy.slug][MadeBy.RULE])
        for policy in policies
    ]


def _reasons(decided: Counter[tuple[str, ...]]) -> list[tuple[str, str, int]]:
    """The rules that held or removed, the most frequent first."""
    made: Counter[tuple[str, str]] = Counter()
    for (made_by, action, _policy, who), number in decided.items():
        if made_by == MadeBy.RULE and action in (Action.HOLD, Action.REMOVE) and who:
            made[who, action] += number
    return [(rule, str(Action(did).label), number) for (rule, did), number in made.most_common(12)]


def _members(
    decided: Counter[tuple[str, ...]], days: Days, sections: Collection[int] | None
) -> list[Member]:
    made: dict[int, Counter[str]] = defaultdict(Counter)
    for (made_by, action, _policy, who), number in decided.items():
        if made_by == MadeBy.MODERATOR and action != Action.UNDO and who.isdigit():
            made[int(who)][action] += number
    looks = DoubleReview.objects.exclude(state=Look.WAITING).filter(
        answered_at__gte=days.start, answered_at__lt=days.end
    )
    if sections is not None:
        looks = looks.filter(comment__article__section__in=sections)
    counted = list(looks.values_list(*PAIR_FIELDS).annotate(Count("pk")))
    given: Counter[int] = Counter()
    for _first, second, *_answers, number in counted:
        given[second] += number
    people = User.objects.filter(Q(pk__in=list(made)) | Q(pk__in=list(given)))
    return [
        Member(user, made[user.pk], given[user.pk], _agreement_of(user.pk, counted))
        for user in people.order_by("name", "pk")
    ]


def _agreement_of(user_id: int, counted: Sequence[tuple[int, ...]]) -> Agreement:
    theirs = [row for row in counted if user_id in row[:2]]
    return agreement(removing(as_first(theirs, user_id)) if theirs else Table())
