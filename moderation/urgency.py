"""How urgent a comment is: 0 (it can wait) to 1000, and what that number is made of, in words.

A held comment counts 600 times its strongest score, and what the rule that held it adds; a flagged
one 800; one with a notice of illegal content 1000; a reported one 1000 times the weight of the
reader's word (``moderation.reports``; 0.5 for somebody new), and each further report adds 100 times
its weight. Waiting adds nothing: whoever wants the oldest first sorts by it.

A reported comment goes on being read until somebody looks at it. So, beside its reports, 50 times
log10(1 + readers) count, rounded: 10 readers add 52, 100 add 100, 1000 add 150. Readers are those
who opened the article's discussion since the hour in which the comment became public, each once a
day (``comments.reads``). As they come, the comment moves up; what is not public nobody reads.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from moderation.models import Decision, Queue, ReviewItem
from moderation.punctuation import two_decimals
from moderation.wording import label_in_words

MOST = 1000
FLAGGED = 800
_OF_A_REPORT = 1000
_OF_A_FURTHER_REPORT = 100
_OF_A_SCORE = 600
_OF_TEN_TIMES_THE_READERS = 50


@dataclass(frozen=True, slots=True)
class Part:
    """Points of the sum, and what they are for."""

    points: int
    why: str


def of_score(probability: float | None) -> int:
    """Return the points of a strongest score (0..1), or 0 where there is none."""
    return round(_OF_A_SCORE * (probability or 0))


def of_reports(queue: str, weights: Sequence[float]) -> int:
    """Return the points of readers' reports (weights 0..1) about what lies in a queue.

    In "reported" the heaviest report is why the comment is there; elsewhere each is a further one.
    """
    first, further = _apart(queue, weights)
    return _of_first(first) + _of_further(further)


def of_readers(readers: int) -> int:
    """Return the points of so many readers of a reported comment."""
    return round(_OF_TEN_TIMES_THE_READERS * math.log10(1 + readers))


def explained(
    item: ReviewItem,
    *,
    screening: Decision | None,
    reports: Sequence[float],
    has_notice: bool = False,
) -> list[Part]:
    """Return what an item's urgency is made of, the parts adding up to it exactly.

    ``screening`` is the decision of the rules that held the comment, ``reports`` the weights of the
    readers' reports that stand, ``has_notice`` whether an open notice says that it is illegal.
    """
    if has_notice and item.urgency == MOST:
        return [Part(MOST, _("a notice of illegal content"))]
    first, further = _apart(item.queue, reports)
    parts = [*_known(item, screening), *_first_report(item, first)]
    parts += _readers(item, item.urgency - sum(part.points for part in parts))
    rest = item.urgency - sum(part.points for part in parts)
    if rest > 0 and further:
        number = len(further)
        told = ngettext("%(n)d more report", "%(n)d more reports", number) % {"n": number}
        parts.append(Part(min(rest, _of_further(further)), told))
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
        return []
    parts = []
    if item.top_score is not None:
        scored = f"{label_in_words(item.top_label)} {two_decimals(item.top_score)}"
        parts.append(Part(of_score(item.top_score), scored))
    if screening is not None and screening.rule_set is not None:
        points, rule = _heaviest(screening)
        if points:
            parts.append(Part(points, _("the rule “%(rule)s”") % {"rule": rule}))
    return parts


def _heaviest(screening: Decision) -> tuple[int, str]:
    """Return the points and the name of the rule that counts: the most urgent one that held."""
    held = {
        match["rule"]
        for match in screening.matched
        if match["action"] == "hold" and not match.get("stopped")
    }
    document = screening.rule_set.document if screening.rule_set else {"rules": []}
    weights = [
        (int(rule["then"].get("urgency", 0)), str(rule["name"]))
        for rule in document["rules"]
        if rule["name"] in held
    ]
    return max(weights, key=lambda weight: weight[0], default=(0, ""))


def _apart(queue: str, weights: Sequence[float]) -> tuple[list[float], list[float]]:
    heaviest_first = sorted(weights, reverse=True)
    first = 1 if queue == Queue.REPORTED else 0
    return heaviest_first[:first], heaviest_first[first:]


def _first_report(item: ReviewItem, first: Sequence[float]) -> list[Part]:
    if item.queue != Queue.REPORTED or not first:
        return []
    return [Part(min(_of_first(first), item.urgency), _("reported by a reader"))]


def _readers(item: ReviewItem, rest: int) -> list[Part]:
    points = min(of_readers(item.readers), rest)
    if points <= 0:
        return []
    told = ngettext("read by %(n)d reader", "read by about %(n)d readers", item.readers)
    return [Part(points, told % {"n": item.readers})]


def _of_first(weights: Sequence[float]) -> int:
    return round(_OF_A_REPORT * sum(weights))


def _of_further(weights: Sequence[float]) -> int:
    return round(_OF_A_FURTHER_REPORT * sum(weights))
