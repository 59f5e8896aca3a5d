"""What the desk says of batches, in whole sentences."""

from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from moderation.models import Action, Batch, BatchComment, Queue, Why
from moderation.punctuation import decimal
from moderation.score_range import STEPS
from moderation.selection import Kind
from moderation.wording import label_in_words, told

WHY_NOT: dict[str, Promise] = {
    Why.DECIDED: gettext_lazy("somebody else decided first"),
    Why.CHANGED: gettext_lazy("the author changed the text"),
    Why.WITHDRAWN: gettext_lazy("the author withdrew it"),
    Why.CLAIMED: gettext_lazy("a colleague had it in hand"),
    Why.SENIOR: gettext_lazy("it is for a senior moderator"),
    Why.ELSEWHERE: gettext_lazy("it is in a section of others"),
    Why.FAILED: gettext_lazy("it could not be decided; nothing happened to it"),
}


def chosen(criterion: dict[str, Any]) -> str:
    """Return how the comments of a batch were chosen."""
    everything = bool(criterion.get("everything"))
    match criterion.get("kind"):
        case Kind.QUEUE:
            return _("everything in “%(queue)s”, as it was filtered") % {
                "queue": Queue(criterion["queue"]).label
            }
        case Kind.SCORES:
            return _("%(label)s from %(low)s to %(high)s in “%(queue)s”") % {
                "label": label_in_words(criterion["label"]),
                "low": decimal(hundredths(criterion["low"])),
                "high": decimal(hundredths(criterion["high"])),
                "queue": Queue(criterion["queue"]).label,
            }
        case Kind.AUTHOR if everything:
            return _("everything by one author")
        case Kind.AUTHOR:
            return _("what waits by one author")
        case Kind.ARTICLE if everything:
            return _("everything under “%(title)s”") % {"title": criterion["title"]}
        case Kind.ARTICLE:
            return _("what waits under “%(title)s”") % {"title": criterion["title"]}
        case Kind.ALIKE:
            return _("comments that say nearly the same")
        case _kind:
            return _("chosen one by one")


def hundredths(number: int) -> str:
    """Return a score in hundredths as fields and addresses hold it: "0.85"."""
    return f"{number / STEPS:.2f}"


def asks(action: str, number: int) -> str:
    """Return the question of the page that confirms a batch."""
    shown = {"n": intcomma(number)}
    if action == Action.REMOVE:
        return ngettext("Remove %(n)s comment?", "Remove %(n)s comments?", number) % shown
    return ngettext("Approve %(n)s comment?", "Approve %(n)s comments?", number) % shown


def confirms(action: str, number: int) -> str:
    """Return what the button says that begins a batch."""
    shown = {"n": intcomma(number)}
    if action == Action.REMOVE:
        return ngettext("Remove %(n)s comment", "Remove %(n)s comments", number) % shown
    return ngettext("Approve %(n)s comment", "Approve %(n)s comments", number) % shown


def title(batch: Batch) -> str:
    """Return what a batch does, as its heading: "Remove 38 comments: Insults"."""
    what = confirms(batch.action, batch.matched)
    return f"{what}: {batch.policy}" if batch.policy is not None else what


def why(member: BatchComment) -> str:
    """Return why a comment was passed over, with who was first or who had it."""
    if member.why == Why.DECIDED and member.decision is not None:
        return told(member.decision)
    if member.why == Why.CLAIMED and member.holder is not None:
        return _("%(name)s had it in hand.") % {"name": member.holder}
    reason = str(WHY_NOT[member.why])
    return f"{reason[:1].upper()}{reason[1:]}."
