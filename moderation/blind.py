"""Comments that check the rules: as long as one waits, no page shows what the rules made of it.

Its review item holds neither scores nor a reason, and its decision neither the rules that held nor
theirs. What is left are the scores of its text, which every page that shows scores leaves out for
the revisions that are returned here.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from moderation.models import ReviewItem


def blind_revisions(revision_ids: Collection[int]) -> set[int]:
    """Return which of these texts wait for somebody who must not know their scores. One query."""
    found = ReviewItem.objects.filter(
        is_open=True, is_blind=True, comment__revisions__in=list(revision_ids)
    )
    return set(found.values_list("comment__revisions", flat=True)) & set(revision_ids)


def waits_blind(comment: str = "pk") -> Exists:
    """Return the condition that a comment waits blind, for querysets whose ``comment`` it is."""
    return Exists(ReviewItem.objects.filter(comment=OuterRef(comment), is_open=True, is_blind=True))
