"""Reading what is written through what is done to hide it, and finding the way back.

``fold`` undoes the usual disguises: invisible characters, letters of other scripts that look
Latin, full-width and fancy letters, accents, ``1d10t``, ``g o a w a y``, ``f*ck``, ``stuuuupid``.
The result knows for each of its characters which characters of the original it came from, so that
what is found in the folded text can be shown in the text that the reader typed.

Most comments have nothing to fold and take the quick way out: one pass of one RE2 pattern.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise, product

import numpy as np
import re2
from numpy.typing import NDArray

from classifier.lookalikes import DOUBLES, KNOWN, LEET, UNITS, WHOLE, unmask
from classifier.segmentation import words_in

Offsets = NDArray[np.int64]
Edit = tuple[int, int, str]  # replace text[start:end] by these characters

# Signs that there may be something to fold. Wide on purpose: it only opens the slow way.
_SEPARATORS = r"[ \t._*~·•-]{1,3}"
_ONE = r"[a-z0-9@$!]"
_TRIGGER = re2.compile(
    r"(?i)"
    + "|".join(letter * 3 for letter in "abcdefghijklmnopqrstuvwxyz")
    + r"|[a-z][0-9@$!|+*#€£¡]+[a-z]|[a-z]\$|[a-z]{2}[0-9]{1,3}(?:$|[^a-z0-9])"
    + r"|(?:^|[^a-z0-9])[0-9@$!|][a-z]{2}"
    + rf"|(?:^|[^a-z0-9]){_ONE}(?:{_SEPARATORS}{_ONE}){{3}}(?:$|[^a-z0-9])"
    + r"|[\x00-\x08\x0e-\x1f\x7f]"
)
# Everything but ASCII, typographic signs and emoji without joiners: worth a closer look.
_UNUSUAL = re.compile(
    "[^\x00-\x7f‘’“”„«»‹›–—…•·§°€£¥¢©®™½¼¾×÷±→←↑↓✓✔❤☺☹\U0001f300-\U0001f64f"
    "\U0001f680-\U0001f6ff\U0001f900-\U0001f9ff]"
)
# Drawn as nothing, or onto the letter before.
_REMOVED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\xad\u0300-\u036f\u0483-\u0487\u115f\u1160\u17b4\u17b5\u180b-\u180e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3164"
    "\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f\U000e0100-\U000e01ef]+"
)
_SPACES = re.compile("[\xa0\u2000-\u200a\u202f\u205f\u3000]")
_LETTERS = re.compile(r"[^\W\d_]+")
# The same separator throughout, so that "U.S.A. U.S.S.R." stays two words.
_SPACED = re.compile(
    rf"(?<![^\W_]){_ONE}({_SEPARATORS}){_ONE}(?![^\W_])(?:\1{_ONE}(?![^\W_])){{2,}}",
)
# Addresses and names of people and topics stay as they are. None of these patterns may look at
# the same stretch of text from more than one place: a megabyte without a space must cost no more.
_TOKEN = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|(?<!\w)[@#](?!ss(?:es|hole|holes)?\b)\w+|(?P<token>[a-z0-9@$!|+*#€£¡]+)"
)
_NUMBER_AND_UNIT = re.compile(r"(\d+)([a-z]+)")
_LONG_NUMBER = re.compile(r"\d{3}")
_MONEY = re.compile(r"[$€£]\d")
_INNER_LEET = re.compile(r"[0-9@$!|][a-z@$!|]")
_SIGNS = re.compile(r"[!|+69€£¡]")
_RUN = re.compile(r"([a-z])\1\1+")
_WORD_WITH_RUN = re.compile(r"(?:https?://|www\.)\S+|(?P<word>(?<![\w.])[a-z]*([a-z])\2\2[a-z]*)")
_LONGEST_REMEMBERED = 4_000  # code points, to bound memory
_MOST_SEGMENTED = 2_000  # letters that stood alone, to bound time: the rest are one word
_ROMAN = re.compile(r"[ivxlcdm]+")


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A folded text and its way back.

    ``starts`` and ``ends`` have shape (len(text),): character i of ``text`` stands for
    ``original[starts[i]:ends[i]]``. Both never fall, and are None where every character stands
    for itself. ``changed`` says whether a disguise was undone (lower case alone is none).
    """

    original: str
    text: str
    starts: Offsets | None = None
    ends: Offsets | None = None
    changed: bool = False

    def span(self, *, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stands in the original, widened to whole graphemes.

        Offsets are code points, 0 <= start < end <= len(text).
        """
        if self.starts is not None and self.ends is not None:
            start, end = int(self.starts[start]), int(self.ends[end - 1])
        return whole_graphemes(self.original, start=start, end=end)


def fold(text: str) -> Folded:
    """Undo disguises in ``text`` and lower-case it. Takes any string; the same one folds alike.

    Use it on both sides of a comparison: what is looked for must be folded as well. Matching
    whole words is left to whoever matches: "cialis" is still inside "specialist".
    """
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _fold(text)


def _fold(text: str) -> Folded:
    plain = text.isascii() or not _UNUSUAL.search(text)
    small = _lower(text)
    # RE2 reads UTF-8, which has no surrogates; half a pair is always the slow way.
    if plain and not _TRIGGER.search(text):
        return Folded(text, small)
    draft = _Draft(small)
    _remove_invisible(draft)
    if not plain:
        _plain_letters(draft)
        _latin_doubles(draft)
    draft.replace(_spaced_letters(draft.text))
    draft.replace(_leet(draft.text))
    draft.replace(_stretched(draft.text))
    if not draft.changed:
        return Folded(text, draft.text)
    return Folded(text, draft.text, draft.starts, draft.ends, changed=True)


# While a batch is screened each text is asked for by the model, by word lists and by whoever looks
# for near-duplicates.
_remembered = lru_cache(maxsize=600)(_fold)


class _Draft:
    """A text under edit, with the offsets of its characters in the original."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.changed = False
        self.starts: Offsets = np.arange(len(text))
        self.ends: Offsets = self.starts + 1

    def replace(self, edits: Iterable[Edit]) -> None:
        """Apply edits, in order and without overlap.

        Same length: character for character. Otherwise each new character stands for all the
        old ones; what is deleted counts to the character before it.
        """
        pieces: list[str] = []
        starts: list[Offsets] = []
        ends: list[Offsets] = []
        at = 0
        for begin, end, new in edits:
            pieces.append(self.text[at:begin])
            starts.append(self.starts[at:begin])
            ends.append(self.ends[at:begin])
            if len(new) == end - begin:
                starts.append(self.starts[begin:end])
                ends.append(self.ends[begin:end])
            elif new:
                starts.append(np.full(len(new), self.starts[begin]))
                ends.append(np.full(len(new), self.ends[end - 1]))
            elif begin > at:
                ends[-1] = ends[-1].copy()
                ends[-1][-1] = self.ends[end - 1]
            pieces.append(new)
            at = end
        if not pieces:
            return
        pieces.append(self.text[at:])
        self.text = "".join(pieces)
        self.starts = np.concatenate([*starts, self.starts[at:]])
        self.ends = np.concatenate([*ends, self.ends[at:]])
        self.changed = True


def _lower(text: str) -> str:
    small = text.lower()
    if small.isascii():
        return small
    if len(small) != len(text):  # İ becomes two characters
        small = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return small.replace("’", "'")


def _remove_invisible(draft: _Draft) -> None:
    # After a symbol they shape an emoji and hide nothing.
    draft.replace(
        (found.start(), found.end(), "")
        for found in _REMOVED.finditer(draft.text)
        if not found.start() or not _is_symbol(draft.text[found.start() - 1])
    )
    if _SPACES.search(draft.text):
        draft.text = _SPACES.sub(" ", draft.text)


def _is_symbol(letter: str) -> bool:
    return not letter.isalnum() and not letter.isspace()


def _plain_letters(draft: _Draft) -> None:
    draft.replace(
        (place, place + 1, plain)
        for place, letter in enumerate(draft.text)
        if letter > "\x7f" and (plain := _plain_form(letter)) != letter
    )


@lru_cache(maxsize=4096)
def _plain_form(letter: str) -> str:
    """The plain Latin letters or digits that a character is a variant of, else itself."""
    if letter in WHOLE:
        return WHOLE[letter]
    if "！" <= letter <= "～":
        return unicodedata.normalize("NFKC", letter).lower()
    parts = unicodedata.normalize("NFKD", letter)
    plain = "".join(part for part in parts if not unicodedata.combining(part)).lower()
    plain = WHOLE.get(plain, plain)
    if plain.isascii() and plain.isalnum() and (len(plain) == 1 or letter.isalpha()):
        return plain
    return letter


def _latin_doubles(draft: _Draft) -> None:
    if draft.text.isascii():
        return
    latin = sum(map(len, re.findall("[a-z]+", draft.text)))
    mostly_latin = latin * 2 > sum(map(len, _LETTERS.findall(draft.text)))

    def edits() -> Iterator[Edit]:
        for found in _LETTERS.finditer(draft.text):
            word = found[0]
            if word.isascii():
                continue
            plain = "".join(DOUBLES.get(letter, letter) for letter in word)
            # A real Greek or Russian word has letters that no Latin one resembles, or stands
            # among its like.
            mixed = any("a" <= letter <= "z" for letter in word)
            if plain != word and (mixed or (mostly_latin and len(word) > 1 and plain.isascii())):
                yield found.start(), found.end(), plain

    draft.replace(edits())


def _spaced_letters(text: str) -> Iterator[Edit]:
    room = _MOST_SEGMENTED
    for found in _SPACED.finditer(text):
        letters = [place for place in range(*found.span()) if text[place] not in " \t._*~·•-"]
        alphabetic = sum("a" <= text[place] <= "z" for place in letters)
        if alphabetic < 3 or alphabetic * 2 < len(letters):
            continue
        ends = _ends_of_words("".join(text[place] for place in letters), room)
        room -= len(letters)
        for number, (left, right) in enumerate(pairwise(letters), start=1):
            yield left + 1, right, " " if number in ends else ""


def _ends_of_words(letters: str, room: int) -> set[int]:
    """After how many letters a word ends; for more than ``room`` of them nobody looks."""
    return set(accumulate(map(len, words_in(letters)))) if len(letters) <= room else set()


def _leet(text: str) -> Iterator[Edit]:
    for found in _TOKEN.finditer(text):
        token = found["token"]
        if not token or token.isalpha():
            continue
        begin = found.start("token")
        core = token.lstrip("!|+*#")
        begin += len(token) - len(core)
        core = core.rstrip("!|+*#@")
        plain = _unleet(core)
        if plain is not None and plain != core:
            yield begin, begin + len(core), plain


def _unleet(core: str) -> str | None:
    """The word that ``core`` spells with digits and symbols, or None where they are just that."""
    if core.isalpha() or not any("a" <= letter <= "z" for letter in core):
        return None
    if "*" in core or "#" in core:
        return unmask(core)
    doubtful = False
    if any(map(str.isdigit, core)):
        if _is_quantity(core) or sum(map(str.isalpha, core)) < 2:
            return None
        # covid19, b29, a55: digits at the end, or many of them, are likelier a number.
        doubtful = bool(_LONG_NUMBER.search(core)) or not _INNER_LEET.search(core)
    readings = ["".join(LEET.get(letter, letter) for letter in core)]
    if any(letter in core for letter in "1!|"):
        readings.append(
            "".join("l" if letter in "1!|" else LEET.get(letter, letter) for letter in core)
        )
    for reading in readings:
        if reading in KNOWN:
            return reading
    # Anywhere but between letters a sign is likelier itself: $billions, 4thought, wow!great.
    if doubtful or not core[0].isalpha() or not core[-1].isalpha() or _SIGNS.search(core):
        return None
    return readings[0]


def _is_quantity(core: str) -> bool:
    """Whether ``core`` is a number with its unit or ending: 4th, 5pm, 100k, us$5."""
    number = _NUMBER_AND_UNIT.fullmatch(core)
    if number:
        return len(number[1]) > 1 or len(number[2]) < 3 or number[2] in UNITS
    return bool(_MONEY.search(core))


def _stretched(text: str) -> Iterator[Edit]:
    if not _RUN.search(text):
        return
    for found in _WORD_WITH_RUN.finditer(text):
        word = found["word"]
        if not word or len(set(word)) == 1 or _ROMAN.fullmatch(word):
            continue  # hmm of one letter, www, III, XXX
        runs = list(_RUN.finditer(word))
        keeps: tuple[int, ...] = (1,) * len(runs)
        if len(runs) <= 4:
            for choice in product((1, 2), repeat=len(runs)):
                if _squeezed(word, runs, choice) in KNOWN:
                    keeps = choice
                    break
        for run, keep in zip(runs, keeps, strict=True):
            yield found.start() + run.start() + keep, found.start() + run.end(), ""


def _squeezed(word: str, runs: list[re.Match[str]], keeps: tuple[int, ...]) -> str:
    pieces = []
    at = 0
    for run, keep in zip(runs, keeps, strict=True):
        pieces += [word[at : run.start()], run[1] * keep]
        at = run.end()
    return "".join([*pieces, word[at:]])


def whole_graphemes(text: str, *, start: int, end: int) -> tuple[int, int]:
    """Widen ``text[start:end]`` until it cuts no character as readers see them.

    After the rules of Unicode Standard Annex 29 for marks, joiners, emoji, flags and Hangul.
    """
    if text.isascii():
        return start, end
    while 0 < start < len(text) and _joined(text, start):
        start -= 1
    while 0 < end < len(text) and _joined(text, end):
        end += 1
    return start, end


def _joined(text: str, place: int) -> bool:
    """Whether the characters before and at ``place`` are one grapheme."""
    before, here = text[place - 1], text[place]
    if here.isascii():
        return before == "\r" and here == "\n"
    if unicodedata.category(here)[0] == "M" or "\U0001f3fb" <= here <= "\U0001f3ff":
        return True
    if here in "\u200c\u200d\uff9e\uff9f" or "\U000e0020" <= here <= "\U000e007f":
        return True
    if before == "\u200d":
        return unicodedata.category(here) == "So"
    if "\U0001f1e6" <= here <= "\U0001f1ff":
        flags = 0
        while place > flags and "\U0001f1e6" <= text[place - flags - 1] <= "\U0001f1ff":
            flags += 1
        return flags % 2 == 1
    if "\u1160" <= here <= "\u11ff":
        return "\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
    return "\u1100" <= here <= "\u115f" and "\u1100" <= before <= "\u115f"
