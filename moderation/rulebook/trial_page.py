"""What a trial found, arranged for its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from classifier.base import Label
from moderation.models import Surprise, Trial
from moderation.punctuation import two_decimals
from moderation.rulebook import trial_words
from moderation.rulebook.trial_bands import Bands, bands
from moderation.rulebook.trial_results import NO_LABEL, STRONG, Cells, Share, Summary, Tally
from moderation.rules.documents import upgraded
from moderation.rules.evaluation import RuleAction
from moderation.selectors.trials import names_of_sections
from moderation.wording import label_in_words


@dataclass(frozen=True, slots=True)
class Becomes:
    """How many comments the live version and the tried rules publish, hold or remove."""

    words: str
    live: int
    tried: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """How right one kind of verdict is, in words: live and tried, each with its interval."""

    about: str
    live: str
    tried: str
    counted: str  # of how many, tried


@dataclass(frozen=True, slots=True)
class Group:
    """The comments of a section, or with a strongest label."""

    name: str
    summary: Summary

    @property
    def right(self) -> str:
        """Of what the tried rules hold or remove here, the share that people removed."""
        return trial_words.share(self.summary.of_tried(least=RuleAction.HOLD).precision)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """What one of the tried rules does."""

    name: str
    mode: str
    holds: int
    alone: int
    removed: str  # the share that people removed, of what it holds for and they decided
    decided: int


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that the page shows beside the surprises."""

    summary: Summary
    becomes: Sequence[Becomes]
    moves: Sequence[tuple[str, Sequence[int], int]]  # words, to each action, all of them
    bands: Bands
    judgements: Sequence[Judgement]
    sections: Sequence[Group]
    labels: Sequence[Group]
    rules: Sequence[RuleLine]


def result_of(trial: Trial) -> Result:
    """Return what a trial counted. One query."""
    tally = Tally.from_json(trial.tally)
    found = Summary(tally.cells)
    words = [str(said) for said in trial_words.BECOMES.values()]
    return Result(
        summary=found,
        becomes=[Becomes(*row) for row in zip(words, found.live, found.tried, strict=True)],
        moves=list(zip(words, found.moves, found.live, strict=True)),
        bands=bands(found.moves),
        judgements=_judgements(found),
        sections=_sections(tally.sections),
        labels=_labels(tally.labels),
        rules=_rules(tally, trial.document),
    )


def found_of(trial: Trial) -> dict[Surprise, int]:
    """Return how many surprises of each kind there are, those that are not kept as well."""
    found = Summary(Tally.from_json(trial.tally).cells)
    return {
        Surprise.REMOVES: found.surprising_removals,
        Surprise.PUBLISHES: found.surprising_publications,
    }


def _judgements(found: Summary) -> list[Judgement]:
    said = []
    for least, precision, recall in (
        (
            RuleAction.HOLD,
            _("Of what is held or removed, people removed"),
            _("Of what people removed, is held or removed"),
        ),
        (
            RuleAction.REMOVE,
            _("Of what is removed, people removed"),
            _("Of what people removed, is removed"),
        ),
    ):
        live, tried = found.of_live(least=least), found.of_tried(least=least)
        said.append(_judgement(precision, live.precision, tried.precision))
        said.append(_judgement(recall, live.recall, tried.recall))
    return said


def _judgement(about: str, live: Share, tried: Share) -> Judgement:
    counted = _("%(part)d of %(whole)d") % {"part": tried.part, "whole": tried.whole}
    return Judgement(about, trial_words.share(live), trial_words.share(tried), counted)


def _sections(cells: Mapping[int, Cells]) -> list[Group]:
    names = names_of_sections(list(cells))
    return [Group(name, Summary(cells[pk])) for pk, name in names.items()]


def _labels(cells: Mapping[str, Cells]) -> list[Group]:
    nothing = _("No score of %(least)s or more") % {"least": two_decimals(STRONG)}
    order = (*(label.value for label in Label), NO_LABEL)
    return [
        Group(label_in_words(label) if label else nothing, Summary(cells[label]))
        for label in order
        if label in cells
    ]


def _rules(tally: Tally, document: Mapping[str, Any]) -> list[RuleLine]:
    """Return the rules in their order; those that hold whatever the site wrote come last, and only
    where they held."""
    rules = {rule["key"]: rule for rule in upgraded(document)["rules"]}
    own = len(tally.rules) - len(trial_words.ALWAYS)
    lines = []
    for place, found in enumerate(tally.rules):
        rule = rules[found.key] if place < own else None
        if rule is None and not found.holds:
            continue
        decided = found.approved + found.removed
        lines.append(
            RuleLine(
                name=rule["name"] if rule else str(trial_words.ALWAYS[found.key]),
                mode=rule.get("mode", "on") if rule else "on",
                holds=found.holds,
                alone=found.alone,
                removed=trial_words.share(Share(found.removed, decided)),
                decided=decided,
            )
        )
    return lines
