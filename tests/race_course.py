"""Runs the races of tests/races.py: two threads each, with connections of their own, that let go
together."""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.db import connection

from tests.races import Race

LANES = 4  # races that are run at once, by two threads each
HEAD_START_S = 0.003  # at most, for one of the two, by chance
PATIENCE_S = 60  # for the other side to come, or to be done


@dataclass(frozen=True, slots=True)
class _Start:
    """Which side is late: by some milliseconds, or until its rival is done."""

    late: int
    by_s: float
    rival_done: threading.Event | None

    def wait(self, side: int) -> None:
        if side != self.late:
            return
        if self.rival_done:
            self.rival_done.wait(PATIENCE_S)
        else:
            threading.Event().wait(self.by_s)


def run(races: Sequence[Race], *, seed: int = 7) -> None:
    """Run them all, some at once; what whoever lost was told stands in each.

    The first two of a kind are no close ones: there one side, then the other, is done before its
    rival begins. So each can be seen to win, however a busy machine takes turns.
    """
    starts = _starts(races, random.Random(seed))
    lanes = [list(range(lane, len(races), LANES)) for lane in range(LANES)]
    with ThreadPoolExecutor(max_workers=2 * LANES) as pool:
        jobs = []
        for lane in lanes:
            meet = threading.Barrier(2)
            course = [(races[number], starts[number]) for number in lane]
            jobs += [pool.submit(_take, course, side, meet) for side in (0, 1)]
        for job in jobs:
            job.result()


def _starts(races: Sequence[Race], chance: random.Random) -> list[_Start]:
    met: Counter[str] = Counter()
    starts = []
    for race in races:
        clear = met[race.kind] < 2
        late = met[race.kind] if clear else chance.randrange(2)
        done = threading.Event() if clear else None
        starts.append(_Start(late, chance.random() * HEAD_START_S, done))
        met[race.kind] += 1
    return starts


def _take(course: Sequence[tuple[Race, _Start]], side: int, meet: threading.Barrier) -> None:
    try:
        connection.ensure_connection()
        for race, start in course:
            meet.wait(timeout=PATIENCE_S)
            start.wait(side)
            race.told[side] = race.sides[side].press()
            if start.rival_done:
                start.rival_done.set()
    except BaseException:
        meet.abort()
        raise
    finally:
        connection.close()
