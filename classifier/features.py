"""Hashed word and character n-grams of a whole batch at once, in numpy.

Training and scoring share this file, so that a model never meets features it was not trained on.
All texts of a batch become one array of code points; words, their hashes and their n-grams are
then found by array operations. Nothing loops over words or n-grams in Python: that is what makes
thousands of comments per second possible on one core.

What counts as a feature, for each *distinct* word of a text (so that repeating a word a hundred
times says no more than saying it once):

- the word itself;
- its character n-grams of 2 to 5 with a mark for the word's beginning and end;
- the pair it makes with the word after it.

Symbols that carry a tone (``!``, ``?``, emoji) are words of one character. Full stops, commas,
quotation marks and brackets are left out: they tell an essay from a shout, which is not the
question asked.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Ints = NDArray[np.int64]

BUCKET_BITS = 18
BUCKETS = 1 << BUCKET_BITS
GRAM_SIZES = (2, 3, 4, 5)

# What one n-gram, one word and one pair of words count for.
GRAM_VALUE, WORD_VALUE, PAIR_VALUE = 1.0, 2.0, 1.5

# Part of the model: other numbers would send every feature to another bucket.
_SEED = 20261123
_rng = np.random.Generator(np.random.PCG64(_SEED))
_GRAM_KEYS = (_rng.integers(1 << 31, 1 << 32, size=max(GRAM_SIZES), dtype=np.uint64) | 1).astype(
    np.uint32
)
_SIZE_KEYS = _rng.integers(1 << 31, 1 << 32, size=len(GRAM_SIZES), dtype=np.uint64).astype(
    np.uint32
)
_PLACE_KEYS = _rng.integers(1 << 62, 1 << 63, size=1024, dtype=np.uint64) | np.uint64(1)
_PAIR_KEYS = _rng.integers(1 << 62, 1 << 63, size=2, dtype=np.uint64) | np.uint64(1)
_WORD_SALT, _PAIR_SALT = _rng.integers(1 << 62, 1 << 63, size=2, dtype=np.uint64)
_MIX_32 = np.uint32(0x9E3779B1)
_MIX_64 = np.uint64(0x9E3779B97F4A7C15)

_GAP, _WORD, _SYMBOL = 0, 1, 2
_KNOWN_CODES = 0x30000  # planes above hold private use and tags
_BOUNDARY = 1  # never a code point of a word, so it can mark where words begin and end
LONGEST_WORD = 32  # letters of a word that make n-grams; nobody writes longer ones in good faith
_SILENT = frozenset(".,;:\"'`()[]{}<>«»„“”‘’‚‹›…-–—_/\\|~^=")
_APOSTROPHE = ord("'")
_STOPS = np.array([ord(stop) for stop in ".!?…"], dtype=np.uint32)


@cache
def _tables() -> tuple[NDArray[np.uint8], Codes]:
    """Class and lower case of every code point below ``_KNOWN_CODES``, made on first use."""
    kinds = np.full(_KNOWN_CODES + 1, _SYMBOL, dtype=np.uint8)
    lower = np.arange(_KNOWN_CODES + 1, dtype=np.uint32)
    for code in range(_KNOWN_CODES):
        letter = chr(code)
        if letter.isalnum():
            kinds[code] = _WORD
            small = letter.lower()
            if len(small) == 1:
                lower[code] = ord(small)
        elif letter.isspace() or letter in _SILENT or unicodedata.category(letter)[0] == "C":
            kinds[code] = _GAP
        elif unicodedata.category(letter)[0] == "M":
            # Marks belong to the letter before them; a variation selector is no feature.
            kinds[code] = _GAP if 0xFE00 <= code <= 0xFE0F else _WORD
    kinds[ord("*")] = _WORD  # f*ck is one word
    for curly in "’ʼ＇":
        lower[ord(curly)] = _APOSTROPHE
    return kinds, lower


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of a batch of D texts: W of them, U different ones.

    ``doc``, ``start``, ``end`` and ``which`` have shape (W,): the text a word stands in, its code
    point offsets there, and its row among the U. ``first`` says whether it is the first time that
    its text uses it. ``word_bucket`` (U,) and ``pair_bucket`` (P,) are rows of the weights;
    ``pair_left`` (P,) is the word a pair begins with, the other being the next one.
    ``distinct`` (D,) counts the different words of each text. ``sentence`` (W,) numbers the
    sentences of the batch, S of them; ``new`` says whether a word is the first of its kind in its
    sentence.
    """

    docs: int
    doc: Ints
    start: Ints
    end: Ints
    which: Ints
    first: NDArray[np.bool_]
    word_bucket: Ints
    pair_bucket: Ints
    pair_left: Ints
    distinct: Ints
    sentence: Ints
    new: NDArray[np.bool_]
    grams: Codes  # the U words laid out as: boundary, letters, boundary, letters, ...
    gram_start: Ints  # (U,) where each begins in ``grams``


