"""Random rules and facts, for tests that try thousands of them."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from classifier.base import Label, Unscored
from moderation.facts import Facts, Muted
from moderation.rules.catalogue import FACTS, Fact, Kind
from moderation.rules.evaluation import RuleAction
from tests.rules_data import asks, rule_entry

FRIDAY_AT_FIVE = datetime(2026, 11, 27, 5, tzinfo=UTC)
THURSDAY, SATURDAY = FRIDAY_AT_FIVE - timedelta(days=1), FRIDAY_AT_FIVE + timedelta(days=1)
SCOPES: tuple[dict[str, Any], ...] = (
    {},
    {"sections": ["a"]},
    {"languages": ["en"]},
    {"articles": ["story-1", "story-2"]},
    {"from": "2026-11-27"},
    {"until": "2026-11-27"},
    {"from": "2026-11-27", "until": "2026-11-27", "articles": ["story-1"]},
)
LISTS = {"one": ["fool", "a.example"], "two": []}


class Chance:
    """Random rules and facts from a seed: faster than a search, so that thousands are tried."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def condition(self) -> dict[str, Any]:
        fact = self.random.choice(FACTS)
        operator = self.random.choice(fact.operators)
        if fact.kind is Kind.YES_NO:
            return asks(fact.key, operator)
        return asks(fact.key, operator, self.value(fact))

    def value(self, fact: Fact) -> Any:
        if fact.kind in (Kind.SCORE, Kind.SHARE):
            return self.random.choice([0.0, 0.1, 0.5, 0.7, 1.0])
        if fact.kind is Kind.NUMBER:
            return self.random.randint(int(fact.least), 4)
        if fact.kind in (Kind.CHOICE, Kind.TAGS):
            return self.random.sample(fact.choices or ("en", "a", "b"), k=2)
        return self.random.choice(list(LISTS))

    def group(self, *, inner: bool = False) -> dict[str, Any]:
        parts = [
            self.group(inner=True) if not inner and self.random.random() < 0.3 else self.condition()
            for _ in range(self.random.randint(1, 3))
        ]
        return {self.random.choice(["all", "any"]): parts}

    def entry(self, number: int) -> dict[str, Any]:
        return rule_entry(
            f"R{number}",
            when=self.group(),
            unless=self.random.choice([None, None, self.group()]),
            scope=self.random.choice(SCOPES),
            action=self.random.choice(list(RuleAction)),
            mode=self.random.choice(["on", "on", "shadow"]),
            then_urgency=self.random.randint(0, 1000),
        )

    def scores(self) -> dict[Label, float]:
        labels = self.random.sample(list(Label), k=self.random.randint(0, 8))
        return {label: self.random.choice([0.0, 0.1, 0.5, 0.7, 0.9, 1.0]) for label in labels}

    def facts(self) -> Facts:
        pick = self.random.choice
        return Facts(
            text=pick(["", "a fool", "SEE https://a.example", "www.b.example\0"]),
            own=self.scores(),
            quoted=self.scores(),
            unscored=pick([None, *Unscored]),
            language=pick(["en", "und", "nb"]),
            author_published=pick([0, 1, 2, 3]),
            author_removed_share=pick([None, 0.0, 0.5, 1.0]),
            author_trust=pick(["new", "reliable"]),
            author_muted=pick([None, None, *Muted]),
            article_section=pick(["", "a", "b"]),
            article_slug=pick(["", "story-0", "story-1"]),
            article_tags=frozenset(pick(["", "a", "ab"])),
            article_pre_moderated=pick([True, False, False]),
            comment_edited=pick([True, False]),
            repeats_own_10=pick([0, 1, 2, 3]),
            written_at=pick([None, THURSDAY, FRIDAY_AT_FIVE, SATURDAY]),
        )
