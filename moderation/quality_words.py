"""What the pages of quality and of the team say, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation.agreement import FEWEST, FEWEST_OF_AN_ANSWER, Agreement, share_interval
from moderation.models import Action, DoubleReview, Policy
from moderation.punctuation import two_decimals
from moderation.wording import duration


def percent(share: float | None) -> str:
    """Return a share (0..1) as people write it."""
    return "–" if share is None else _("%(n)d %%") % {"n": round(100 * share)}


def agreed(found: Agreement) -> str:
    """Return how often two answers were the same: "38 of 40 (95 %, between 83 and 99 %)"."""
    if not found.total:
        return _("none yet")
    low, high = share_interval(found.same, found.total)
    return _("%(same)d of %(total)d (%(share)s, between %(low)d and %(high)d %%)") % {
        "same": found.same,
        "total": found.total,
        "share": percent(found.share),
        "low": round(100 * low),
        "high": round(100 * high),
    }


def kappa(found: Agreement) -> str:
    """Return kappa with its interval, or that there is too little to say."""
    if found.kappa is None or found.low is None or found.high is None:
        return _("too few to say")
    return _("%(kappa)s (%(low)s to %(high)s)") % {
        "kappa": two_decimals(found.kappa),
        "low": two_decimals(found.low),
        "high": two_decimals(found.high),
    }


def fewest() -> str:
    """Return what it takes for kappa."""
    return _(
        "It takes %(n)d comments that both looked at, with either answer given %(m)d times between"
        " them."
    ) % {"n": FEWEST, "m": FEWEST_OF_AN_ANSWER}


def would(action: str, policy: Policy | None) -> str:
    """Return an answer: "Approve", or "Remove: Insults"."""
    if action == Action.APPROVE:
        return _("Approve")
    return _("Remove: %(policy)s") % {"policy": policy or ""}


def settled_as(review: DoubleReview) -> str:
    """Return whom the reference agrees with."""
    first = (review.decision.action, review.decision.policy_id)
    second = (review.second_action, review.second_policy_id)
    reference = (review.reference_action, review.reference_policy_id)
    if reference == first:
        return _("as first decided")
    return _("as the second look said") if reference == second else _("otherwise than both")


def time_of(seconds: float | None) -> str:
    """Return how long something took, or a dash."""
    return "–" if seconds is None else duration(seconds)


def answered(number: int) -> str:
    """Return what is said after a second look, with how many still wait for this person."""
    return ngettext(
        "Noted. %(n)d more waits for you.", "Noted. %(n)d more wait for you.", number
    ) % {"n": number}
