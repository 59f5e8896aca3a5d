"""What a trial counts, and what it says of that."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from classifier.base import Label
from moderation.facts import Facts, table_of
from moderation.rulebook.trial_results import (
    APPROVED,
    NOBODY,
    REMOVED,
    Share,
    Summary,
    Tally,
    strongest_labels,
)
from moderation.rules.documents import parse_rule
from moderation.rules.evaluation import RuleAction, RuleSet, evaluate_all
from moderation.rules.word_lists import Lists
from tests.rule_chance import LISTS, Chance
from tests.rules_data import asks, pure_rule

HOLD, REMOVE = RuleAction.HOLD, RuleAction.REMOVE
MILD, HARD, SEVERE = 0.1, 0.75, 0.95


def insulting(*scores: float) -> list[Facts]:
    return [Facts(text="A comment.", own={Label.INSULT: score}) for score in scores]


def from_insult(score: float, action: str, name: str = "Insults", **fields: str) -> RuleSet:
    condition = asks("own.insult", "at_least", score)
    return RuleSet(1, (pure_rule(name, condition, action=action, **fields),))


def counted(
    facts: list[Facts], people: list[int], *, live: RuleSet, tried: RuleSet, sections: list[int]
) -> Tally:
    tally, table = Tally(), table_of(facts)
    tally.add(
        live=evaluate_all(live, table),
        tried=evaluate_all(tried, table),
        people=np.array(people, dtype=np.int8),
        sections=np.array(sections, dtype=np.int64),
    )
    return tally


@pytest.fixture
def tally() -> Tally:
    """Six comments: the live version holds from 0.7 on, what is tried removes from 0.9 on."""
    return counted(
        insulting(MILD, MILD, HARD, HARD, SEVERE, SEVERE),
        [NOBODY, REMOVED, APPROVED, REMOVED, APPROVED, REMOVED],
        live=from_insult(0.7, "hold"),
        tried=from_insult(0.9, "remove"),
        sections=[1, 1, 1, 2, 2, 2],
    )


def test_what_becomes_of_comments_is_counted_beside_the_live_version(tally: Tally) -> None:
    found = Summary(tally.cells)
    assert (found.total, found.decided, found.changed) == (6, 5, 4)
    assert (found.live, found.tried) == ([2, 4, 0], [4, 0, 2])
    assert found.moves == [[2, 0, 0], [2, 0, 2], [0, 0, 0]]
    assert (found.surprising_removals, found.surprising_publications) == (1, 2)


def test_precision_and_recall_are_about_what_people_decided(tally: Tally) -> None:
    found = Summary(tally.cells)
    live, tried = found.of_live(least=HOLD), found.of_tried(least=HOLD)
    assert (live.precision, live.recall) == (Share(2, 4), Share(2, 3))
    assert (tried.precision, tried.recall) == (Share(1, 2), Share(1, 3))
    assert found.of_live(least=REMOVE).precision.value is None


def test_sections_and_labels_add_up_to_the_whole(tally: Tally) -> None:
    assert {pk: Summary(cells).total for pk, cells in tally.sections.items()} == {1: 3, 2: 3}
    assert {label: Summary(cells).total for label, cells in tally.labels.items()} == {
        "insult": 4,
        "": 2,  # nothing in them is strong
    }


def test_an_interval_of_wilson_is_that_of_the_textbook() -> None:
    # Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, 1 of 29.
    low, high = Share(81, 263).interval
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    low, high = Share(1, 29).interval
    assert (round(low, 4), round(high, 4)) == (0.0061, 0.1718)


def test_a_rule_is_counted_together_with_others_and_alone() -> None:
    hard = pure_rule("Hard", asks("own.insult", "at_least", HARD))
    severe = pure_rule("Severe", asks("own.insult", "at_least", SEVERE), action="remove")
    shadow = pure_rule("Shadow", asks("own.insult", "at_least", 0.0), mode="shadow")
    tally = counted(
        insulting(MILD, HARD, HARD, SEVERE),
        [NOBODY, APPROVED, NOBODY, REMOVED],
        live=RuleSet(0, ()),
        tried=RuleSet(1, (hard, severe, shadow)),
        sections=[1] * 4,
    )
    rules = {found.key: found for found in tally.rules}
    assert [*rules][:3] == ["hard", "severe", "shadow"]
    assert (rules["hard"].holds, rules["hard"].alone) == (3, 2)
    assert (rules["hard"].approved, rules["hard"].removed) == (1, 1)
    assert (rules["severe"].holds, rules["severe"].alone) == (1, 0)
    assert (rules["shadow"].holds, rules["shadow"].alone) == (4, 0)


def test_the_strongest_label_is_named_from_a_half_on() -> None:
    table = table_of(
        [
            Facts(text="x", own={Label.INSULT: 0.5, Label.THREAT: 0.4}),
            Facts(text="x", own={Label.INSULT: 0.49}),
            Facts(text="x"),
        ]
    )
    places, scores = strongest_labels(table)
    assert places.tolist() == [list(Label).index(Label.INSULT), len(Label), len(Label)]
    assert np.allclose(scores, [0.5, 0.49, -1.0])


@pytest.mark.parametrize("seed", range(20))
def test_chunk_by_chunk_through_the_store_is_as_all_at_once(seed: int) -> None:
    chance, random = Chance(seed), Random(seed)
    facts = [replace(chance.facts(), author_muted=None) for _ in range(40)]
    live, tried = (
        RuleSet(n, tuple(parse_rule(chance.entry(k)) for k in range(4)), Lists(LISTS))
        for n in (1, 2)
    )
    people = [random.randrange(3) for _ in facts]
    sections = [random.randrange(1, 4) for _ in facts]
    at_once = counted(facts, people, live=live, tried=tried, sections=sections)
    stored = Tally().to_json()
    for begin in range(0, 40, 7):
        part = slice(begin, begin + 7)
        tally, table = Tally.from_json(stored), table_of(facts[part])
        tally.add(
            live=evaluate_all(live, table),
            tried=evaluate_all(tried, table),
            people=np.array(people[part], dtype=np.int8),
            sections=np.array(sections[part], dtype=np.int64),
        )
        stored = tally.to_json()
    assert stored == at_once.to_json()
    whole = Summary(at_once.cells)
    assert whole.total == 40 == sum(map(sum, whole.moves))
    assert sum(Summary(cells).total for cells in at_once.sections.values()) == 40
