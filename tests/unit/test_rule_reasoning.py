"""What is said of a rule without a comment: never, always. And the schema agrees with the rules."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from moderation.facts import Facts, table_of
from moderation.rules.asked import Asked
from moderation.rules.documents import BadRule, parse_rule
from moderation.rules.reasoning import always_holds, never_holds
from moderation.rules.schema import schema
from moderation.rules.word_lists import Lists
from tests.rule_chance import LISTS, Chance
from tests.rules_data import asks, rule_entry

HIGH, LOW = asks("own.insult", "at_least", 0.9), asks("own.insult", "below", 0.5)
LINK, NO_LINK = asks("text.links", "at_least", 1), asks("text.links", "below", 1)
GUEST, SIGNED_IN = asks("author.signed_in", "no"), asks("author.signed_in", "yes")
ENGLISH, GERMAN = asks("language", "one_of", ["en"]), asks("language", "one_of", ["de"])
ANY_LENGTH = asks("text.length", "at_least", 0)


@pytest.mark.parametrize(
    "entry",
    [
        rule_entry("It", HIGH, LOW),
        rule_entry("It", asks("text.links", "below", 0)),
        rule_entry("It", asks("text.links", "at_least", 3), asks("text.links", "below", 3)),
        rule_entry("It", GUEST, SIGNED_IN),
        rule_entry("It", ENGLISH, GERMAN),
        rule_entry("It", ENGLISH, asks("language", "none_of", ["en", "de"])),
        rule_entry(
            "It", asks("author.trust", "none_of", ["new", "often_removed", "mixed", "reliable"])
        ),
        rule_entry(
            "It", asks("article.tags", "one_of", ["a"]), asks("article.tags", "none_of", ["a"])
        ),
        rule_entry("It", HIGH, asks("unscored", "one_of", ["language"])),
        rule_entry("It", ENGLISH, scope={"languages": ["de"]}),
        rule_entry("It", asks("article.section", "one_of", ["a"]), scope={"sections": ["b"]}),
        rule_entry("It", asks("comment.day", "below", 700_000), scope={"from": "2026-01-01"}),
        rule_entry("It", HIGH, when={"any": [{"all": [HIGH, LOW]}, {"all": [GUEST, SIGNED_IN]}]}),
        rule_entry("It", LINK, unless={"any": [GUEST, LINK]}),
        rule_entry("It", HIGH, unless={"all": [asks("own.insult", "at_least", 0.8)]}),
        rule_entry("It", LINK, unless={"any": [ANY_LENGTH]}),
    ],
)
def test_a_contradiction_never_holds(entry: dict[str, Any]) -> None:
    assert never_holds(parse_rule(entry))


@pytest.mark.parametrize(
    "entry",
    [
        rule_entry("It", HIGH),
        rule_entry("It", asks("own.insult", "at_least", 0.5), asks("own.insult", "below", 0.51)),
        rule_entry(
            "It", asks("author.age_days", "at_least", 1), asks("author.age_days", "below", 2)
        ),
        rule_entry(
            "It", asks("article.tags", "one_of", ["a"]), asks("article.tags", "one_of", ["b"])
        ),
        rule_entry("It", when={"any": [HIGH, LOW]}),
        rule_entry("It", when={"any": [{"all": [HIGH, LOW]}, LINK]}),
        rule_entry("It", HIGH, unless={"all": [LINK]}),
        rule_entry("It", ENGLISH, scope={"languages": ["de", "en"]}),
    ],
)
def test_what_may_hold_is_not_called_a_contradiction(entry: dict[str, Any]) -> None:
    assert not never_holds(parse_rule(entry))


@pytest.mark.parametrize(
    ("entry", "always"),
    [
        (rule_entry("It", ANY_LENGTH), True),
        (rule_entry("It", when={"any": [LINK, NO_LINK]}), True),
        (rule_entry("It", when={"any": [GUEST, {"all": [ANY_LENGTH]}]}), True),
        (rule_entry("It", when={"any": [GUEST, SIGNED_IN]}), True),
        (rule_entry("It", ANY_LENGTH, LINK), False),
        (rule_entry("It", asks("own.insult", "at_least", 0)), False),  # not of what is not scored
        (rule_entry("It", ANY_LENGTH, unless={"all": [LINK]}), False),
        (rule_entry("It", ANY_LENGTH, scope={"sections": ["a"]}), False),
    ],
)
def test_what_holds_of_every_comment(entry: dict[str, Any], always: bool) -> None:
    assert always_holds(parse_rule(entry)) is always


def test_what_is_said_without_comments_is_true_of_thousands() -> None:
    chance = Chance(7)
    told = [chance.facts() for _ in range(300)]
    # What has no scores has none: the random facts do not know.
    told = [Facts(**{**vars(f), "own": {}, "quoted": {}}) if f.unscored else f for f in told]
    asked = Asked(table_of(told), Lists(LISTS, words=["one", "two"]))
    never = always = 0
    for number in range(5_000):
        rule = parse_rule(chance.entry(number))
        held = rule.holds(asked)
        if never_holds(rule):
            never += 1
            assert not held.any(), rule
        if always_holds(rule):
            always += 1
            assert held.all(), rule
    assert never > 10
    assert always > 10


def test_every_rule_that_can_be_read_keeps_the_schema_and_the_other_way_round() -> None:
    validator, chance = Draft202012Validator(schema()), Chance(11)
    spoil = (
        lambda e: e | {"mode": "loud"},
        lambda e: e | {"then": {"action": "vanish"}},
        lambda e: e | {"when": {"all": []}},
        lambda e: e | {"when": {"both": e["when"]}},
        lambda e: e | {"key": "Not A Key"},
        lambda e: e | {"name": ""},
        lambda e: e | {"when": {"all": [{"fact": "own.anger", "is": "at_least", "value": 0.5}]}},
        lambda e: e | {"when": {"all": [asks("text.links", "one_of", ["a"])]}},
        lambda e: e,
    )
    seen = set()
    for number in range(300):
        entry = {k: v for k, v in chance.entry(number).items() if v is not None}
        entry = spoil[number % len(spoil)](entry)
        try:
            parse_rule(entry)
        except BadRule:
            readable = False
        else:
            readable = True
        seen.add(readable)
        assert validator.is_valid({"format": 2, "rules": [entry]}) is readable, entry
    assert seen == {True, False}
