"""Second looks for tests: decisions that were drawn, and people who answer."""

from decimal import Decimal

from accounts.models import User
from comments.models import SiteSettings
from moderation.decisions import database_now
from moderation.double_review import answer, take_next
from moderation.models import Action, Decision, DoubleReview, Policy
from moderation.review import claim, resolve
from tests.desk_data import held_item


def look_at(percent: int | str) -> None:
    """Draw so many percent of decisions from now on."""
    SiteSettings.objects.update_or_create(
        pk=1, defaults={"double_review_percent": Decimal(percent)}
    )


def policy(slug: str = "insults") -> Policy:
    return Policy.objects.get(slug=slug)


def decided(
    by: User, action: Action = Action.APPROVE, *, why: str = "insults", body: str = ""
) -> Decision:
    """A held comment that this person decided at the desk."""
    item = held_item(body or "Only a fool would say that.")
    now = database_now()
    item = claim(item=item, moderator=by, at=now)
    return resolve(
        item=item,
        moderator=by,
        action=action,
        seen_version=item.comment.version,
        at=now,
        policy=policy(why) if action == Action.REMOVE else None,
    )


def drawn(by: User, action: Action = Action.APPROVE, **more: str) -> DoubleReview:
    """A decision of this person that was drawn for a second look."""
    look_at(100)
    decision = decided(by, action, **more)
    look_at(0)
    return DoubleReview.objects.get(decision=decision)


def looked_at(
    by: User, second: User, first: Action, then: Action, *, whys: tuple[str, str] = ("insults",) * 2
) -> DoubleReview:
    """A decision of one person with the second look of another."""
    drawn(by, first, why=whys[0])
    now = database_now()
    review = take_next(moderator=second, at=now)
    assert review is not None
    return answer(
        review=review,
        moderator=second,
        action=then,
        at=now,
        policy=policy(whys[1]) if then == Action.REMOVE else None,
    )
