"""Scores as strips: one bar for each label, the live rules' thresholds as ticks.

Everything is numbers and words here; the template draws them as SVG.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from classifier.base import Label
from moderation import rule_sets
from moderation.evidence import read_spans, words_by_label
from moderation.models import Classification
from moderation.punctuation import two_decimals
from moderation.rules.evaluation import RuleAction, cuts
from moderation.wording import label_in_words

WIDTH = 120  # units of the drawing for a probability of 1
WORTH_SHOWING = 0.05  # a smaller distance between own and quoted words says nothing


@dataclass(frozen=True, slots=True)
class Tick:
    """Where a rule of the live version begins to act on a label."""

    threshold: float  # calibrated probability, 0..1
    action: RuleAction
    rule: str

    @property
    def x(self) -> float:
        """Its place in the drawing."""
        return round(self.threshold * WIDTH, 2)

    @property
    def removes(self) -> bool:
        """Whether the rule removes, rather than holds."""
        return self.action == RuleAction.REMOVE

    @property
    def sentence(self) -> str:
        """What it stands for, in words."""
        words = _("removed from %(score)s") if self.removes else _("held from %(score)s")
        return words % {"score": two_decimals(self.threshold)}


@dataclass(frozen=True, slots=True)
class Strip:
    """One label: its score, what the live rules make of it, and the words that moved it.

    ``score`` is None where there is none: never drawn as an empty bar.
    """

    label: str
    score: float | None
    quoted: float | None
    ticks: tuple[Tick, ...]
    words: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The label in words."""
        return label_in_words(self.label)

    @property
    def width(self) -> float:
        """Length of the bar in the drawing."""
        return round((self.score or 0.0) * WIDTH, 2)

    @property
    def shows_quoted(self) -> bool:
        """Whether what the author quotes scores otherwise than their own words."""
        if self.quoted is None or self.score is None:
            return self.quoted is not None
        return abs(self.quoted - self.score) >= WORTH_SHOWING

    @property
    def quoted_width(self) -> float:
        """Length of the quoted words' bar in the drawing."""
        return round((self.quoted or 0.0) * WIDTH, 2)

    @property
    def reached(self) -> Tick | None:
        """The strictest threshold that the score reaches."""
        if self.score is None:
            return None
        below = [tick for tick in self.ticks if tick.threshold <= self.score]
        return max(below, key=lambda tick: (tick.removes, tick.threshold), default=None)


def thresholds() -> Mapping[str, tuple[Tick, ...]]:
    """Return the thresholds of the live rule set by label, lowest first. One query."""
    _pk, live = rule_sets.live()
    ticks: dict[str, list[Tick]] = defaultdict(list)
    for cut in cuts(live):
        ticks[cut.label].append(Tick(threshold=cut.threshold, action=cut.action, rule=cut.rule))
    return {label: tuple(sorted(t, key=lambda tick: tick.threshold)) for label, t in ticks.items()}


def strips(
    *,
    classification: Classification | None,
    body: str,
    ticks: Mapping[str, tuple[Tick, ...]],
    spans: Sequence[Any] | None = None,
) -> list[Strip]:
    """Return one strip for each label, known ones always, in the labels' own order.

    ``spans`` are the words to name, where they are not those that came with the scores.
    """
    own = dict(classification.own) if classification else {}
    quoted = dict(classification.quoted) if classification else {}
    if spans is None:
        spans = classification.spans if classification else ()
    words = words_by_label(body, read_spans(spans, length=len(body)))
    known = [label.value for label in Label]
    return [
        Strip(
            label=label,
            score=own.get(label),
            quoted=quoted.get(label),
            ticks=ticks.get(label, ()),
            words=tuple(words.get(label, ())),
        )
        for label in [*known, *sorted(own.keys() - set(known))]
    ]


@dataclass(frozen=True, slots=True)
class Legend:
    """Which signs stand in a picture of scores, so that those alone are explained."""

    holds: bool
    removes: bool
    quoted: bool


def legend(rows: Sequence[Strip]) -> Legend:
    """Return the signs that stand in these strips."""
    ticks = [tick for strip in rows for tick in strip.ticks]
    return Legend(
        holds=any(not tick.removes for tick in ticks),
        removes=any(tick.removes for tick in ticks),
        quoted=any(strip.shows_quoted for strip in rows),
    )
