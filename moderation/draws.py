"""Which decisions get a second look: a share of people's decisions, drawn as they are made.

The draw comes from the operating system's randomness and is made in the decision's own transaction,
so nobody can tell beforehand, nor see afterwards, which of their decisions are looked at again.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from comments.models import SiteSettings
from moderation.models import DoubleReview

_chance = secrets.SystemRandom()


def draw(decisions: Sequence[tuple[int, int]], *, at: datetime) -> int:
    """Draw the share of the site's settings from decisions; returns how many were drawn.

    ``decisions`` holds (decision id, comment id) of approvals and removals that a person just
    made. Call it in their transaction.
    """
    share = float(SiteSettings.current().double_review_percent) / 100
    drawn = [
        DoubleReview(decision_id=decision_id, comment_id=comment_id, drawn_at=at)
        for decision_id, comment_id in decisions
        if _chance.random() < share
    ]
    DoubleReview.objects.bulk_create(drawn)
    return len(drawn)
