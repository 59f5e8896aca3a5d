"""Finding the entries of word lists in texts, evasive spellings included: all lists in one pass.

What ``moderation.rules.entries`` reads becomes one automaton (Aho and Corasick, 1975) over the
folded text, whatever the number of lists and entries. Of an entry with stars inside its longest
piece goes in, and the entry is looked for where that stands. Patterns are looked for in the text
as it was typed, all of them at once (``re2.Set``) and then those that hit one by one.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import ahocorasick
import numpy as np
import re2
from numpy.typing import NDArray

from classifier.text import Folded, fold, whole_graphemes
from moderation.rules.entries import (
    BadEntry,
    Entry,
    compiled_pattern,
    parse_entry,
    pattern_options,
)
from moderation.rules.hosts import HostMatcher

_MOST_TOGETHER = 500  # patterns in one set
_SET_MEMORY = 32 << 20  # bytes
_UNEVEN = re.compile(r"\s\s|[^\S ]")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry of a list found in a text: ``text[start:end]`` of what the reader typed."""

    list_key: str
    entry: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Target:
    """What it means when the automaton has come upon a literal."""

    list_key: str
    entry: str
    size: int  # of the literal
    begins: bool  # it must begin where a word does
    ends: bool
    widens: bool  # a star before or after it: the hit is the whole word
    pattern: str  # where it is only a piece: what must be found as well


