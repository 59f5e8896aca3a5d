"""Finding whole words and phrases of a list in a text, evasive spellings included."""

from collections.abc import Iterable
from dataclasses import dataclass

import ahocorasick

from classifier.text import Folded, fold


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found in a text: ``text[start:end]`` of what the reader typed."""

    entry: str
    start: int
    end: int


class WordMatcher:
    """All entries of a list, looked for in one pass (Aho and Corasick, 1975)."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._automaton = ahocorasick.Automaton()
        for entry in entries:
            folded = fold(entry).text.strip()
            if folded:
                self._automaton.add_word(folded, (entry, len(folded)))
        self.is_empty = len(self._automaton) == 0
        if not self.is_empty:
            self._automaton.make_automaton()

    def find(self, folded: Folded) -> list[Hit]:
        """Return the hits in the order of the text, longest first where one word hits twice."""
        if self.is_empty:
            return []
        text = folded.text
        hits = []
        for last, (entry, length) in self._automaton.iter(text):
            start, end = last + 1 - length, last + 1
            if _is_whole(text, start, end):
                hits.append(Hit(entry, *folded.span(start=start, end=end)))
        return sorted(hits, key=lambda hit: (hit.start, -hit.end))


def _is_whole(text: str, start: int, end: int) -> bool:
    before = start > 0 and text[start - 1].isalnum() and text[start].isalnum()
    after = end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    return not before and not after
