"""Ten thousand races: two people, or a person and a batch, and one comment at the same moment.

The races are those of tests/races.py and tests/race_batches.py, each over two connections of its
own. Fails with what it found unless each has one winner, every loser was told who won and how, and
counters and history agree afterwards.
"""

import random
import sys
import time

from bench.setup import prepare, table

prepare()

from tests import race_course, races  # noqa: E402
from tests.race_batches import BatchRace  # noqa: E402
from tests.races import INVARIANTS, KINDS, Newsroom, Race  # noqa: E402

RACES = 10_000
IN_ROUND = 90  # of each kind
BATCHES, IN_BATCH = 19, 100  # their comments are raced for too


def main() -> None:
    """Race until there were enough, and say how it went."""
    started, room = time.monotonic(), Newsroom.made()
    rows, left = [], RACES
    run: list[Race] = []
    by_hand = both_ways = 0
    for seed in range(BATCHES):
        batch = BatchRace(room, races.held(IN_BATCH), seed=seed)
        fail([*batch.there(), *batch.back()])
        by_hand += batch.by_hand()
        both_ways += IN_BATCH
    left -= both_ways
    while left > 0:
        kinds = (list(KINDS) * IN_ROUND)[:left]
        random.Random(left).shuffle(kinds)
        comments = races.held(len(kinds))
        these = [room.race(comment, kind) for comment, kind in zip(comments, kinds, strict=True)]
        race_course.run(these, seed=left)
        fail(races.problems(these))
        run += these
        left -= len(these)
        print(f"{RACES - left} races, {time.monotonic() - started:.0f} s", file=sys.stderr)
    for kind, first, second in sorted(races.wins(run)):
        rows.append((kind, f"{first + second:,}: {first:,} and {second:,} won"))
    rows.append(
        ("a batch, and its undoing, against people", f"{both_ways:,}: {by_hand:,} went to people")
    )
    rows += [
        (
            "races with one winner, the other told who and how",
            f"{sum(not race.problem() for race in run) + both_ways:,} of {RACES:,}",
        ),
        (
            f"contradictions found by {len(INVARIANTS)} statements about counters and history",
            f"{len(races.drift())}",
        ),
    ]
    print(table(f"{RACES:,} races, {race_course.LANES} at once", rows))


def fail(problems: list[str]) -> None:
    """Stop at the first round that was not as it must be."""
    if problems:
        sys.exit("\n".join(problems[:20]))


if __name__ == "__main__":
    main()
