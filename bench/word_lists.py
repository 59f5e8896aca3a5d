"""Word lists of 100,000 entries: what they take to build, to keep, and to look for in a comment.

Ten lists are looked for in one pass, and beside it one list after another. Needs no database.
"""

import resource
import statistics
import time
from random import Random

from bench.corpus import comments
from bench.setup import table
from classifier.text import fold
from moderation.rules.word_lists import ListsMatcher

LISTS, EACH = 10, 10_000
SHARE_OF_STARS = 0.1  # of all entries; half as many are phrases
PATTERNS = 100
COUNT, LENGTH = 4_000, 300
ROUNDS = 5
SYLLABLES = [a + b for a in "bcdfghjklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er")]


def some_lists(chance: Random) -> dict[str, list[str]]:
    """Return LISTS lists of words that might be, EACH entries long."""

    def entry() -> str:
        word = "".join(chance.choices(SYLLABLES, k=chance.randint(3, 5)))
        kind = chance.random()
        if kind < SHARE_OF_STARS:
            return chance.choice((f"{word}*", f"*{word}", f"{word[:3]}*{word[3:]}x"))
        return f"{word} {chance.choice(SYLLABLES)}" if kind < SHARE_OF_STARS * 1.5 else word

    entries: set[str] = set()
    while len(entries) < LISTS * EACH:
        entries.add(entry())
    ordered = sorted(entries)
    chance.shuffle(ordered)
    return {str(n): ordered[n * EACH : (n + 1) * EACH] for n in range(LISTS)}


def resident() -> float:
    """Return the most memory that this process has held until now, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def per_comment(matchers: list[ListsMatcher], texts: list[tuple[str, str]]) -> str:
    """Microseconds of processor time for each text, the median of some rounds."""
    rounds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for typed, folded in texts:
            for matcher in matchers:
                matcher.which(folded, typed=typed)
        rounds.append((time.process_time() - begun) / len(texts))
    return f"{statistics.median(rounds) * 1e6:,.1f} µs"


def main() -> None:
    lists = some_lists(Random(1))
    typed = [
        f"{a} {b}"[:LENGTH] for a, b in zip(comments(COUNT), comments(COUNT, seed=2), strict=True)
    ]
    texts = [(text, fold(text).text) for text in typed]
    before, begun = resident(), time.process_time()
    together = ListsMatcher(lists)
    built, kept = time.process_time() - begun, resident() - before
    apart = [ListsMatcher({key: entries}) for key, entries in lists.items()]
    patterns = {"patterns": [rf"/\bq{n}[a-z]+{n}x/" for n in range(PATTERNS)]}
    hits = sum(bool(together.which(folded, typed=text)) for text, folded in texts)
    rows = [
        ("building the matcher, processor time", f"{built:.2f} s"),
        ("memory it takes, while it is built", f"{kept:,.0f} MB"),
        ("comments with a hit", f"{hits / COUNT:.1%}"),
        (
            f"one comment of {LENGTH} characters, all lists in one pass",
            per_comment([together], texts),
        ),
        ("the same, one pass for each list", per_comment(apart, texts)),
        (
            f"all lists in one pass, and {PATTERNS} patterns",
            per_comment([ListsMatcher({**lists, **patterns})], texts),
        ),
    ]
    print(table(f"Word lists: {LISTS * EACH:,} entries in {LISTS} lists", rows))


if __name__ == "__main__":
    main()