def read(texts: Sequence[str]) -> Words:
    """Find the words of ``texts``, with the buckets of words and pairs."""
    codes, bounds = _code_points(texts)
    kinds, lower = _tables()
    known = np.minimum(codes, _KNOWN_CODES)
    kind = kinds[known]
    codes = np.where(codes < _KNOWN_CODES, lower[known], codes)
    # An apostrophe between letters belongs to the word: don't, l'État.
    inner = np.flatnonzero(codes[1:-1] == _APOSTROPHE) + 1
    inner = inner[(kind[inner - 1] == _WORD) & (kind[inner + 1] == _WORD)]
    kind[inner] = _WORD

    before = np.empty_like(kind)
    before[0], before[1:] = _GAP, kind[:-1]
    # A symbol is a word of its own, unless it repeats the one before it.
    again = np.zeros(len(codes), dtype=np.bool_)
    again[1:] = (codes[1:] == codes[:-1]) & (kind[1:] == _SYMBOL)
    opens = (kind == _SYMBOL) & ~again | (kind == _WORD) & (before != _WORD)
    start = np.flatnonzero(opens)
    if not len(start):
        return _no_words(len(texts))
    closes = kind != _WORD
    stops = np.flatnonzero(closes)
    end = stops[np.searchsorted(stops, start)]
    end = np.maximum(end, start + 1)  # a symbol closes at once

    hashes = _word_hashes(codes, start, end)
    doc = np.searchsorted(bounds, start, side="right") - 1
    distinct_hash, at, which = np.unique(hashes, return_index=True, return_inverse=True)
    which = which.reshape(-1)
    first = _first_uses(doc, which, len(distinct_hash))
    sentence = _sentences(codes, bounds, start)

    left = np.flatnonzero((doc[:-1] == doc[1:]) & (first[:-1] | first[1:]))
    pairs = hashes[left] * _PAIR_KEYS[0] + hashes[left + 1] * _PAIR_KEYS[1]
    head = np.minimum(end[at], start[at] + LONGEST_WORD)
    grams, gram_start = _lay_out(codes, start[at], head)
    offset = bounds[doc]
    return Words(
        docs=len(texts),
        doc=doc,
        start=start - offset,
        end=end - offset,
        which=which,
        first=first,
        word_bucket=_bucket_64(distinct_hash ^ _WORD_SALT),
        pair_bucket=_bucket_64(pairs ^ _PAIR_SALT),
        pair_left=left,
        distinct=np.bincount(doc[first], minlength=len(texts)),
        sentence=sentence,
        new=_first_uses(sentence, which, len(distinct_hash)),
        grams=grams,
        gram_start=gram_start,
    )


def gram_buckets(words: Words) -> Iterator[Ints]:
    """For each n-gram size, the bucket of the n-gram that begins at each place of ``grams``.

    Shape (len(grams),). A place where no n-gram of that size begins inside one word (its end mark
    included) has bucket ``BUCKETS``: a row of zeros behind the weights.
    """
    grams = words.grams
    size = len(grams)
    mark = np.flatnonzero(grams == _BOUNDARY)
    # How many places there are from here to the next mark, the mark included.
    room = np.empty(size, dtype=np.int64)
    ahead = np.append(mark, size)
    room[:] = ahead[np.searchsorted(mark, np.arange(size), side="right")] - np.arange(size) + 1
    room[-1] = 1  # nothing begins at the last mark
    total = grams * _GRAM_KEYS[0]
    for nth, n in enumerate(GRAM_SIZES):
        if size >= n:
            total[: size - n + 1] += grams[n - 1 :] * _GRAM_KEYS[n - 1]
        mixed = total + _SIZE_KEYS[nth]
        mixed ^= mixed >> np.uint32(15)
        mixed *= _MIX_32
        bucket = (mixed >> np.uint32(32 - BUCKET_BITS)).astype(np.int64)
        bucket[room < n] = BUCKETS
        yield bucket


def scale_of(distinct: Ints) -> NDArray[np.float64]:
    """What the sum of a text's features is multiplied by, given how many words it has: (D,)."""
    return np.asarray(1.0 / np.sqrt(distinct + 3.0))


