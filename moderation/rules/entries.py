"""Entries of word lists, one on each line: words and phrases, wildcards, patterns.

``casino bonus`` is found as whole words. A ``*`` stands for any letters and digits, also for none:
``scam*``, ``*coin``, ``cr*pto``; never for a space. ``/rega(in|ining)/`` is a pattern of RE2, which
takes time in proportion to the text whatever the pattern (Cox, 2010), so that none can hang a site.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Any

import re2

from classifier.text import fold

MOST_ENTRIES = 100_000
LONGEST_ENTRY = 200  # code points
MOST_PATTERNS = 1_000  # of one list: their common automaton has to stay small
PATTERN_MEMORY = 1 << 20  # bytes that RE2 may spend on one pattern

# Whoever is found in each of these is found in nearly everything.
_EVERYDAY = (
    "I have read the article twice, and I still do not see what they are going to do about it.",
    "Thank you for asking the people who live there; that is a thing I had been waiting for.",
    "My neighbour says the ferry was late again, so he and his daughter took a bus to the town.",
    "If that is the answer, then we are asking the wrong question. It was not a good idea.",
    "You may think what you want of the council, but the school is still standing and it is full.",
    "We used to pay half of this in the summer, as far as I can tell. Nothing is as it was.",
)
_STARS = re.compile(r"\*+")
_SPACE = re.compile(r"\s+")
_ANY = r"[\pL\pN]*"  # what a star stands for


class Trouble(StrEnum):
    """Why a line does not become an entry."""

    DUPLICATE = "duplicate"  # detail: the line that has it already
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    TOO_MANY_PATTERNS = "too_many_patterns"
    NOTHING = "nothing"  # made of characters that are drawn as nothing
    LONE_STAR = "lone_star"
    EVERYWHERE = "everywhere"
    UNREADABLE = "unreadable"  # detail: what RE2 says
    TOO_LARGE = "too_large"
    EMPTY = "empty"  # it is found where nothing stands
    NOT_A_HOST = "not_a_host"


class BadEntry(ValueError):
    """An entry that cannot be looked for."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble} {detail}".strip())
        self.trouble = trouble
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Problem:
    """A line, counted from 1, that did not become an entry, and why."""

    line: int
    entry: str
    trouble: Trouble
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry ready to look for: folded ``pieces`` with a star between each two, or a pattern."""

    pieces: tuple[str, ...] = ()
    pattern: str = ""

    @property
    def same_as(self) -> str:
        """What two entries that find the same have in common."""
        return "*".join(self.pieces) if self.pieces else f"/{self.pattern}/"

    @property
    def literals(self) -> list[str]:
        """The pieces that are not empty."""
        return [piece for piece in self.pieces if piece]

    @property
    def as_pattern(self) -> str:
        """Entries with stars inside as a pattern whose group is the hit, on folded text.

        RE2 has no look-around: the neighbours are matched too, outside the group.
        """
        first, last = self.pieces[0], self.pieces[-1]
        before = "" if first and not first[0].isalnum() else r"(?:^|[^\pL\pN])"
        after = "" if last and not last[-1].isalnum() else r"(?:$|[^\pL\pN])"
        return f"{before}({_ANY.join(map(re2.escape, self.pieces))}){after}"


def read_entries(text: str) -> tuple[list[str], list[Problem]]:
    """Read a list as it was typed or uploaded; never raises.

    Returns the entries in their order and as they were typed, without those that cannot be looked
    for and without repetitions (``Idiot`` and ``1d10t`` find the same); what was left out follows.
    """
    entries: list[str] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    patterns = 0
    for number, line in lines_of(text):
        try:
            entry = parse_entry(line)
            if entry.same_as in seen:
                raise BadEntry(Trouble.DUPLICATE, str(seen[entry.same_as]))
            if len(entries) == MOST_ENTRIES:
                raise BadEntry(Trouble.TOO_MANY)
            patterns += bool(entry.pattern)
            if entry.pattern and patterns > MOST_PATTERNS:
                raise BadEntry(Trouble.TOO_MANY_PATTERNS)
        except BadEntry as bad:
            problems.append(Problem(number, line, bad.trouble, bad.detail))
            if bad.trouble is Trouble.TOO_MANY:
                break
        else:
            seen[entry.same_as] = number
            entries.append(line)
    return entries, problems


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield (number, line) of the lines that say something, counted from 1."""
    for number, line in enumerate(text.splitlines(), start=1):
        if stripped := line.strip():
            yield number, stripped


def parse_entry(line: str) -> Entry:
    """Read one entry. Raises BadEntry."""
    line = line.strip()
    if len(line) > LONGEST_ENTRY:
        raise BadEntry(Trouble.TOO_LONG)
    if len(line) > 2 and line[0] == line[-1] == "/":
        return _parse_pattern(line[1:-1])
    pieces = [_SPACE.sub(" ", fold(piece).text) for piece in _STARS.split(line)]
    pieces[0], pieces[-1] = pieces[0].lstrip(), pieces[-1].rstrip()
    entry = Entry(tuple(pieces))
    if len(pieces) > 1 and not all(_holds_to_a_word(*pair) for pair in pairwise(pieces)):
        raise BadEntry(Trouble.LONE_STAR)
    if not any(pieces):
        raise BadEntry(Trouble.NOTHING)
    if _is_everywhere(entry):
        raise BadEntry(Trouble.EVERYWHERE)
    return entry


def _holds_to_a_word(before: str, after: str) -> bool:
    """Whether a star between two pieces has a letter or a digit beside it."""
    return before[-1:].isalnum() or after[:1].isalnum()


def _is_everywhere(entry: Entry) -> bool:
    literals = entry.literals
    if not all(literal in sentence for sentence in _EVERYDAY for literal in literals):
        return False
    pattern = re2.compile(entry.as_pattern)
    return all(pattern.search(sentence) for sentence in _EVERYDAY)


def _parse_pattern(pattern: str) -> Entry:
    try:
        compiled = compiled_pattern(pattern)
    except re2.error as error:
        said = error.args[0]
        said = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        if "too large" in said or "too big" in said:
            raise BadEntry(Trouble.TOO_LARGE) from None
        raise BadEntry(Trouble.UNREADABLE, said) from None
    except UnicodeEncodeError:  # half a surrogate pair
        raise BadEntry(Trouble.UNREADABLE) from None
    if compiled.search(""):
        raise BadEntry(Trouble.EMPTY)
    if all(compiled.search(sentence) for sentence in _EVERYDAY):
        raise BadEntry(Trouble.EVERYWHERE)
    return Entry(pattern=pattern)


def pattern_options(*, memory: int = PATTERN_MEMORY) -> re2.Options:
    """Return how patterns are read: capitals are alike, and RE2 keeps to ``memory`` bytes."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = memory
    return options


@lru_cache(maxsize=256)
def compiled_pattern(pattern: str) -> Any:
    """Return a pattern ready to search. Raises re2.error and UnicodeEncodeError."""
    return re2.compile(pattern, pattern_options())
