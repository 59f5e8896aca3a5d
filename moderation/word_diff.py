"""What changed between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_WORDS = 3_000  # of both texts together; the comparison grows with the square

_WORD = re.compile(r"\S+|\s+")


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that share their fate."""

    change: Change
    text: str


def word_diff(before: str, after: str) -> list[Piece]:
    """Return how ``before`` became ``after``.

    The same and the new pieces together are ``after``, the same and the gone ones ``before``. Texts
    that are too long to compare are gone and new as a whole.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > MOST_WORDS and before != after:
        return _pieces([(Change.GONE, before), (Change.NEW, after)])
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append((Change.SAME, "".join(new[c:d])))
        else:
            found += [(Change.GONE, "".join(old[a:b])), (Change.NEW, "".join(new[c:d]))]
    return _pieces(found)


def _pieces(found: list[tuple[Change, str]]) -> list[Piece]:
    return [Piece(change, text) for change, text in found if text]
