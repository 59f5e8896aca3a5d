"""Comments to measure with: our own sentences, put together differently each time, seeded."""

import random
from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise

OPENINGS = (
    "I have taken that ferry for thirty years and",
    "With respect, the minister has never been here, and",
    "My grandmother lived through the war and used to say that",
    "If the council had read its own report,",
    "As a nurse on the night shift I can tell you that",
    "Nobody asks the people who live on the island, but",
    "It is easy to be brave on the internet;",
    "The article leaves out the most important thing:",
)
MIDDLES = (
    "the price has gone up twice while the boats have become older.",
    "civilians are always the first to pay for what generals decide.",
    "the school will close and the families will move, one after the other.",
    "there is a difference between criticism and contempt, and we forget it.",
    "the numbers in the second paragraph do not add up to a hundred.",
    "what they call a reform is a cut with a nicer name.",
    "we managed with less, and we managed it together.",
    "an honest answer would have taken one sentence, and we got forty pages.",
)
ENDINGS = (
    "That is all I wanted to say.",
    "Thank you for writing about it at last.",
    "Shame on those who knew and kept quiet.",
    "I would like to see the invoice.",
    "Correct me if I am wrong.",
    "See https://example.org/report for the figures.",
    "You would have to be a complete idiot not to see it.",
    "Let us hope that somebody listens this time!",
)


def comments(count: int, *, seed: int = 1) -> list[str]:
    """Return ``count`` comments of about 67 tokens, all different."""
    chance = random.Random(seed)
    return [
        " ".join(
            [
                chance.choice(OPENINGS),
                chance.choice(MIDDLES),
                chance.choice(OPENINGS),
                chance.choice(MIDDLES),
                chance.choice(ENDINGS),
                f"(No. {number})",
            ]
        )
        for number in range(count)
    ]


def comments_of(
    count: int, *, tokens: int, counted: Callable[[list[str]], int], seed: int = 1
) -> list[str]:
    """Return ``count`` comments of ``tokens`` tokens exactly, as ``counted`` counts words.

    Each is one of ``comments`` and the beginning of another, up to where the tokens are used up.
    """
    found: list[str] = []
    while len(found) < count:
        every = comments(count + 1, seed=seed)
        for text, more in pairwise(every):
            words = f"{text} {more}".split()
            # More words are never fewer tokens.
            end = bisect_left(range(len(words)), tokens, key=lambda n: counted(words[:n]))
            if counted(words[:end]) == tokens:
                found.append(" ".join(words[:end]))
        seed += 1
    return found[:count]