def matrix(words: Words) -> Any:
    """The features as a scipy CSR matrix (docs, BUCKETS), for training only."""
    from scipy.sparse import csr_matrix

    every = np.stack(list(gram_buckets(words)), axis=1)
    owner = np.repeat(
        np.arange(len(words.gram_start)), np.diff(np.append(words.gram_start, len(words.grams)))
    )
    keep = every < BUCKETS
    rows = np.concatenate([np.repeat(owner, keep.sum(axis=1)), np.arange(len(words.gram_start))])
    columns = np.concatenate([every[keep], words.word_bucket])
    values = np.concatenate(
        [np.full(int(keep.sum()), GRAM_VALUE), np.full(len(words.word_bucket), WORD_VALUE)]
    )
    by_word = csr_matrix(
        (values.astype(np.float32), (rows, columns)), shape=(len(words.gram_start), BUCKETS)
    )
    used = np.flatnonzero(words.first)
    uses = csr_matrix(
        (np.ones(len(used), np.float32), (words.doc[used], words.which[used])),
        shape=(words.docs, len(words.gram_start)),
    )
    pairs = csr_matrix(
        (
            np.full(len(words.pair_left), PAIR_VALUE, np.float32),
            (words.doc[words.pair_left], words.pair_bucket),
        ),
        shape=(words.docs, BUCKETS),
    )
    rows = csr_matrix(uses @ by_word + pairs)
    scale = scale_of(words.distinct)
    return csr_matrix(rows.multiply(scale[:, None]), dtype=np.float32)


def _code_points(texts: Sequence[str]) -> tuple[Codes, Ints]:
    """All texts as one array, each preceded by a space, and where each begins: shape (D,)."""
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    joined = " ".join(("", *texts, ""))
    raw = joined.encode("utf-32-le", "surrogatepass")
    bounds = np.cumsum(lengths + 1) - lengths
    return np.frombuffer(raw, dtype=np.uint32), bounds


def _word_hashes(codes: Codes, start: Ints, end: Ints) -> NDArray[np.uint64]:
    """One 64-bit hash a word: shape (W,)."""
    inside, begin = _places(start, end)
    place = inside - np.repeat(start, end - start)
    keyed = codes[inside].astype(np.uint64) * _PLACE_KEYS[place & 1023]
    hashes = np.add.reduceat(keyed, begin)
    hashes ^= hashes >> np.uint64(29)
    hashes *= _MIX_64
    hashes ^= hashes >> np.uint64(32)
    return hashes


def _first_uses(owner: Ints, which: Ints, kinds: int) -> NDArray[np.bool_]:
    """Whether each word is the first of its kind in its owner: shape (W,)."""
    _, at = np.unique(owner * kinds + which, return_index=True)
    first = np.zeros(len(which), dtype=np.bool_)
    first[at] = True
    return first


def _sentences(codes: Codes, bounds: Ints, start: Ints) -> Ints:
    """The number of each word's sentence, counted through the batch: shape (W,)."""
    stop = np.isin(codes, _STOPS)
    stop[:-1] &= (codes[1:] == ord(" ")) | (codes[1:] == ord("\n"))
    stop |= codes == ord("\n")
    stop[bounds - 1] = True
    before = np.cumsum(stop)[start]
    return np.cumsum(np.diff(before, prepend=before[:1]) > 0)


def _lay_out(codes: Codes, start: Ints, end: Ints) -> tuple[Codes, Ints]:
    inside, begin = _places(start - 1, end)
    grams = codes[inside]
    grams[begin] = _BOUNDARY
    return np.append(grams, np.uint32(_BOUNDARY)), begin


def _places(start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """All places from start to end of every word, one after the other, and where each begins."""
    lengths = end - start
    begin = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(start - begin, lengths), begin


def _bucket_64(hashes: NDArray[np.uint64]) -> Ints:
    return ((hashes * _MIX_64) >> np.uint64(64 - BUCKET_BITS)).astype(np.int64)


def _no_words(docs: int) -> Words:
    none = np.zeros(0, dtype=np.int64)
    return Words(
        docs=docs,
        doc=none,
        start=none,
        end=none,
        which=none,
        first=np.zeros(0, dtype=np.bool_),
        word_bucket=none,
        pair_bucket=none,
        pair_left=none,
        distinct=np.zeros(docs, dtype=np.int64),
        sentence=none,
        new=np.zeros(0, dtype=np.bool_),
        grams=np.full(1, _BOUNDARY, dtype=np.uint32),
        gram_start=none,
    )
