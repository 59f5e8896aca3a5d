"""Rules, and what they say of comments. Pure: the same facts and version give the same verdict.

Every rule is evaluated on every comment, always, and every one that holds is recorded. A rule that
publishes is an *allow* rule: where it holds, rules that stand below it do not act. The verdict is
the strictest action among the rules that act, and of two equally strict ones the first. Shadow
rules act on nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from classifier.base import Unscored
from moderation.facts import Facts, FactTable, table_of
from moderation.rules.asked import Asked, Held
from moderation.rules.catalogue import Is
from moderation.rules.conditions import (
    Answered,
    Chosen,
    Compared,
    Condition,
    Group,
    Scope,
)
from moderation.rules.language import gettext, gettext_noop, settled
from moderation.rules.word_lists import Lists


class RuleAction(StrEnum):
    """What a rule asks for, mildest first."""

    PUBLISH = "publish"
    HOLD = "hold"
    REMOVE = "remove"


ACTIONS = tuple(RuleAction)
STRICTNESS = {action: number for number, action in enumerate(ACTIONS)}


class Mode(StrEnum):
    """Whether a rule acts, is only counted, or is left out."""

    ON = "on"
    SHADOW = "shadow"
    OFF = "off"


EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Rule:
    """When it holds, where, unless what, and what it does then."""

    key: str
    name: str
    when: Group
    action: RuleAction
    mode: Mode = Mode.ON
    unless: Group | None = None
    scope: Scope = EVERYWHERE
    policy: str = ""  # slug of the policy that a removal names
    queue: str = "waiting"  # where a held comment waits: "waiting" or "escalated"
    urgency: int = 0  # 0..1000, added to a held comment's place in the queue
    labels: tuple[str, ...] = ()  # words for whoever reads a held comment
    automation: str = ""  # key of the automation that owns the rule

    def holds(self, asked: Asked) -> Held:
        """Return for which comments it holds, shape (n,)."""
        held = self.when.holds(asked)
        if self.unless is not None:
            held = held & ~self.unless.holds(asked)
        return held if self.scope.is_everywhere else held & self.scope.holds(asked)

    @property
    def only_condition(self) -> Condition | None:
        """The one condition that it consists of, or None where there is more to it."""
        if self.unless is not None or not self.scope.is_everywhere or len(self.when.parts) != 1:
            return None
        return self.when.parts[0]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A version, ready to evaluate. Rules that are off are not in it."""

    number: int
    rules: tuple[Rule, ...]
    lists: Lists = field(default_factory=lambda: Lists({}))


@dataclass(frozen=True, slots=True)
class Cut:
    """A rule that asks for one score of the author's own words and nothing else."""

    label: str
    threshold: float
    action: RuleAction
    rule: str


def cuts(rule_set: RuleSet) -> list[Cut]:
    """Return the thresholds at which the acting rules of a set cut by a score alone."""
    found = []
    for rule in rule_set.rules:
        only = rule.only_condition
        if rule.mode is not Mode.ON or not isinstance(only, Compared):
            continue
        side, _dot, label = only.fact.partition(".")
        if side == "own" and only.operator is Is.AT_LEAST:
            found.append(Cut(label, only.value, rule.action, rule.name))
    return found


def thresholds_of(rule_set: RuleSet) -> RuleSet:
    """Return a rule set without anything but its cuts by a score alone."""
    cut = {found.rule for found in cuts(rule_set)}
    return RuleSet(rule_set.number, tuple(rule for rule in rule_set.rules if rule.name in cut))


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that held, why, and whether it acted: an allow rule above it may have stopped it."""

    rule: str
    action: RuleAction
    why: str
    key: str = ""
    acts: bool = True
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say: the action, the rule it comes from, and everything that held."""

    action: RuleAction
    rule: str = ""
    why: str = ""
    policy: str = ""
    queue: str = "waiting"
    urgency: int = 0
    automation: str = ""
    unscored: bool = False
    matched: tuple[Match, ...] = ()
    shadow: tuple[Match, ...] = ()


