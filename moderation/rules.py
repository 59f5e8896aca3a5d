"""Rules, and what they say of a comment. Pure: the same facts give the same verdict.

Every rule is evaluated, always, and every one that holds is recorded; the verdict is the
strictest action among them, and of two equally strict rules the one that stands first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from classifier.base import Label, Unscored
from moderation.facts import Facts, Muted
from moderation.word_lists import WordMatcher


class RuleAction(StrEnum):
    """What a rule asks for, mildest first."""

    PUBLISH = "publish"
    HOLD = "hold"
    REMOVE = "remove"


STRICTNESS = {RuleAction.PUBLISH: 0, RuleAction.HOLD: 1, RuleAction.REMOVE: 2}


class Kind(StrEnum):
    """What a rule looks at."""

    SCORE = "score"
    WORDS = "words"
    LINKS = "links"
    FIRST_COMMENT = "first_comment"
    UNSCORED = "unscored"
    PRE_MODERATED = "pre_moderated"
    AUTHOR_MUTED = "author_muted"


class BadRuleSet(ValueError):
    """A stored rule set that cannot be read; the message says which rule and why."""


class Condition(Protocol):
    """Something that holds for a comment or does not."""

    def holds(self, facts: Facts) -> str | None:
        """Return why it holds, in words that follow the rule's name, or None."""
        ...


@dataclass(frozen=True, slots=True)
class ScoreAtLeast:
    """The author's own words score at least the threshold on a label."""

    label: Label
    threshold: float  # calibrated probability, 0..1

    def holds(self, facts: Facts) -> str | None:
        score = facts.own.get(self.label)
        if score is None or score < self.threshold:
            return None
        return f"{self.label.replace('_', ' ')} {score:.2f}"


@dataclass(frozen=True, slots=True)
class ContainsWord:
    """A word of the list stands in the text."""

    words: WordMatcher

    def holds(self, facts: Facts) -> str | None:
        if self.words.is_empty:
            return None  # before the text is folded for nothing
        hits = self.words.find(facts.folded)
        if not hits:
            return None
        entries = list(dict.fromkeys(hit.entry for hit in hits))
        shown = ", ".join(f"“{entry}”" for entry in entries[:3])
        return shown if len(entries) <= 3 else f"{shown} and {len(entries) - 3} more"


@dataclass(frozen=True, slots=True)
class MoreLinksThan:
    """The text holds more links than that."""

    number: int

    def holds(self, facts: Facts) -> str | None:
        return f"{facts.links} links" if facts.links > self.number else None


@dataclass(frozen=True, slots=True)
class FirstComment:
    """Nothing of the author is published yet."""

    def holds(self, facts: Facts) -> str | None:
        return "nothing of this author is published yet" if not facts.author_published else None


_WHY_UNSCORED = {
    Unscored.LANGUAGE: "the model does not know its language",
    Unscored.EMPTY: "it has no words to score",
    Unscored.FAILED: "the model could not be asked",
}


@dataclass(frozen=True, slots=True)
class NotScored:
    """There are no scores."""

    def holds(self, facts: Facts) -> str | None:
        return _WHY_UNSCORED[facts.unscored] if facts.unscored else None


@dataclass(frozen=True, slots=True)
class PreModerated:
    """Every comment under this article waits for a moderator."""

    def holds(self, facts: Facts) -> str | None:
        return "every comment here waits for a moderator" if facts.pre_moderated else None


_WHY_MUTED = {
    Muted.BAN: "its author was banned while it was on its way",
    Muted.MUTE: "its author is muted",
    Muted.NEW_NAME: "a new name from the address of somebody who is muted or banned",
}


@dataclass(frozen=True, slots=True)
class AuthorMuted:
    """A moderator decided that a person looks at whatever this author writes."""

    def holds(self, facts: Facts) -> str | None:
        return _WHY_MUTED[facts.author_muted] if facts.author_muted else None


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition and what to do when it holds."""

    name: str
    condition: Condition
    action: RuleAction
    policy: str = ""  # slug of the policy that a removal names
    urgency: int = 0  # 0..1000, added to a held comment's place in the queue


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A published version, ready to evaluate."""

    number: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that held, and why."""

    rule: str
    action: RuleAction
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say: the action, the rule it comes from, and everything that held."""

    action: RuleAction
    rule: str = ""
    why: str = ""
    policy: str = ""
    urgency: int = 0
    unscored: bool = False
    matched: tuple[Match, ...] = ()


