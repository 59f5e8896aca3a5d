"""What waits by the scores of one label: how many at each hundredth, and some of them to read."""

from collections.abc import Mapping

from django.db.models import (
    BigIntegerField,
    Count,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    QuerySet,
    Value,
)

from moderation.models import SCORED, ReviewItem
from moderation.score_range import STEPS, UNITS, ScoreRange


def score_counts(items: QuerySet[ReviewItem], *, label: str) -> Mapping[int | None, int]:
    """Return how many items score in each hundredth, 0 to 99; under None those without a score.

    The last hundredth includes 1. One query: a walk over what is open and nothing else.
    """
    step = ExpressionWrapper(
        F(f"scores__{SCORED.index(label)}") / Value(UNITS // STEPS), output_field=IntegerField()
    )
    seen = items.filter(is_blind=False)  # what checks the rules is waiting, and not unscored
    found = seen.order_by().annotate(step=step).values_list("step").annotate(n=Count("pk"))
    numbers: dict[int | None, int] = {}
    for at_step, number in found:
        last = None if at_step is None else min(at_step, STEPS - 1)
        numbers[last] = numbers.get(last, 0) + number
    return numbers


def sample_inside(
    items: QuerySet[ReviewItem], scores: ScoreRange, *, seed: int, size: int
) -> list[tuple[ReviewItem, float]]:
    """Return some of the items inside a range with their texts and their score (0 to 1).

    At random, the same for the same ``seed`` while nothing changes; the highest first. One query.
    """
    shuffled = Func(
        F("pk"), Value(seed), function="hashint8extended", output_field=BigIntegerField()
    )
    found = (
        items.filter(scores.condition)
        .select_related("article", "comment__current_revision")
        .order_by(shuffled, "pk")[:size]
    )
    place = SCORED.index(scores.label)
    pairs = [(item, (item.scores[place] or 0) / UNITS) for item in found if item.scores]
    return sorted(pairs, key=lambda pair: -pair[1])
