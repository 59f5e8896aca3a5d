"""Levels of trust are earned by approved comments and lost by removals."""

import pytest

from moderation.rules.catalogue import TRUST
from moderation.trust import Level, Terms, trust_in


@pytest.mark.parametrize(
    ("published", "removed", "level"),
    [
        (0, 0, Level.NEW),
        (4, 0, Level.NEW),
        (5, 0, Level.RELIABLE),
        (19, 1, Level.RELIABLE),
        (18, 2, Level.MIXED),
        (7, 3, Level.OFTEN_REMOVED),
        (0, 5, Level.OFTEN_REMOVED),
    ],
)
def test_what_a_record_earns(published: int, removed: int, level: Level) -> None:
    assert trust_in(published=published, removed=removed, terms=Terms()).level == level


def test_other_terms_move_the_levels() -> None:
    terms = Terms(known_from=1, often=0.6, seldom=0.4)
    assert terms.level(published=1, removed=1) == Level.MIXED
    assert terms.level(published=3, removed=2) == Level.RELIABLE


def test_rules_know_every_level() -> None:
    assert set(TRUST) == set(Level)
