"""Telling an author's own words from words quoted of somebody else.

A reader who quotes an ugly sentence in order to answer it is not its author. Quoted is: a line
that begins with ``>``, a passage inside quotation marks that is longer than a few words, and a
passage found word for word in the comment answered or in the article, its title included. Who adds
hardly a word to what they put into marks answers for it: else marks would hide anything.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

Piece = tuple[int, int]  # code point offsets into the body, start < end

# Shorter than this, quotation marks name a word or mock it: the author's own doing.
FEWEST_WORDS = 4
# So many words in a row are no coincidence.
FEWEST_SHARED_WORDS = 6
# With fewer words of their own, nobody answers what they quote.
FEWEST_OWN_WORDS = 3
LONGEST_SOURCE = 60_000  # code points that are looked through, to bound memory

_MAY_QUOTE = re.compile("[>\"“”„«»‘‚「『]|(?<!\\w)'")
_QUOTED_LINE = re.compile(r"^[ \t]*>(?![:;]?[_.\-]?[()<])[^\n]*\n?", re.MULTILINE)
# Opening and closing marks, as English, German, French, Danish, Swedish and others set them. A
# closing mark that is also an apostrophe must not stand between letters. Marks that open and
# close alike stay within a paragraph: a forgotten one must not swallow the rest.
_PAIRS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern)
    for pattern in (
        r"“[^“”]{1,4000}?”",
        r"„[^„“”]{1,4000}?[“”]",
        r"«[^«»]{1,4000}?»",
        r"(?<!\w)»[^«»]{1,4000}?«",
        r"‘(?:[^‘’]|(?<=\w)’(?=\w)){1,4000}?’(?!\w)",
        r"‚[^‚‘’]{1,4000}?[‘’]",
        r"[「『][^「」『』]{1,4000}?[」』]",
        r'"(?:[^"\n]|\n(?!\s*\n)){1,4000}?"',
        r"(?<![\w'])'(?=\w)(?:[^'\n]|(?<=\w)'(?=\w)){1,1000}?(?<=[\w.,!?…])'(?![\w'])",
    )
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Quotations:
    """A body in pieces, in order: what is the author's own, and what is quoted."""

    own: tuple[Piece, ...]
    quoted: tuple[Piece, ...]


def split_quotations(
    *, body: str, parent: str = "", article_title: str = "", article: str = ""
) -> Quotations:
    """Split ``body`` into own and quoted pieces, which together cover it exactly."""
    shared: list[Piece] = []
    for source in (parent, article_title, article):
        if source:
            shared += _shared(body, source[:LONGEST_SOURCE])
    marked = list(_marked(body)) if _MAY_QUOTE.search(body) else []
    every = _cut(body, shared + marked)
    if marked and _words_of(body, every.own, most=FEWEST_OWN_WORDS) < FEWEST_OWN_WORDS:
        return _cut(body, shared + [piece for piece in marked if _touches(piece, shared)])
    return every


def _touches(piece: Piece, others: Sequence[Piece]) -> bool:
    return any(piece[0] < end and start < piece[1] for start, end in others)


def _marked(body: str) -> Iterator[Piece]:
    yield from (line.span() for line in _QUOTED_LINE.finditer(body))
    for pair in _PAIRS:
        yield from (
            match.span()
            for match in pair.finditer(body)
            if _count(match[0], most=FEWEST_WORDS) == FEWEST_WORDS
        )


def _words_of(body: str, pieces: Sequence[Piece], *, most: int) -> int:
    return sum(_count(body[start:end], most=most) for start, end in pieces)


def _count(passage: str, *, most: int) -> int:
    """How many words stand in ``passage``: counted up to ``most``."""
    return sum(1 for _ in islice(_WORD.finditer(passage), most))


def only(body: str, pieces: Sequence[Piece]) -> str:
    """``body`` with everything but the pieces made blank, so that offsets stay what they are."""
    kept: list[str] = []
    at = 0
    for start, end in pieces:
        kept += ["\n" * (start - at), body[start:end]]
        at = end
    return "".join([*kept, "\n" * (len(body) - at)])


def _shared(body: str, source: str) -> Iterator[Piece]:
    """Passages of ``body`` whose words stand in ``source`` in the same order."""
    wanted, known = _runs(source)
    plain = _plain(body)
    ours = _WORD.findall(plain)
    if wanted < FEWEST_WORDS or len(ours) < wanted:
        return
    found = [
        at for at in range(len(ours) - wanted + 1) if " ".join(ours[at : at + wanted]) in known
    ]
    if not found:
        return
    places = [match.span() for match in _WORD.finditer(plain)]
    begin = end = found[0]
    for at in found:
        if at > end:
            yield places[begin][0], places[end - 1][1]
            begin = at
        end = at + wanted
    yield places[begin][0], places[end - 1][1]


@lru_cache(maxsize=16)  # the comments of a batch answer few articles
def _runs(source: str) -> tuple[int, frozenset[str]]:
    """How many words in a row count as quoted from ``source``, and all such runs in it."""
    words = _WORD.findall(_plain(source))
    wanted = min(FEWEST_SHARED_WORDS, len(words))
    starts = range(len(words) - wanted + 1)
    return wanted, frozenset(" ".join(words[at : at + wanted]) for at in starts)


def _plain(text: str) -> str:
    # Lower case must not move offsets; where it would, case counts.
    small = text.lower()
    return (small if len(small) == len(text) else text).replace("’", "'")


def _cut(body: str, found: list[Piece]) -> Quotations:
    own: list[Piece] = []
    quoted: list[Piece] = []
    at = 0
    for start, end in sorted(found):
        if end <= at:
            continue
        if start > at:
            own.append((at, start))
        if quoted and start <= at:
            quoted[-1] = (quoted[-1][0], end)
        else:
            quoted.append((start, end))
        at = end
    if at < len(body):
        own.append((at, len(body)))
    return Quotations(tuple(own), tuple(quoted))
