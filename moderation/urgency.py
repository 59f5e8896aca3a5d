"""How urgent a comment is: 0 (it can wait) to 1000, and what that number is made of, in words.

A held comment counts 600 times its strongest score, and what the rule that held it adds; a reported
one 500; a flagged one 800; each further report of a reader adds 50. Waiting adds nothing, so that
no row moves by itself: whoever wants the oldest first sorts by it. How many have read a comment is
not counted anywhere on the site, and is no part of the sum.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation.models import Decision, Queue, ReviewItem
from moderation.wording import label_in_words

MOST = 1000
FLAGGED = 800
REPORTED = 500
FURTHER_REPORT = 50
_OF_A_SCORE = 600


@dataclass(frozen=True, slots=True)
class Part:
    """Points of the sum, and what they are for."""

    points: int
    why: str


def of_score(probability: float | None) -> int:
    """Return the points of a strongest score (0..1), or 0 where there is none."""
    return round(_OF_A_SCORE * (probability or 0))


def explained(item: ReviewItem, *, screening: Decision | None, reports: int) -> list[Part]:
    """Return what an item's urgency is made of, the parts adding up to it exactly.

    ``screening`` is the decision of the rules that held the comment, ``reports`` how many of
    readers' reports wait for an answer.
    """
    parts = _known(item, screening)
    rest = item.urgency - sum(part.points for part in parts)
    further = reports - 1 if item.queue == Queue.REPORTED else reports
    if rest > 0 and further > 0:
        told = ngettext("%(n)d more report", "%(n)d more reports", further) % {"n": further}
        parts.append(Part(min(rest, further * FURTHER_REPORT), told))
        rest -= parts[-1].points
    if rest > 0:
        parts.append(Part(rest, _("as it was before the text was scored again")))
    elif rest < 0:
        parts.append(Part(rest, _("no more than 1000, or scored again since")))
    return parts


def _known(item: ReviewItem, screening: Decision | None) -> list[Part]:
    if item.queue == Queue.ESCALATED:
        return [Part(FLAGGED, _("flagged for a senior moderator"))]
    if item.queue == Queue.REPORTED:
        return [Part(REPORTED, _("reported by a reader"))]
    parts = []
    if item.top_score is not None:
        scored = f"{label_in_words(item.top_label)} {item.top_score:.2f}"
        parts.append(Part(of_score(item.top_score), scored))
    if screening is not None and screening.rule_set is not None:
        points, rule = _heaviest(screening)
        if points:
            parts.append(Part(points, _("the rule “%(rule)s”") % {"rule": rule}))
    return parts


def _heaviest(screening: Decision) -> tuple[int, str]:
    """Return the points and the name of the rule that counts: the most urgent one that held."""
    held = {match["rule"] for match in screening.matched if match["action"] == "hold"}
    document = screening.rule_set.document if screening.rule_set else {"rules": []}
    weights = [
        (int(rule["then"].get("urgency", 0)), str(rule["name"]))
        for rule in document["rules"]
        if rule["name"] in held
    ]
    return max(weights, key=lambda weight: weight[0], default=(0, ""))
