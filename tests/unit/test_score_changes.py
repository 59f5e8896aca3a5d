"""Who crosses the thresholds when scores change, and who moved most."""

import pytest

from moderation.rules.evaluation import RuleSet, thresholds_of
from moderation.score_changes import (
    MOST_MOVED,
    Move,
    Side,
    count_changes,
    crossed,
    furthest,
    keep_furthest,
    side,
)
from tests.rules_data import asks, pure_rule

RULES = RuleSet(
    number=1,
    rules=(
        pure_rule("Insults", asks("own.insult", "at_least", 0.7)),
        pure_rule("Spam", asks("own.spam", "at_least", 0.9), action="remove"),
        pure_rule("First comment", asks("author.published", "below", 1)),
    ),
)
THRESHOLDS = thresholds_of(RULES)


@pytest.mark.parametrize(
    ("own", "stands"),
    [
        (None, Side.NEVER),
        ({}, Side.UNSCORED),
        ({"insult": 0.69, "spam": 0.89}, Side.BELOW),
        ({"insult": 0.7}, Side.HOLD),
        ({"insult": 0.9, "spam": 0.9}, Side.REMOVE),
        ({"a label of long ago": 1.0}, Side.BELOW),
    ],
)
def test_where_scores_stand(own: dict[str, float] | None, stands: Side) -> None:
    assert side(own, THRESHOLDS) == stands


def test_only_thresholds_are_looked_at() -> None:
    assert [rule.name for rule in THRESHOLDS.rules] == ["Insults", "Spam"]


def test_crossings_are_counted_in_both_directions_and_between_hold_and_remove_not() -> None:
    low, high, spam = {"insult": 0.1}, {"insult": 0.8}, {"spam": 1.0}
    pairs = [(low, high), (low, spam), (high, low), (high, spam), (low, low), (None, high)]
    changes = count_changes(pairs, THRESHOLDS)
    assert changes["hold>remove"] == 1
    assert crossed(changes) == (2, 1)


def test_the_label_that_moved_most_is_named_whichever_way() -> None:
    before, after = {"insult": 0.9, "spam": 0.1}, {"insult": 0.2, "spam": 0.7}
    move = furthest(comment_id=1, revision_id=2, before=before, after=after)
    assert move == Move(1, 2, "insult", 0.9, 0.2)


@pytest.mark.parametrize("before", [None, {}, {"a label of long ago": 1.0}])
def test_nothing_moved_where_there_is_nothing_to_compare(before: dict[str, float] | None) -> None:
    assert furthest(comment_id=1, revision_id=2, before=before, after={"insult": 1.0}) is None


def test_the_furthest_of_many_are_kept_up_before_down() -> None:
    moves = [Move(n, n, "insult", 0.5, 0.5 + n / 100) for n in range(-40, 41)]
    kept = keep_furthest(moves)
    assert [m.comment_id for m in kept] == [
        *range(40, 40 - MOST_MOVED, -1),
        *range(-40, -40 + MOST_MOVED),
    ]