class ListsMatcher:
    """Lists by their keys. Entries that cannot be looked for are passed over."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        targets: dict[str, list[_Target]] = {}
        patterns: dict[str, list[tuple[str, str]]] = {}
        self._has_phrases = False
        for list_key, typed in lists.items():
            for line in typed:
                try:
                    entry = parse_entry(line)
                except BadEntry:
                    continue
                if entry.pattern:
                    patterns.setdefault(entry.pattern, []).append((list_key, line))
                else:
                    literal, target = _target(entry, list_key=list_key, line=line)
                    targets.setdefault(literal, []).append(target)
                    self._has_phrases = self._has_phrases or " " in entry.same_as
        self._patterns = _Patterns(patterns) if patterns else None
        self._automaton: Any = None
        if targets:
            self._automaton = ahocorasick.Automaton()
            for literal, meant in targets.items():
                self._automaton.add_word(literal, tuple(meant))
            self._automaton.make_automaton()

    @property
    def asks_for_typed(self) -> bool:
        """Whether there are patterns, so that the folded text alone does not do."""
        return self._patterns is not None

    def which(self, folded: str, *, typed: str = "") -> set[str]:
        """Return the keys of the lists with an entry in a text; quicker than ``find``.

        ``folded`` is ``fold(typed).text``; ``typed`` is needed where ``asks_for_typed``.
        """
        found: set[str] = set()
        if self._automaton is not None:
            text = " ".join(folded.split()) if self._has_phrases else folded
            unsure: dict[tuple[str, str], None] = {}
            for _end, target in self._came_upon(text):
                if target.list_key in found:
                    continue
                if target.pattern:
                    unsure[target.pattern, target.list_key] = None
                else:
                    found.add(target.list_key)
            for pattern, list_key in unsure:
                if list_key not in found and _compiled(pattern).search(_sayable(text)):
                    found.add(list_key)
        if self._patterns is not None:
            found.update(list_key for list_key, _line in self._patterns.in_text(typed))
        return found

    def find(self, text: str | Folded) -> list[Hit]:
        """Return every hit in the order of the text, the longest first where some begin alike."""
        folded = fold(text) if isinstance(text, str) else text
        hits = set()
        if self._automaton is not None:
            places = _Places(folded)
            for list_key, line, start, end in self._spans(places):
                hits.add(Hit(list_key, line, *places.typed(start, end)))
        if self._patterns is not None:
            hits.update(self._patterns.find(folded.original))
        return sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.entry, hit.list_key))

    def _came_upon(self, text: str) -> Iterator[tuple[int, _Target]]:
        """Yield (end, target) for each literal that stands in an even text as it must."""
        length = len(text)
        for last, targets in self._automaton.iter(text):
            after = last + 1 < length and text[last + 1].isalnum()
            for target in targets:
                start = last + 1 - target.size
                if (target.ends and after) or (
                    target.begins and start > 0 and text[start - 1].isalnum()
                ):
                    continue
                yield last + 1, target

    def _spans(self, places: "_Places") -> set[tuple[str, str, int, int]]:
        """Return (list key, entry, start, end) of each hit in the even text."""
        spans = set()
        unsure: dict[_Target, None] = {}
        for end, target in self._came_upon(places.text):
            if target.pattern:
                unsure[target] = None
                continue
            start = end - target.size
            if target.widens:
                start, end = places.whole_words(start, end)
            spans.add((target.list_key, target.entry, start, end))
        for target in unsure:
            for start, end in _groups(target.pattern, _sayable(places.text)):
                spans.add((target.list_key, target.entry, start, end))
        return spans


def _target(entry: Entry, *, list_key: str, line: str) -> tuple[str, _Target]:
    """Return the literal of an entry that goes into the automaton, and what it means there."""
    pieces = entry.pieces
    place = max(range(len(pieces)), key=lambda n: len(pieces[n]))
    literal = pieces[place]
    alone = len(entry.literals) == 1
    return literal, _Target(
        list_key=list_key,
        entry=line,
        size=len(literal),
        begins=place == 0 and literal[0].isalnum(),
        ends=place == len(pieces) - 1 and literal[-1].isalnum(),
        widens=alone and len(pieces) > 1,
        pattern="" if alone else entry.as_pattern,
    )


class _Places:
    """A folded text with even spaces, and the way back to what was typed."""

    def __init__(self, folded: Folded) -> None:
        self.text = folded.text
        self._folded = folded
        self._kept: NDArray[np.int64] | None = None
        if _UNEVEN.search(folded.text):
            keep = np.ones(len(folded.text), dtype=bool)
            for run in _SPACE.finditer(folded.text):
                keep[run.start() + 1 : run.end()] = False
            self._kept = np.flatnonzero(keep)
            self.text = _SPACE.sub(" ", folded.text)

    def typed(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in what was typed."""
        if self._kept is not None:
            start, end = int(self._kept[start]), int(self._kept[end - 1]) + 1
        return self._folded.span(start=start, end=end)

    def whole_words(self, start: int, end: int) -> tuple[int, int]:
        """Widen ``text[start:end]`` to the words that it begins and ends in."""
        starts, ends = self._words
        first = bisect_right(starts, start) - 1
        if first >= 0 and ends[first] > start:
            start = starts[first]
        last = bisect_right(starts, end - 1) - 1
        if last >= 0 and ends[last] > end:
            end = ends[last]
        return start, end

    @cached_property
    def _words(self) -> tuple[list[int], list[int]]:
        spans = [found.span() for found in _WORD.finditer(self.text)]
        return [start for start, _end in spans], [end for _start, end in spans]


def _sayable(text: str) -> str:
    """Return a text that has a UTF-8 form, as long as it was: half surrogate pairs have none."""
    return text if text.isascii() else text.encode(errors="replace").decode()


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern)


