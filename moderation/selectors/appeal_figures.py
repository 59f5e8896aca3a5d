"""What came of appeals in a time: where decisions are overturned, by whom made and under what."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from moderation.models import AppealState, MadeBy
from moderation.periods import Days
from moderation.scope import appeals_visible_to


@dataclass(frozen=True, slots=True)
class Overturned:
    """Appeals against decisions of one kind: ``rule`` is empty where people decided first."""

    policy: str
    rule: str
    decided: int
    overturned: int


@dataclass(frozen=True, slots=True)
class AppealFigures:
    """How many appeals came and how they ended; ``closed`` ones were settled before anybody did."""

    filed: int
    upheld: int
    overturned: int
    closed: int
    kinds: Sequence[Overturned]

    @property
    def decided(self) -> int:
        """How many somebody decided."""
        return self.upheld + self.overturned


def appeal_figures(*, user: User, days: Days) -> AppealFigures:
    """Return what came and what was decided, kinds with the most overturned first. Two queries."""
    appeals = appeals_visible_to(user)
    filed = appeals.filter(filed_at__gte=days.start, filed_at__lt=days.end).count()
    rows = appeals.filter(decided_at__gte=days.start, decided_at__lt=days.end).values_list(
        "state",
        "decision__made_by",
        "decision__reason",
        "decision__policy__name",
        "act__policy__name",
    )
    ends: dict[str, int] = defaultdict(int)
    kinds: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for state, made_by, reason, of_decision, of_act in rows:
        ends[state] += 1
        if state == AppealState.CLOSED:
            continue
        rule = reason.partition(":")[0] if made_by == MadeBy.RULE else ""
        counted = kinds[of_decision or of_act or "", rule]
        counted[0] += 1
        counted[1] += state == AppealState.OVERTURNED
    found = [
        Overturned(policy, rule, decided, overturned)
        for (policy, rule), (decided, overturned) in kinds.items()
    ]
    return AppealFigures(
        filed=filed,
        upheld=ends[AppealState.UPHELD],
        overturned=ends[AppealState.OVERTURNED],
        closed=ends[AppealState.CLOSED],
        kinds=sorted(found, key=lambda one: (-one.overturned, -one.decided, one.policy, one.rule)),
    )