# Whatever the rules say: a model that could not be asked is no reason to publish, and what an
# editor or a moderator set to wait for a person waits.
_NOT_SCORED = Rule(name="Not scored", condition=NotScored(), action=RuleAction.HOLD)
_PRE_MODERATED = Rule(
    name="Pre-moderated article", condition=PreModerated(), action=RuleAction.HOLD
)
_AUTHOR_MUTED = Rule(name="Muted author", condition=AuthorMuted(), action=RuleAction.HOLD)


def evaluate(rule_set: RuleSet, facts: Facts) -> Verdict:
    """Return the verdict on a comment. Total: any facts, any rule set, never an exception."""
    held: list[tuple[Rule, str]] = []
    for rule in (*rule_set.rules, *_always(rule_set, facts)):
        why = rule.condition.holds(facts)
        if why is not None:
            held.append((rule, why))
    if not held:
        return Verdict(action=RuleAction.PUBLISH)
    decisive, why = max(held, key=lambda pair: STRICTNESS[pair[0].action])
    return Verdict(
        action=decisive.action,
        rule=decisive.name,
        why=why,
        policy=decisive.policy,
        urgency=max(rule.urgency for rule, _why in held),
        unscored=facts.unscored is not None,
        matched=tuple(Match(rule.name, rule.action, why) for rule, why in held),
    )


def _always(rule_set: RuleSet, facts: Facts) -> Iterator[Rule]:
    """Yield what no rule set can leave out, where this one does."""
    if not (facts.unscored is Unscored.FAILED or facts.pre_moderated or facts.author_muted):
        return
    holding = [rule.condition for rule in rule_set.rules if rule.action != RuleAction.PUBLISH]
    if facts.unscored is Unscored.FAILED and _NOT_SCORED.condition not in holding:
        yield _NOT_SCORED
    if facts.pre_moderated and _PRE_MODERATED.condition not in holding:
        yield _PRE_MODERATED
    if facts.author_muted and _AUTHOR_MUTED.condition not in holding:
        yield _AUTHOR_MUTED


def parse_rule_set(
    *, number: int, document: Mapping[str, Any], word_lists: Mapping[str, WordMatcher]
) -> RuleSet:
    """Read a stored document (see ``moderation.rule_sets.publish`` for its shape).

    ``word_lists`` maps the sha256 of each list's entries to its matcher. Raises BadRuleSet.
    """
    rules = []
    for entry in document.get("rules", ()):
        try:
            rules.append(_parse_rule(entry, word_lists))
        except (KeyError, ValueError, TypeError) as error:
            raise BadRuleSet(f"Rule {entry.get('name')!r} of version {number}: {error}") from error
    return RuleSet(number=number, rules=tuple(rules))


def _parse_rule(entry: Mapping[str, Any], word_lists: Mapping[str, WordMatcher]) -> Rule:
    return Rule(
        name=entry["name"],
        condition=_parse_condition(entry["when"], word_lists),
        action=RuleAction(entry["then"]["action"]),
        policy=entry["then"].get("policy", ""),
        urgency=int(entry["then"].get("urgency", 0)),
    )


def _parse_condition(when: Mapping[str, Any], word_lists: Mapping[str, WordMatcher]) -> Condition:
    match Kind(when["kind"]):
        case Kind.SCORE:
            return ScoreAtLeast(label=Label(when["label"]), threshold=float(when["threshold"]))
        case Kind.WORDS:
            return ContainsWord(words=word_lists[when["words"]])
        case Kind.LINKS:
            return MoreLinksThan(number=int(when["number"]))
        case Kind.FIRST_COMMENT:
            return FirstComment()
        case Kind.UNSCORED:
            return NotScored()
        case Kind.PRE_MODERATED:
            return PreModerated()
        case Kind.AUTHOR_MUTED:
            return AuthorMuted()
