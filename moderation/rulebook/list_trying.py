"""Which entries of the draft's lists hit a text, and where."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from moderation.models import WordList
from moderation.rulebook.lists import lists
from moderation.rules.hosts import HostMatcher
from moderation.rules.links import hosts_in
from moderation.rules.word_lists import ListsMatcher

Stamp = tuple[tuple[str, str], ...]  # key and sha256 of each list: the same finds the same


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of a list found in a text: ``text[start:end]``, which are its ``words``."""

    word_list: WordList
    entry: str
    start: int
    end: int
    words: str

    @property
    def first(self) -> int:
        """The place of the first character, counted from 1."""
        return self.start + 1


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and the entries that hit all of it."""

    text: str
    entries: tuple[str, ...]


def find_in(text: str, *, key: str = "") -> list[Found]:
    """Return what entries hit, in the order of the text: those of one list by its key, or all."""
    chosen = list(lists().filter(key=key) if key else lists())
    words = [one for one in chosen if not one.is_of_hosts]
    hosts = [one for one in chosen if one.is_of_hosts]
    by_key = {one.key: one for one in chosen}
    found = [
        Found(by_key[hit.list_key], hit.entry, hit.start, hit.end, text[hit.start : hit.end])
        for hit in _words_matcher(_stamp(words)).find(text)
    ]
    if (linked := hosts_in(text)) and hosts:
        for one in hosts:
            found += _hosts(text, linked, one)
    return sorted(found, key=lambda hit: (hit.start, -hit.end, hit.word_list.name, hit.entry))


def pieces(text: str, found: Sequence[Found]) -> list[Piece]:
    """Cut a text wherever a hit begins or ends."""
    cuts = {0, len(text), *(hit.start for hit in found), *(hit.end for hit in found)}
    cut = []
    for start, end in itertools.pairwise(sorted(cuts)):
        here = (hit.entry for hit in found if hit.start <= start and end <= hit.end)
        cut.append(Piece(text[start:end], tuple(dict.fromkeys(here))))
    return cut


def _hosts(text: str, linked: Sequence[str], word_list: WordList) -> Iterator[Found]:
    """Yield each place of each host of a text that falls under an entry of a list."""
    matcher, lower = _host_matcher(_stamp([word_list])), text.lower()
    if len(lower) != len(text):
        lower = text
    for host in linked:
        entry = matcher.entry_for(host)
        at = lower.find(host) if entry is not None else -1
        while entry is not None and at >= 0:
            end = at + len(host)
            yield Found(word_list, entry, at, end, text[at:end])
            at = lower.find(host, end)


def _stamp(chosen: Sequence[WordList]) -> Stamp:
    return tuple((one.key, one.sha256) for one in chosen)  # type: ignore[attr-defined]


# Whoever types is answered at each pause: the automaton is made once for what the lists hold.
@lru_cache(maxsize=4)
def _words_matcher(stamp: Stamp) -> ListsMatcher:
    return ListsMatcher(_entries(stamp))


@lru_cache(maxsize=8)
def _host_matcher(stamp: Stamp) -> HostMatcher:
    return HostMatcher(entry for entries in _entries(stamp).values() for entry in entries)


def _entries(stamp: Stamp) -> dict[str, list[str]]:
    keys = [key for key, _sha256 in stamp]
    return {one.key: one.words() for one in WordList.objects.filter(key__in=keys)}
