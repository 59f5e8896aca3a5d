"""How far moderators agree: what second looks found, for whom, when, and what settled it."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left, TruncDay, TruncWeek
from django.http import Http404

from accounts.models import User
from moderation.agreement import Agreement, Table, agreement
from moderation.double_review import waiting_for
from moderation.models import Action, DoubleReview, Look, Policy
from moderation.periods import Days, Step
from moderation.scope import comments_visible_to
from moderation.selectors.queues import EXCERPT_LENGTH

SHOWN_SETTLED = 20
SHOWN_DISAGREEMENTS = 100
LONGEST_BY_DAY = 31
# A row of counted answers: who, and what each of the two decided for which policy.
PAIR_FIELDS = (
    "decision__actor",
    "second_by",
    "decision__action",
    "decision__policy",
    "second_action",
    "second_policy",
)


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """Two moderators, in the order of their names, and how far they agree on removing."""

    one: User
    other: User
    found: Agreement


@dataclass(frozen=True, slots=True)
class PolicyAgreement:
    """A policy: how often both, one or the other removed for it, and how far that agrees."""

    policy: Policy
    table: Table
    found: Agreement


@dataclass(frozen=True, slots=True)
class Quality:
    """What second looks of a time found. ``steps`` holds (beginning, same decision, all)."""

    overall: Agreement
    policies: Sequence[PolicyAgreement]
    pairs: Sequence[PairAgreement]
    steps: Sequence[tuple[datetime, int, int]]


def looks_visible_to(user: User) -> QuerySet[DoubleReview]:
    """Return the answered second looks whose results this person may read.

    Seniors: those of their sections. Everybody else: those they took part in.
    """
    answered = DoubleReview.objects.exclude(state=Look.WAITING).filter(
        comment__in=comments_visible_to(user)
    )
    return answered if user.is_senior else answered.filter(_took_part(user))


def quality(*, user: User, days: Days, at: datetime) -> Quality:
    """Return how far people agreed. Four queries."""
    looks = looks_visible_to(user).filter(answered_at__gte=days.start, answered_at__lt=days.end)
    counted = list(looks.values_list(*PAIR_FIELDS).annotate(Count("pk")))
    return Quality(
        overall=agreement(removing(counted)),
        policies=_by_policy(counted),
        pairs=_by_pair(counted) if user.is_senior else [],
        steps=_over_time(looks, days, at),
    )


def own_agreement(*, user: User, since: datetime) -> Agreement:
    """Return how far somebody agrees with all who looked at the same comments. Two queries.

    Each goes by an index of this person's own; in one they would read everybody's decisions. None
    counts twice: nobody looks at their own.
    """
    looks = DoubleReview.objects.exclude(state=Look.WAITING).filter(answered_at__gte=since)
    counted = [
        row
        for part in (looks.filter(decision__actor=user), looks.filter(second_by=user))
        for row in part.values_list(*PAIR_FIELDS).annotate(Count("pk"))
    ]
    return agreement(removing(as_first(counted, user.pk)))


def looks_wait(*, user: User, at: datetime) -> bool:
    """Whether a second look waits for this person. One query."""
    return waiting_for(user, at=at).exists()


def waiting_count(*, user: User, at: datetime) -> int:
    """Return how many second looks wait for this person. One query."""
    return waiting_for(user, at=at).count()


def disagreements(*, senior: User) -> tuple[list[DoubleReview], int]:
    """Return what waits for this senior, the oldest first, and how many wait for another one.

    Two queries. Of what they took part in, somebody else says what is right.
    """
    differ = DoubleReview.objects.filter(
        state=Look.DISAGREED, comment__in=comments_visible_to(senior)
    )
    theirs: list[DoubleReview] = list(
        differ.exclude(_took_part(senior))
        .select_related("decision__policy", "second_policy", "comment__article")
        .annotate(excerpt=Left("decision__revision__body", EXCERPT_LENGTH))
        .order_by("id")[:SHOWN_DISAGREEMENTS]
    )
    return theirs, differ.filter(_took_part(senior)).count()


def settled(*, user: User) -> list[DoubleReview]:
    """Return what was settled last, as far as this person may read it. One query."""
    return list(
        looks_visible_to(user)
        .filter(state=Look.SETTLED)
        .select_related(
            "decision__policy", "decision__actor", "second_policy", "second_by",
            "reference_policy", "settled_by", "comment__article",
        )
        .annotate(excerpt=Left("decision__revision__body", EXCERPT_LENGTH))
        .order_by("-settled_at")[:SHOWN_SETTLED]
    )  # fmt: skip


def look_for(*, user: User, public_id: uuid.UUID) -> DoubleReview:
    """Return a second look that this person may be asked for. Raises Http404.

    There is none for whoever made the decision: they learn nothing of it, not even that it exists.
    """
    found = (
        DoubleReview.objects.filter(public_id=public_id, comment__in=comments_visible_to(user))
        .exclude(decision__actor=user)
        .select_related("decision")
        .first()
    )
    if found is None:
        raise Http404
    return found


def case_for(*, senior: User, public_id: uuid.UUID) -> DoubleReview:
    """Return a disagreement or what settled it, with all that its page shows. Raises Http404.

    Not to whoever gave one of the two answers, before it is settled.
    """
    found = (
        looks_visible_to(senior)
        .filter(public_id=public_id, state__in=(Look.DISAGREED, Look.SETTLED))
        .exclude(_took_part(senior), state=Look.DISAGREED)
        .select_related(*CARD, "decision__policy", "decision__actor", "second_policy", "second_by",
                        "reference_policy", "settled_by")
        .first()
    )  # fmt: skip
    if found is None:
        raise Http404
    return found


CARD = (
    "decision__revision",
    "comment__article__section",
    "comment__parent__current_revision",
    "comment__root__current_revision",
)


def on_card(review: DoubleReview) -> DoubleReview:
    """Return a second look with the text, the article and what it answers. One query."""
    return DoubleReview.objects.select_related(*CARD).get(pk=review.pk)


def _took_part(user: User) -> Q:
    return Q(decision__actor=user) | Q(second_by=user)


def removing(counted: Iterable[tuple[Any, ...]]) -> Table:
    """Count whether to remove: who decided first by row, who looked second by column."""
    table = Table()
    for _first, _second, did, _why, would, _reason, number in counted:
        table = _added(table, did == Action.REMOVE, would == Action.REMOVE, number)
    return table


def _by_policy(counted: Sequence[tuple[Any, ...]]) -> list[PolicyAgreement]:
    tables: dict[int, Table] = {}
    named = {why for row in counted for why in (row[3], row[5]) if why is not None}
    for policy_id in named:
        table = Table()
        for _first, _second, did, why, would, reason, number in counted:
            one = did == Action.REMOVE and why == policy_id
            other = would == Action.REMOVE and reason == policy_id
            table = _added(table, one, other, number)
        tables[policy_id] = table
    policies = Policy.objects.filter(pk__in=named)
    return [PolicyAgreement(p, tables[p.pk], agreement(tables[p.pk])) for p in policies]


def _by_pair(counted: Sequence[tuple[Any, ...]]) -> list[PairAgreement]:
    users = User.objects.in_bulk({pk for row in counted for pk in row[:2]})
    by_name = sorted(users, key=lambda pk: (str(users[pk]).casefold(), pk))
    place = {pk: at for at, pk in enumerate(by_name)}
    tables: Mapping[tuple[int, int], list[tuple[Any, ...]]] = defaultdict(list)
    for row in counted:
        one, other = sorted(row[:2], key=lambda pk: place[pk])
        tables[one, other].append(row)
    return [
        PairAgreement(users[one], users[other], agreement(removing(as_first(rows, one))))
        for (one, other), rows in sorted(
            tables.items(), key=lambda entry: (place[entry[0][0]], place[entry[0][1]])
        )
    ]


def as_first(counted: Iterable[tuple[Any, ...]], user_id: int) -> list[tuple[Any, ...]]:
    """Turn each row so that this person's answer comes first, whoever decided and who looked."""
    return [
        row if row[0] == user_id else (row[1], row[0], row[4], row[5], row[2], row[3], row[6])
        for row in counted
    ]


def _added(table: Table, one: bool, other: bool, number: int) -> Table:
    cell = {(True, True): "both", (True, False): "only_first", (False, True): "only_second"}.get(
        (one, other), "neither"
    )
    return replace(table, **{cell: getattr(table, cell) + number})


def _over_time(
    looks: QuerySet[DoubleReview], days: Days, at: datetime
) -> list[tuple[datetime, int, int]]:
    """Count by days for up to a month, by weeks for more."""
    step = Step.WEEK if (days.last - days.first).days > LONGEST_BY_DAY else Step.DAY
    truncated = (TruncWeek if step == Step.WEEK else TruncDay)("answered_at")
    found = {
        begin.astimezone(UTC): (same, number)
        for begin, same, number in looks.annotate(step=truncated)
        .values_list("step")
        .annotate(same=Count("pk", filter=Q(same_action=True)), number=Count("pk"))
    }
    return [(begin, *found.get(begin, (0, 0))) for begin in days.steps(until=at, step=step)]
