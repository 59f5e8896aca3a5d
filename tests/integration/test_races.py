"""Opposite decisions at the same moment, in threads with connections of their own.

Some hundred races here; ``python -m bench.races`` runs ten thousand.
"""

import random

import pytest

from tests import race_course, races
from tests.race_batches import BatchRace
from tests.races import KINDS, Newsroom

pytestmark = pytest.mark.django_db(transaction=True)
OF_EACH = 12
BATCHES, IN_BATCH = 2, 40


def test_of_two_at_once_one_wins_and_the_other_is_told_who() -> None:
    room = Newsroom.made()
    kinds = list(KINDS) * OF_EACH
    random.Random(3).shuffle(kinds)
    comments = races.held(len(kinds))
    run = [room.race(comment, kind) for comment, kind in zip(comments, kinds, strict=True)]
    race_course.run(run)
    assert races.problems(run) == []
    assert all(first and second for _kind, first, second in races.wins(run)), list(races.wins(run))


def test_a_batch_and_its_undoing_never_overrule_a_person() -> None:
    room = Newsroom.made()
    by_hand = 0
    for seed in range(BATCHES):
        batch = BatchRace(room, races.held(IN_BATCH), seed=seed)
        assert batch.there() == []
        assert batch.back() == []
        by_hand += batch.by_hand()
    assert 0 < by_hand < 2 * BATCHES * IN_BATCH  # both sides were quicker sometimes
