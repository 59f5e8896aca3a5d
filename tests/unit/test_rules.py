"""Rules are pure: facts in, verdict out."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from classifier.base import Label, Scores, Unscored
from moderation.facts import Facts, Muted, facts_about, table_of
from moderation.rules.catalogue import BY_KEY, NUMERIC, Is, Kind
from moderation.rules.documents import BadRule, BadRuleSet, parse_rule, parse_rule_set
from moderation.rules.evaluation import (
    STRICTNESS,
    Cut,
    RuleAction,
    RuleSet,
    cuts,
    evaluate,
    evaluate_all,
)
from moderation.rules.hosts import HostMatcher
from moderation.rules.word_lists import Lists
from tests.rule_chance import FRIDAY_AT_FIVE, LISTS, Chance
from tests.rules_data import asks, pure_rule, rule_entry

PUBLISH, HOLD, REMOVE = RuleAction.PUBLISH, RuleAction.HOLD, RuleAction.REMOVE
FIRST = asks("author.published", "below", 1)
LINKS = asks("text.links", "at_least", 1)
WAR = frozenset({"war", "harbour"})
INSULT = asks("own.insult", "at_least", 0.7)


def facts(text: str = "A comment.", **fields: Any) -> Facts:
    fields.setdefault("author_published", 3)
    fields.setdefault("own", dict.fromkeys(Label, 0.1))
    return Facts(text=text, **fields)


def rules(*made: Any, lists: Mapping[str, list[str]] | None = None) -> RuleSet:
    return RuleSet(1, made, Lists(lists or {}))


def holds(condition: dict[str, Any], **fields: Any) -> bool:
    lists = fields.pop("lists", {})
    verdict = evaluate(rules(pure_rule("It", condition), lists=lists), facts(**fields))
    return verdict.action is HOLD


class TestVerdict:
    def test_nothing_holds_so_the_comment_is_published(self) -> None:
        verdict = evaluate(rules(pure_rule("Insults", INSULT)), facts())
        assert (verdict.action, verdict.rule, verdict.matched) == (PUBLISH, "", ())

    def test_the_strictest_action_wins_and_every_rule_that_held_is_recorded(self) -> None:
        rule_set = rules(
            pure_rule("First", FIRST),
            pure_rule("Severe", asks("own.toxicity", "at_least", 0.9), action="remove"),
            pure_rule("Links", LINKS),
        )
        given_facts = facts("https://a.example", own={Label.TOXICITY: 0.95}, author_published=0)
        verdict = evaluate(rule_set, given_facts)
        assert (verdict.action, verdict.rule, verdict.policy) == (REMOVE, "Severe", "insults")
        assert [match.rule for match in verdict.matched] == ["First", "Severe", "Links"]

    def test_of_two_equally_strict_rules_the_first_gives_the_reason(self) -> None:
        rule_set = rules(pure_rule("One", FIRST), pure_rule("Two", LINKS))
        assert evaluate(rule_set, facts("www.a.example", author_published=0)).rule == "One"

    def test_the_most_urgent_of_the_rules_that_act_gives_the_urgency(self) -> None:
        rule_set = rules(
            pure_rule("One", FIRST, then_urgency=10), pure_rule("Two", FIRST, then_urgency=300)
        )
        assert evaluate(rule_set, facts(author_published=0)).urgency == 300

    def test_an_allow_rule_stops_what_stands_below_it_and_nothing_above(self) -> None:
        allow = pure_rule("Known", asks("author.published", "at_least", 3), action="publish")
        links = pure_rule("Links", LINKS)
        said = facts("www.a.example")
        below = evaluate(rules(allow, links), said)
        assert (below.action, below.rule) == (PUBLISH, "Known")
        assert [(m.rule, m.acts) for m in below.matched] == [("Known", True), ("Links", False)]
        assert evaluate(rules(links, allow), said).action is HOLD

    def test_a_shadow_rule_is_recorded_apart_and_acts_on_nothing(self) -> None:
        shadow = pure_rule("Try", FIRST, mode="shadow", action="remove")
        verdict = evaluate(rules(shadow), facts(author_published=0))
        assert (verdict.action, verdict.matched) == (PUBLISH, ())
        assert [m.rule for m in verdict.shadow] == ["Try"]

    def test_a_shadow_allow_rule_stops_nothing(self) -> None:
        allow = pure_rule("Try", FIRST, mode="shadow", action="publish")
        rule_set = rules(allow, pure_rule("First", FIRST))
        assert evaluate(rule_set, facts(author_published=0)).action is HOLD

    def test_a_model_that_could_not_be_asked_never_publishes_even_without_rules(self) -> None:
        verdict = evaluate(rules(), facts(own={}, unscored=Unscored.FAILED))
        assert (verdict.action, verdict.unscored) == (HOLD, True)

    @pytest.mark.parametrize(
        "waits", [{"article_pre_moderated": True}, {"author_muted": Muted.MUTE}]
    )
    def test_what_people_set_to_wait_waits_even_under_an_allow_rule(
        self, waits: dict[str, Any]
    ) -> None:
        allow = pure_rule("All", asks("author.published", "at_least", 0), action="publish")
        verdict = evaluate(rules(allow), facts(**waits))
        assert verdict.action is HOLD
        assert len([m for m in verdict.matched if m.action is HOLD]) == 1

    def test_what_always_holds_is_on_record_beside_the_rule_that_decides(self) -> None:
        rule_set = rules(pure_rule("First", FIRST))
        verdict = evaluate(rule_set, facts(author_published=0, author_muted=Muted.MUTE))
        assert verdict.rule == "First"
        assert [match.rule for match in verdict.matched] == ["First", "Muted author"]

    def test_a_rule_that_asks_what_always_holds_is_on_record_once(self) -> None:
        muted = pure_rule("Muted here", asks("author.muted", "one_of", ["mute", "ban"]))
        verdict = evaluate(rules(muted), facts(author_muted=Muted.MUTE))
        assert [match.rule for match in verdict.matched] == ["Muted here"]


class TestConditions:
    def test_a_score_on_the_threshold_holds_and_one_below_does_not(self) -> None:
        assert holds(INSULT, own={Label.INSULT: 0.7})
        assert not holds(INSULT, own={Label.INSULT: 0.6999})
        reason = evaluate(rules(pure_rule("I", INSULT)), facts(own={Label.INSULT: 0.7})).why
        assert reason == "insult 0.70"

    def test_a_score_that_is_not_known_is_neither_high_nor_low(self) -> None:
        assert not holds(asks("own.insult", "at_least", 0.0), own={})
        assert not holds(asks("own.insult", "below", 1.0), own={})

    def test_quoted_words_do_not_hold_a_comment_unless_asked_for(self) -> None:
        assert not holds(INSULT, quoted={Label.INSULT: 0.99})
        assert holds(asks("quoted.insult", "at_least", 0.9), quoted={Label.INSULT: 0.99})

    @pytest.mark.parametrize(
        ("condition", "fields", "otherwise"),
        [
            (asks("text.length", "at_least", 10), {"text": "0123456789"}, {"text": "012345678"}),
            (asks("text.capitals", "at_least", 0.75), {"text": "WHY Oh!"}, {"text": "Why oh?"}),
            (asks("language", "none_of", ["en"]), {"language": "de"}, {"language": "en"}),
            (asks("author.trust", "one_of", ["new"]), {}, {"author_trust": "reliable"}),
            (asks("author.signed_in", "no"), {}, {"author_signed_in": True}),
            (asks("comment.edited", "yes"), {"comment_edited": True}, {}),
            (asks("article.tags", "one_of", ["war"]), {"article_tags": WAR}, {}),
            (asks("article.tags", "none_of", ["war"]), {}, {"article_tags": WAR}),
            (asks("repeats.site_60", "at_least", 3), {"repeats_site_60": 3}, {}),
            (asks("comment.weekday", "one_of", ["friday"]), {"written_at": FRIDAY_AT_FIVE}, {}),
            (asks("comment.hour", "below", 6), {"written_at": FRIDAY_AT_FIVE}, {}),
        ],
    )
    def test_what_may_be_asked_beside_scores(
        self, condition: dict[str, Any], fields: dict[str, Any], otherwise: dict[str, Any]
    ) -> None:
        assert holds(condition, **fields)
        assert not holds(condition, **otherwise)

    def test_hosts_are_asked_by_list_from_inside_and_from_outside(self) -> None:
        lists = {"bad": ["bad.example"]}
        inside, outside = asks("hosts", "in_list", "bad"), asks("hosts", "outside_list", "bad")
        link = "see https://Shop.BAD.example/x"
        assert holds(inside, text=link, lists=lists)
        assert not holds(outside, text=link, lists=lists)
        assert holds(outside, text="see www.good.example", lists=lists)
        assert not holds(outside, text="no link", lists=lists)
        assert not HostMatcher(["bad.example"]).matches("notbad.example")

    def test_groups_are_nested_once_and_exceptions_take_away(self) -> None:
        nested = {"all": [FIRST, {"any": [LINKS, INSULT]}]}
        rule = pure_rule("Nested", when=nested, unless={"any": [asks("author.signed_in", "yes")]})
        new = facts("www.a.example", author_published=0)
        assert evaluate(rules(rule), new).action is HOLD
        assert evaluate(rules(rule), facts(author_published=0)).action is PUBLISH
        signed_in = facts("www.a.example", author_published=0, author_signed_in=True)
        assert evaluate(rules(rule), signed_in).action is PUBLISH

    def test_a_scope_leaves_out_other_sections_and_other_days(self) -> None:
        scope = {"sections": ["sport"], "from": "2026-12-01", "until": "2026-12-31"}
        rule = pure_rule("December", FIRST, scope=scope)

        def acts(section: str, day: date) -> bool:
            written = datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
            told = facts(author_published=0, article_section=section, written_at=written)
            return evaluate(rules(rule), told).action is HOLD

        assert acts("sport", date(2026, 12, 1))
        assert acts("sport", date(2026, 12, 31))
        assert not acts("sport", date(2027, 1, 1))
        assert not acts("news", date(2026, 12, 1))

    def test_links_are_counted_in_every_spelling(self) -> None:
        text = "See http://a.example, HTTPS://b.example and www.c.example, not awww.d"
        counted = facts_about(text=text, scores=Scores(model="any"))
        assert counted.text_links == 3
        assert counted.hosts == ("a.example", "b.example", "c.example")


class TestDocuments:
    def test_versions_of_the_first_format_are_read(self) -> None:
        sha256 = "ab" * 32
        whens = (
            {"kind": "score", "label": "insult", "threshold": 0.7},
            {"kind": "words", "words": sha256},
            {"kind": "links", "number": 2},
        )
        document = {
            "rules": [
                {"name": name, "when": when, "then": {"action": "hold", "urgency": 5}}
                for name, when in zip("ABC", whens, strict=True)
            ]
        }
        read = parse_rule_set(number=3, document=document, entries={sha256: ["fool"]}.__getitem__)
        assert cuts(read) == [Cut("insult", 0.7, HOLD, "A")]
        assert evaluate(read, facts("f.o.o.l")).rule == "B"
        three = " ".join(f"https://{n}.example" for n in "abc")
        assert evaluate(read, facts(three)).rule == "C"

    @pytest.mark.parametrize(
        "document",
        [
            {"rules": [{"name": "Odd", "when": {"kind": "weather"}, "then": {"action": "hold"}}]},
            {"format": 2, "rules": [rule_entry("Odd", asks("weather", "yes"))]},
            {"format": 2, "rules": [rule_entry("Odd", asks("words", "in_list", "gone"))]},
        ],
    )
    def test_a_document_that_cannot_be_read_names_the_rule(self, document: dict[str, Any]) -> None:
        with pytest.raises(BadRuleSet, match="Odd"):
            parse_rule_set(number=4, document=document, entries=lambda sha256: [])

    def test_a_format_of_tomorrow_is_refused(self) -> None:
        with pytest.raises(BadRuleSet, match="Format 3"):
            parse_rule_set(number=1, document={"format": 3}, entries=lambda sha256: [])

    @pytest.mark.parametrize(
        ("changed", "where"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 81}, "name"),
            ({"key": "Not A Key"}, "key"),
            ({"mode": "perhaps"}, "mode"),
            ({"when": {}}, "when"),
            ({"when": {"all": []}}, "when"),
            ({"when": {"all": [asks("own.insult", "at_least", 1.5)]}}, "when"),
            ({"when": {"all": [asks("own.insult", "at_least", True)]}}, "when"),
            ({"when": {"all": [asks("own.insult", "one_of", ["x"])]}}, "when"),
            ({"when": {"all": [asks("author.trust", "one_of", ["saint"])]}}, "when"),
            ({"when": {"all": [{"any": [{"all": [FIRST]}]}]}}, "when"),
            ({"when": {"all": [FIRST] * 51}}, "when"),
            ({"unless": {"all": ["x"]}}, "unless"),
            ({"scope": {"from": "tomorrow"}}, "from"),
            ({"scope": {"from": "2026-12-02", "until": "2026-12-01"}}, "until"),
            ({"scope": {"sections": "sport"}}, "sections"),
            ({"then": {"action": "burn"}}, "action"),
            ({"then": {"action": "remove"}}, "policy"),
            ({"then": {"action": "hold", "urgency": 1001}}, "urgency"),
            ({"then": {"action": "hold", "queue": "reported"}}, "queue"),
            ({"then": {"action": "hold", "labels": ["x"] * 6}}, "labels"),
        ],
    )
    def test_what_cannot_be_read_is_refused_beside_its_part(
        self, changed: dict[str, Any], where: str
    ) -> None:
        with pytest.raises(BadRule) as refused:
            parse_rule(rule_entry("Fine", FIRST) | changed)
        assert refused.value.where == where

    @pytest.mark.parametrize(
        "anything", [None, 7, "x", [], {}, {"name": []}, {"name": "x", "key": 3}]
    )
    def test_no_rule_at_all_is_refused_too(self, anything: Any) -> None:
        with pytest.raises(BadRule):
            parse_rule(anything)


def slowly(condition: dict[str, Any], told: Facts) -> bool:
    """Whether a condition or group holds, by the book."""
    for takes, combined in (("all", all), ("any", any)):
        if takes in condition:
            return combined(slowly(part, told) for part in condition[takes])
    fact, operator, value = BY_KEY[condition["fact"]], condition["is"], condition.get("value")
    if fact.kind in NUMERIC:
        known = told.number(fact.key)
        if known is None:
            return False
        if fact.kind is Kind.YES_NO:
            return bool(known) == (operator == Is.YES)
        return known >= value if operator == Is.AT_LEAST else known < value
    if fact.kind is Kind.CHOICE:
        word = told.choice(fact.key)
        return word in value if operator == Is.ONE_OF else bool(word) and word not in value
    if fact.kind is Kind.TAGS:
        return bool(told.article_tags & set(value)) == (operator == Is.ONE_OF)
    if fact.kind is Kind.WORDS:
        return any(entry in told.text.lower() for entry in LISTS[value])
    return any((host in LISTS[value]) == (operator == Is.IN_LIST) for host in told.hosts)


def is_inside(scope: dict[str, Any], told: Facts) -> bool:
    """Whether a rule asks about a comment at all, by the book."""
    where = (
        ("sections", told.article_section),
        ("articles", told.article_slug),
        ("languages", told.language),
    )
    if any(scope.get(part) and value not in scope[part] for part, value in where):
        return False
    if told.written_at is None:
        return not scope.keys() & {"from", "until"}
    day = told.written_at.date().isoformat()
    return scope.get("from", day) <= day <= scope.get("until", day)


def by_the_book(entries: list[dict[str, Any]], told: Facts) -> str:
    """The action that a set of rules asks for, one rule after the other."""
    strictest = PUBLISH
    for entry in entries:
        held = is_inside(entry["scope"], told) and slowly(entry["when"], told)
        if not held or (entry["unless"] and slowly(entry["unless"], told)):
            continue
        if entry["mode"] != "on":
            continue
        action = RuleAction(entry["then"]["action"])
        if action is PUBLISH:
            break
        strictest = max(strictest, action, key=STRICTNESS.__getitem__)
    waits = told.unscored is Unscored.FAILED or told.article_pre_moderated or told.author_muted
    return HOLD if strictest is PUBLISH and waits else strictest


@pytest.mark.parametrize("seed", range(4))
def test_thousands_of_random_rule_sets_judge_as_by_the_book_and_always_the_same(seed: int) -> None:
    chance = Chance(seed)
    for _ in range(600):
        entries = [chance.entry(number) for number in range(chance.random.randint(0, 6))]
        told = [chance.facts() for _ in range(3)]
        rule_set = RuleSet(1, tuple(parse_rule(entry) for entry in entries), Lists(LISTS))
        evaluation = evaluate_all(rule_set, table_of(told))
        for row, one in enumerate(told):
            verdict = evaluation.verdict(row)
            assert verdict.action == evaluation.action(row) == by_the_book(entries, one)
            assert verdict == evaluate(rule_set, one)
            assert all(match.why for match in (*verdict.matched, *verdict.shadow))
