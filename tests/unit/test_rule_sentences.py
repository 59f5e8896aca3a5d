"""Rules as sentences: every fact and comparison of the catalogue, groups, scope, what is done."""

from typing import Any

import pytest

from moderation.rulebook.fact_words import FACT_WORDS, choices_of_facts
from moderation.rulebook.names import Names
from moderation.rulebook.rule_words import comparisons_of
from moderation.rulebook.sentences import GAP, condition_in_words, sentence
from moderation.rules.catalogue import BY_KEY, FACTS, WITHOUT_VALUE, Fact, Is, Kind
from moderation.rules.conditions import condition_of
from tests.rules_data import asks, rule_entry

NAMES = Names(
    lists={"banned-words": "Banned words"},
    policies={"insults": "Insults"},
    sections={"sport": "Sport", "news": "News"},
    articles={"ferry": "Ferry prices rise again"},
    tags={"war": "War"},
)
INSULT, LINK = asks("own.insult", "at_least", 0.7), asks("text.links", "at_least", 1)
GUEST = asks("author.signed_in", "no")


def values_of(fact: Fact, operator: Is) -> list[Any]:
    if operator in WITHOUT_VALUE:
        return [None]
    match fact.kind:
        case Kind.SCORE | Kind.SHARE:
            return [0.0, 0.35, 1.0]
        case Kind.NUMBER:
            return [1, 12]
        case Kind.WORDS | Kind.HOSTS:
            return ["banned-words"]
        case _:
            words = list(fact.choices) or ["en", "sport"]
            return [words[:1], words]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.key)
def test_every_fact_and_comparison_is_said_without_a_gap(fact: Fact) -> None:
    said = set()
    for operator in fact.operators:
        for value in values_of(fact, operator):
            condition = asks(fact.key, operator.value, value)
            condition_of(condition)  # a rule may ask this
            words = condition_in_words(condition, NAMES)
            assert words
            assert not {"{", "}", GAP, "_"} & set(words), words
            assert words not in said, words
            said.add(words)


def test_every_fact_stands_in_the_chooser_once_under_a_heading_with_its_comparisons() -> None:
    offered = [key for _heading, facts in choices_of_facts() for key, _name in facts]
    assert sorted(offered) == sorted(BY_KEY)
    names = [(words.group, str(words.name)) for words in FACT_WORDS.values()]
    assert len(set(names)) == len(names)
    for fact in FACTS:
        assert [key for key, _name in comparisons_of(fact.kind)] == list(fact.operators)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            rule_entry("It", asks("own.toxicity", "at_least", 0.83), then_urgency=100),
            "When toxicity is at least 0.83, hold it in Waiting (urgency 100).",
        ),
        (
            rule_entry("It", asks("author.published", "below", 1), then_queue="escalated"),
            "When nothing of its author is published yet, hold it in Escalated.",
        ),
        (
            rule_entry("It", INSULT, LINK, GUEST, action="remove"),
            (
                "When insult is at least 0.7, it has a link and its author is a guest, remove it"
                " for “Insults”."
            ),
        ),
        (
            rule_entry("It", when={"any": [INSULT, {"all": [LINK, GUEST]}]}),
            (
                "When insult is at least 0.7 or (it has a link and its author is a guest), hold it"
                " in Waiting."
            ),
        ),
        (
            rule_entry("It", INSULT, unless={"all": [{"any": [LINK, GUEST]}]}, action="publish"),
            (
                "When insult is at least 0.7, unless (it has a link or its author is a guest),"
                " publish it, and no rule below acts."
            ),
        ),
        (
            rule_entry(
                "It",
                asks("words", "in_list", "banned-words"),
                scope={"sections": ["sport", "news"], "languages": ["en"], "until": "2026-12-31"},
                then_labels=["look twice", "fact check"],
            ),
            (
                "In Sport and News, in comments in English, until 31 December 2026, when something"
                " of the list “Banned words” stands in it, hold it in Waiting and label it “look"
                " twice” and “fact check”."
            ),
        ),
        (
            rule_entry("It", asks("article.tags", "none_of", ["war", "peace"])),
            "When its article has neither the tag “War” nor “peace”, hold it in Waiting.",
        ),
        (
            rule_entry("It", asks("text.capitals", "at_least", 0.65), LINK),
            "When at least 65 % of its letters are capitals and it has a link, hold it in Waiting.",
        ),
        (
            rule_entry("It", asks("comment.weekday", "one_of", ["saturday", "sunday"])),
            "When it was written on a Saturday or a Sunday, hold it in Waiting.",
        ),
        ({}, "When …, …."),
        (
            {"when": {"all": [{"fact": "own.insult"}, {}, {"fact": "text.links", "is": "below"}]}},
            "When insult …, … and it has fewer than … links, ….",
        ),
    ],
)
def test_a_rule_is_one_sentence(entry: dict[str, Any], said: str) -> None:
    assert sentence(entry, NAMES) == said


@pytest.mark.parametrize(
    "entry",
    [
        {"when": [], "then": "hold", "scope": None},
        {"when": {"all": "everything"}, "unless": {"none": []}},
        {"when": {"all": [None, 3, {"fact": 7, "is": None}]}},
        {"when": {"all": [{"fact": "own.insult", "is": "at_least", "value": "much"}]}},
    ],
)
def test_what_is_no_rule_is_said_with_gaps_and_never_fails(entry: dict[str, Any]) -> None:
    assert GAP in sentence(entry, NAMES)
