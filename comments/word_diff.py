"""What changed between two texts, word by word."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

MOST_WORDS = 3_000  # of both texts together; the comparison grows with the square
ENOUGH_SHARED = 0.6  # of the words of the shorter text; two that share less are read one by one

_WORD = re.compile(r"\S+|\s+")


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that share their fate.

    ``gap`` is in neither text: it keeps the piece apart from the one before it on the screen.
    """

    change: Change
    text: str
    gap: str = ""


def word_diff(before: str, after: str) -> list[Piece]:
    """Return how ``before`` became ``after``.

    The same and the new pieces together are ``after``, the same and the gone ones ``before``. Texts
    that are too long to compare, or share little, are gone and new as a whole: a few common words
    among the others would make both unreadable.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    if before != after and len(old) + len(new) > MOST_WORDS:
        return _whole(before, after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    shared = sum(_words(new[c:d]) for tag, _a, _b, c, d in steps if tag == "equal")
    if shared < ENOUGH_SHARED * min(_words(old), _words(new)):
        return _whole(before, after)
    found = []
    for tag, a, b, c, d in steps:
        if tag == "equal":
            found.append((Change.SAME, "".join(new[c:d])))
        else:
            found += [(Change.GONE, "".join(old[a:b])), (Change.NEW, "".join(new[c:d]))]
    return _pieces(found)


def _words(tokens: Sequence[str]) -> int:
    return sum(not token.isspace() for token in tokens)


def _whole(before: str, after: str) -> list[Piece]:
    return [Piece(Change.GONE, before), Piece(Change.NEW, after, gap="\n\n")]


def _pieces(found: Sequence[tuple[Change, str]]) -> list[Piece]:
    pieces: list[Piece] = []
    for change, text in found:
        if text:
            # What is gone ends in no space where the word that took its place begins.
            meets = pieces and not pieces[-1].text[-1].isspace() and not text[0].isspace()
            pieces.append(Piece(change, text, gap=" " if meets else ""))
    return pieces
