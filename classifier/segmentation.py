"""Where words end among letters that stood alone: "k i l l y o u r s e l f" is two words.

The likeliest split under a model of single words, found by dynamic programming (Norvig 2009,
"Natural language corpus data"). A word's probability is taken from its rank in a list of common
words (Zipf 1949), so that the list needs no counts.
"""

from functools import cache
from math import log
from pathlib import Path

WORDS = Path(__file__).parent / "common_words.txt"
LONGEST = 20  # letters of a word
# A word that is not in the list is less likely than any that is, and the less so the longer it is.
_UNKNOWN, _UNKNOWN_LETTER = 13.0, 2.0


@cache
def _costs() -> dict[str, float]:
    """What each common word costs: the negative logarithm of its probability."""
    words = WORDS.read_text("utf-8").split()
    spread = log(max(len(words), 2))
    return {word: log((rank + 1) * spread) for rank, word in enumerate(words)}


def is_common(word: str) -> bool:
    """Whether ``word`` (lower case) is a common English word."""
    return word in _costs()


def words_in(letters: str) -> list[str]:
    """The words that ``letters`` (lower case, no spaces) are likeliest made of; joined: letters.

    Takes time in proportion to the number of letters, some ten microseconds for each.
    """
    costs = _costs()
    best, begin_of = [0.0], [0]
    for end in range(1, len(letters) + 1):
        lowest, place = float("inf"), 0
        for begin in range(max(0, end - LONGEST), end):
            word = letters[begin:end]
            cost = costs.get(word)
            if cost is None:
                cost = _UNKNOWN + _UNKNOWN_LETTER * len(word)
            if best[begin] + cost < lowest:
                lowest, place = best[begin] + cost, begin
        best.append(lowest)
        begin_of.append(place)
    words = []
    end = len(letters)
    while end:
        words.append(letters[begin_of[end] : end])
        end = begin_of[end]
    return words[::-1]
