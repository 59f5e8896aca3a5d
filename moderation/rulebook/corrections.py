"""Calling people's decisions wrong, and taking that back."""

from django.db import transaction

from accounts.models import User
from moderation.models import Correction, Decision, RuleChange


def call_wrong(*, decision: Decision, by: User) -> None:
    """Have a decision count as its opposite from now on. The same again changes nothing."""
    with transaction.atomic():
        _correction, is_new = Correction.objects.get_or_create(
            decision=decision, defaults={"made_by": by}
        )
        if is_new:
            _record(decision, by=by, before=None, after={"wrong": decision.action})


def take_back(*, decision: Decision, by: User) -> None:
    """Have a decision count as it was made. One that nobody called wrong stays as it is."""
    with transaction.atomic():
        deleted, _ = Correction.objects.filter(decision=decision).delete()
        if deleted:
            _record(decision, by=by, before={"wrong": decision.action}, after=None)


def _record(
    decision: Decision, *, by: User, before: dict[str, str] | None, after: dict[str, str] | None
) -> None:
    RuleChange.objects.create(
        by=by,
        what=RuleChange.What.CORRECTION,
        about=str(decision.public_id),
        before=before,
        after=after,
    )