def _groups(pattern: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield where the group of a pattern stands, those that overlap too."""
    compiled, raw = _compiled(pattern), text.encode()
    at = counted = letters = 0
    while found := compiled.search(raw, at):
        start, end = found.span(1)
        letters += len(raw[counted:start].decode())
        counted, at = start, start + 1
        yield letters, letters + len(raw[start:end].decode())


class _Patterns:
    """Patterns of all lists: which hit at all is asked of all at once."""

    def __init__(self, patterns: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        self._owners = patterns  # (list key, entry) of each
        every = list(patterns)
        self._sets: list[tuple[Any, list[str]]] = []
        for at in range(0, len(every), _MOST_TOGETHER):
            self._sets += _together(every[at : at + _MOST_TOGETHER])

    def in_text(self, typed: str) -> Iterator[tuple[str, str]]:
        """Yield (list key, entry) of each pattern that is found in a text."""
        for pattern in self._found(_sayable(typed)):
            yield from self._owners[pattern]

    def find(self, typed: str) -> Iterator[Hit]:
        """Yield each place of each pattern."""
        text = _sayable(typed)
        for pattern in self._found(text):
            for found in compiled_pattern(pattern).finditer(text):
                start, end = found.span()
                if start == end:
                    continue
                start, end = whole_graphemes(typed, start=start, end=end)
                for list_key, entry in self._owners[pattern]:
                    yield Hit(list_key, entry, start, end)

    def _found(self, text: str) -> Iterator[str]:
        raw = text.encode()
        for together, patterns in self._sets:
            numbers = together.Match(raw) if together is not None else None
            # The last one is always found. Without it the set ran out of memory and says nothing.
            if numbers is None:
                yield from (one for one in patterns if compiled_pattern(one).search(raw))
            else:
                yield from (patterns[n] for n in numbers if n < len(patterns))


def _together(patterns: list[str]) -> list[tuple[Any, list[str]]]:
    """Return sets of patterns, as few as there is memory for, each with one that always hits."""
    together = re2.Set.SearchSet(pattern_options(memory=_SET_MEMORY))
    try:
        for pattern in patterns:
            together.Add(pattern)
        together.Add("")
        together.Compile()
    except re2.error:
        if len(patterns) == 1:
            return [(None, patterns)]
        half = len(patterns) // 2
        return _together(patterns[:half]) + _together(patterns[half:])
    return [(together, patterns)]


class Lists:
    """The lists of a rule set, by key, ready to look for: those of words and those of hosts.

    ``words`` are the keys of those to look for in texts; None stands for every list.
    """

    def __init__(
        self, entries: Mapping[str, Sequence[str]], *, words: Iterable[str] | None = None
    ) -> None:
        self._entries = entries
        self._words = frozenset(entries if words is None else words)
        self._hosts: dict[str, HostMatcher] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def hosts(self, key: str) -> HostMatcher:
        """Return a list read as hosts."""
        if key not in self._hosts:
            self._hosts[key] = HostMatcher(self._entries[key])
        return self._hosts[key]

    def find(self, text: str, *, keys: Iterable[str]) -> list[Hit]:
        """Return what stands in a text as it was typed, of some lists."""
        wanted = frozenset(keys)
        return [hit for hit in self._matcher.find(text) if hit.list_key in wanted]

    def in_texts(
        self,
        *,
        typed: Callable[[], Sequence[str]],
        folded: Callable[[], Sequence[str]],
    ) -> Mapping[str, NDArray[np.bool_]]:
        """Return for each list of words in which texts an entry of it stands, shape (n,) each."""
        if not self._words:
            return {}
        texts = folded()
        held = {key: np.zeros(len(texts), dtype=bool) for key in self._words}
        as_typed = typed() if self._matcher.asks_for_typed else [""] * len(texts)
        for row, (text, original) in enumerate(zip(texts, as_typed, strict=True)):
            for key in self._matcher.which(text, typed=original):
                held[key][row] = True
        return held

    def without(self, other: "Lists") -> "Lists":
        """Return the lists that another does not look for with the same entries."""
        same = {k for k in self._words & other._words if self._entries[k] == other._entries[k]}
        return Lists(self._entries, words=self._words - same)

    def joined(self, other: "Lists") -> "Lists | None":
        """Return the lists of both, to be looked for in one pass; None where one key stands for
        two lists."""
        shared = self._entries.keys() & other._entries.keys()
        if any(self._entries[key] != other._entries[key] for key in shared):
            return None
        return Lists({**self._entries, **other._entries}, words=self._words | other._words)

    @cached_property
    def _matcher(self) -> ListsMatcher:
        return ListsMatcher({key: self._entries[key] for key in self._words})
