"""Rules are pure: facts in, verdict out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.base import Label, Scores, Unscored
from moderation.facts import Facts, facts_about
from moderation.rules import (
    STRICTNESS,
    BadRuleSet,
    FirstComment,
    MoreLinksThan,
    NotScored,
    PreModerated,
    Rule,
    RuleAction,
    RuleSet,
    ScoreAtLeast,
    evaluate,
    parse_rule_set,
)

PUBLISH, HOLD, REMOVE = RuleAction.PUBLISH, RuleAction.HOLD, RuleAction.REMOVE


def facts(**fields: object) -> Facts:
    fields.setdefault("author_published", 3)
    fields.setdefault("own", dict.fromkeys(Label, 0.1))
    return Facts(text="A comment.", **fields)


def rule(name: str, condition: object, action: RuleAction = HOLD, **fields: object) -> Rule:
    return Rule(name=name, condition=condition, action=action, **fields)


def test_nothing_holds_so_the_comment_is_published() -> None:
    verdict = evaluate(RuleSet(1, (rule("Insults", ScoreAtLeast(Label.INSULT, 0.7)),)), facts())
    assert (verdict.action, verdict.matched) == (PUBLISH, ())


def test_a_score_on_the_threshold_holds_and_one_below_does_not() -> None:
    condition = ScoreAtLeast(Label.INSULT, 0.7)
    assert condition.holds(facts(own={Label.INSULT: 0.7})) == "insult 0.70"
    assert condition.holds(facts(own={Label.INSULT: 0.6999})) is None


def test_the_strictest_action_wins_and_every_rule_that_held_is_recorded() -> None:
    rule_set = RuleSet(
        1,
        (
            rule("First", FirstComment()),
            rule("Severe", ScoreAtLeast(Label.TOXICITY, 0.9), REMOVE, policy="insults"),
            rule("Links", MoreLinksThan(2)),
        ),
    )
    verdict = evaluate(rule_set, facts(own={Label.TOXICITY: 0.95}, author_published=0, links=5))
    assert (verdict.action, verdict.rule, verdict.policy) == (REMOVE, "Severe", "insults")
    assert [match.rule for match in verdict.matched] == ["First", "Severe", "Links"]


def test_of_two_equally_strict_rules_the_first_gives_the_reason() -> None:
    rule_set = RuleSet(1, (rule("One", FirstComment()), rule("Two", MoreLinksThan(0))))
    assert evaluate(rule_set, facts(author_published=0, links=1)).rule == "One"


def test_a_model_that_could_not_be_asked_never_publishes_even_without_rules() -> None:
    verdict = evaluate(RuleSet(1, ()), facts(own={}, unscored=Unscored.FAILED))
    assert (verdict.action, verdict.unscored) == (HOLD, True)


@pytest.mark.parametrize("action", [PUBLISH, HOLD, None])
def test_pre_moderation_waits_for_a_person_whatever_became_of_its_rule(
    action: RuleAction | None,
) -> None:
    rules = () if action is None else (rule("Waits", PreModerated(), action),)
    verdict = evaluate(RuleSet(1, rules), facts(pre_moderated=True))
    assert verdict.action == HOLD
    assert len([match for match in verdict.matched if match.action == HOLD]) == 1


def test_an_unknown_language_is_held_by_its_rule() -> None:
    rule_set = RuleSet(1, (rule("Not scored", NotScored()),))
    assert evaluate(rule_set, facts(own={}, unscored=Unscored.LANGUAGE)).action == HOLD


def test_quoted_words_do_not_hold_a_comment() -> None:
    rule_set = RuleSet(1, (rule("Insults", ScoreAtLeast(Label.INSULT, 0.7)),))
    calm = facts(quoted={Label.INSULT: 0.99})
    assert evaluate(rule_set, calm).action == PUBLISH


def test_links_are_counted_in_every_spelling() -> None:
    text = "See http://a.example, HTTPS://b.example and www.c.example, not awww.d"
    counted = facts_about(
        text=text, scores=Scores(model="any"), author_published=1, pre_moderated=False
    )
    assert counted.links == 3


def test_a_document_that_cannot_be_read_names_the_rule_and_the_version() -> None:
    document = {"rules": [{"name": "Odd", "when": {"kind": "weather"}, "then": {"action": "hold"}}]}
    with pytest.raises(BadRuleSet, match="'Odd' of version 4"):
        parse_rule_set(number=4, document=document, word_lists={})


CONDITIONS = st.one_of(
    st.builds(ScoreAtLeast, st.sampled_from(list(Label)), st.floats(0, 1)),
    st.builds(MoreLinksThan, st.integers(0, 5)),
    st.just(FirstComment()),
    st.just(NotScored()),
    st.just(PreModerated()),
)
RULES = st.lists(
    st.builds(
        Rule,
        name=st.text(min_size=1, max_size=5),
        condition=CONDITIONS,
        action=st.sampled_from(list(RuleAction)),
        urgency=st.integers(0, 1000),
    ),
    max_size=12,
)
FACTS = st.builds(
    Facts,
    text=st.text(max_size=30),
    own=st.dictionaries(st.sampled_from(list(Label)), st.floats(0, 1)),
    unscored=st.one_of(st.none(), st.sampled_from(list(Unscored))),
    links=st.integers(0, 6),
    author_published=st.integers(0, 3),
    pre_moderated=st.booleans(),
)


@given(RULES, FACTS)
def test_any_rules_give_any_facts_one_verdict_and_always_the_same(
    rules: list[Rule], given_facts: Facts
) -> None:
    rule_set = RuleSet(1, tuple(rules))
    verdict = evaluate(rule_set, given_facts)
    assert verdict == evaluate(rule_set, given_facts)
    strictest = max((STRICTNESS[match.action] for match in verdict.matched), default=0)
    assert STRICTNESS[verdict.action] == strictest
    if given_facts.unscored is Unscored.FAILED or given_facts.pre_moderated:
        assert verdict.action != PUBLISH
