"""What the site learned from its moderators: what is in use, how good it is, since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Left

from classifier.base import Label
from classifier.fitting import Finding, Outcome
from comments.models import CommentRevision
from moderation import heads, learning
from moderation.learning import Judged, Tally
from moderation.models import Classification, HeadSwitch, LearnedHead
from moderation.selectors.queues import EXCERPT_LENGTH

MOST_VERSIONS = 20
MOST_SWITCHES = 20


@dataclass(frozen=True, slots=True)
class LearnedLabel:
    """What was found for a label, and how many of the recent comments it held and holds."""

    label: Label
    finding: Finding
    held_before: int
    held_now: int


@dataclass(frozen=True, slots=True)
class Move:
    """A recent comment whose score a version changed much: probabilities before and after."""

    revision: CommentRevision
    label: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Learning:
    """Everything that the page of learning shows.

    ``scored_by`` is the version that scored the newest comment, or "" before the first one; it
    begins with the name of the shipped model, ``base``.
    """

    scored_by: str
    base: str
    newest_switch: HeadSwitch | None
    good: LearnedHead | None  # the newest that could be used
    newest: LearnedHead | None
    tallies: Mapping[Label, Tally]
    versions: Sequence[LearnedHead]
    switches: Sequence[HeadSwitch]

    @property
    def switched_on(self) -> LearnedHead | None:
        """The version that is switched on; see ``fits`` for whether it is worn."""
        return self.newest_switch.head if self.newest_switch else None

    @property
    def taken_out(self) -> LearnedHead | None:
        """The version that the nightly run took out, if nobody has switched anything since."""
        if self.newest_switch is None or not self.newest_switch.is_taking_out:
            return None
        return self.switches[1].head if len(self.switches) > 1 else None

    @property
    def may_be_switched_on(self) -> bool:
        """Whether there is a version to switch on; not one that too few decisions speak for."""
        return self.good is not None and not heads.has_too_few(self.newest_switch)

    @property
    def judged(self) -> Judged | None:
        """What the newest run found of the version that is in use, or that it took out."""
        about = self.switched_on or self.taken_out
        judged = Judged.in_figures(self.newest.figures) if self.newest else None
        return judged if judged and about and judged.name == about.name else None

    @property
    def fits(self) -> bool:
        """Whether what is switched on was learned for the model that scores."""
        return self.switched_on is not None and self.base in ("", self.switched_on.base)

    @property
    def closest(self) -> Tally:
        """The label of which least is missing until it can be learned."""
        return min(
            self.tallies.values(),
            key=lambda t: (t.missing_of_a_side > 0, t.missing, t.missing_of_a_side, -t.removed),
        )


def learning_state() -> Learning:
    """Return what was learned and what is in use. Six queries."""
    scored = Classification.objects.exclude(unscored="failed").order_by("-id")
    scored_by = scored.values_list("model", flat=True).first() or ""
    versions = list(LearnedHead.objects.defer("document")[:MOST_VERSIONS])
    return Learning(
        scored_by=scored_by,
        base=scored_by.partition("~")[0],
        newest_switch=heads.newest_switch(),
        good=heads.newest_good_head(),
        newest=versions[0] if versions else None,
        tallies=learning.tallies(),
        versions=versions,
        switches=list(HeadSwitch.objects.select_related("head", "made_by")[:MOST_SWITCHES]),
    )


def learned_labels(head: LearnedHead) -> list[LearnedLabel]:
    """Return what was found for each label, in the labels' own order."""
    found: dict[str, dict[str, Any]] = head.figures["labels"]
    return [_label(Label(name), dict(entry)) for name, entry in found.items()]


def _label(label: Label, entry: dict[str, Any]) -> LearnedLabel:
    held_before, held_now = entry.pop("held")
    outcome = Outcome(entry.pop("outcome"))
    return LearnedLabel(label, Finding(outcome=outcome, **entry), held_before, held_now)


def moves(head: LearnedHead) -> list[Move]:
    """Return the comments whose scores a version changed most, upwards first. One query."""
    told = head.figures["moved"]
    found = (
        CommentRevision.objects.filter(id__in=[move["revision"] for move in told])
        .select_related("comment")
        .defer("body")
        .annotate(excerpt=Left("body", EXCERPT_LENGTH))
        .in_bulk()
    )
    return [
        Move(found[move["revision"]], move["label"], move["before"], move["after"])
        for move in told
        if move["revision"] in found
    ]