# Whatever the rules say: a model that could not be asked is no reason to publish, and what an
# editor or a moderator set to wait for a person waits.
_ALWAYS = (
    Rule(
        key="not-scored",
        name=gettext_noop("Not scored"),
        when=Group(True, (Chosen("unscored", Is.ONE_OF, frozenset({Unscored.FAILED})),)),
        action=RuleAction.HOLD,
    ),
    Rule(
        key="pre-moderated",
        name=gettext_noop("Pre-moderated article"),
        when=Group(True, (Answered("article.pre_moderated", Is.YES),)),
        action=RuleAction.HOLD,
    ),
    Rule(
        key="muted",
        name=gettext_noop("Muted author"),
        when=Group(
            True, (Chosen("author.muted", Is.ONE_OF, frozenset({"ban", "mute", "new_name"})),)
        ),
        action=RuleAction.HOLD,
    ),
)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What a rule set says of the n comments of a table.

    ``held`` has shape (rules, n): where each rule holds; ``acts`` the same without shadow rules and
    what an allow rule stops. ``strictness`` has shape (n,): the action, by its place in
    ``ACTIONS``; ``decisive`` the index of the rule it comes from, -1 where none holds. ``rules``
    are those of the set, then what always holds.
    """

    asked: Asked
    rules: tuple[Rule, ...]
    held: Held
    acts: Held
    strictness: NDArray[np.int8]
    decisive: NDArray[np.int16]

    def __len__(self) -> int:
        return len(self.strictness)

    def action(self, row: int) -> RuleAction:
        """Return what becomes of the comment in a row."""
        return ACTIONS[int(self.strictness[row])]

    def rule(self, row: int) -> Rule | None:
        """Return the rule that decides the comment in a row; None where none holds."""
        return self.rules[self.decisive[row]] if self.decisive[row] >= 0 else None

    def why(self, row: int) -> str:
        """Return why that rule holds, in words; nothing where none does."""
        rule = self.rule(row)
        return rule.when.why(self.asked.row(row), 0) if rule else ""

    def verdict(self, row: int) -> Verdict:
        """Return the whole verdict on the comment in a row, with every reason in words."""
        one = self.asked.row(row)
        matches = {
            n: Match(
                rule=rule.name,
                key=rule.key,
                action=rule.action,
                why=rule.when.why(one, 0),
                acts=bool(self.acts[n, row]),
                labels=rule.labels,
            )
            for n, rule in enumerate(self.rules)
            if self.held[n, row]
        }
        acting = [self.rules[n] for n in matches if self.acts[n, row]]
        decisive = self.rule(row)
        shadow = tuple(m for n, m in matches.items() if self.rules[n].mode is Mode.SHADOW)
        unscored = bool(one.choice("unscored")[0])
        if decisive is None:
            return Verdict(RuleAction.PUBLISH, unscored=unscored, shadow=shadow)
        return Verdict(
            action=decisive.action,
            rule=decisive.name,
            why=matches[int(self.decisive[row])].why,
            policy=decisive.policy,
            queue=decisive.queue,
            urgency=max(rule.urgency for rule in acting),
            automation=decisive.automation,
            unscored=unscored,
            matched=tuple(m for n, m in matches.items() if self.rules[n].mode is Mode.ON),
            shadow=shadow,
        )


def evaluate_all(rule_set: RuleSet, table: FactTable) -> Evaluation:
    """Evaluate every rule on every comment of a table. Total: never an exception."""
    return evaluate_asked(rule_set, Asked(table, rule_set.lists))


def evaluate_asked(rule_set: RuleSet, asked: Asked) -> Evaluation:
    """The same, for several sets of rules that ask about one table: each question once.

    ``asked`` carries the lists of all of them.
    """
    always = (replace(rule, name=gettext(rule.name)) for rule in _ALWAYS)
    rules = (*rule_set.rules, *always)
    n = len(asked.table)
    held = np.empty((len(rules), n), dtype=bool)
    acts = np.zeros((len(rules), n), dtype=bool)
    strictness = np.full(n, -1, dtype=np.int8)
    decisive = np.full(n, -1, dtype=np.int16)
    stopped = np.zeros(n, dtype=bool)  # an allow rule stands above
    for number, rule in enumerate(rules):
        held[number] = rule.holds(asked)
        if rule.mode is not Mode.ON:
            continue
        if number < len(rule_set.rules):
            acts[number] = held[number] & ~stopped
        else:
            for other, same in enumerate(rule_set.rules):
                if _asks_the_same(same, rule):
                    held[number] &= ~acts[other]  # on record already
            acts[number] = held[number]
        stricter = acts[number] & (strictness < STRICTNESS[rule.action])
        strictness[stricter] = STRICTNESS[rule.action]
        decisive[stricter] = number
        if rule.action is RuleAction.PUBLISH:
            stopped |= acts[number]
    return Evaluation(asked, rules, held, acts, np.maximum(strictness, 0), decisive)


def _asks_the_same(rule: Rule, always: Rule) -> bool:
    """Whether a rule of the set already holds what always holds."""
    (condition,) = always.when.parts
    return rule.action is not RuleAction.PUBLISH and (
        getattr(rule.only_condition, "fact", None) == getattr(condition, "fact", "")
    )


def evaluate(rule_set: RuleSet, facts: Facts) -> Verdict:
    """Return the verdict on one comment: ``evaluate_all`` of one."""
    return evaluate_all(rule_set, table_of([facts])).verdict(0)


def evaluate_each(rule_set: RuleSet, facts: Sequence[Facts]) -> list[Verdict]:
    """Return the verdicts on some comments, in their order."""
    evaluation = evaluate_all(rule_set, table_of(facts))
    with settled():
        return [evaluation.verdict(row) for row in range(len(facts))]
