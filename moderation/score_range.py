"""A part of the scores of one label, as two handles hold it."""

from dataclasses import dataclass

from django.db.models import Q

from moderation.models import SCORED

UNITS = 10_000  # of ``ReviewItem.scores``, for a probability of 1
STEPS = 100  # of a handle, for a probability of 1


@dataclass(frozen=True, slots=True)
class ScoreRange:
    """A label's scores from ``low`` until before ``high``, in hundredths; 100 is included."""

    label: str
    low: int
    high: int

    @property
    def condition(self) -> Q:
        """What open items inside it have in common. Those without a score are never inside."""
        place = SCORED.index(self.label)
        inside = Q(**{f"scores__{place}__gte": self.low * UNITS // STEPS})
        if self.high < STEPS:
            inside &= Q(**{f"scores__{place}__lt": self.high * UNITS // STEPS})
        return inside
