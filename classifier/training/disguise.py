"""Ways to hide or to quote a sentence, to measure what the model makes of it.

Written apart from ``classifier.text``, so that the measure does not repeat its assumptions.
"""

import random
import re
from collections.abc import Callable

_LEET = str.maketrans("aeiost", "431057")
_CYRILLIC = str.maketrans("aceopxyiAEOPCX", "асеорхуіАЕОРСХ")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_ACCENTED = str.maketrans("aeiou", "àéïöú")


def _longer_words(text: str, change: Callable[[str], str]) -> str:
    """Change every word of four letters or more, as people do who hide what matters."""
    return re.sub(r"[A-Za-z]{4,}", lambda word: change(word[0]), text)


def _stretch(word: str) -> str:
    vowels = [place for place, letter in enumerate(word) if letter in "aeiou"]
    place = vowels[len(vowels) // 2] if vowels else len(word) - 1
    return word[:place] + word[place] * 5 + word[place + 1 :]


def _mixed(word: str) -> str:
    way = random.Random(word).choice([name for name in DISGUISES if name != "mixed"])
    return DISGUISES[way](word)


DISGUISES: dict[str, Callable[[str], str]] = {
    "l33t": lambda text: _longer_words(text, lambda word: word[0] + word[1:].translate(_LEET)),
    "Cyrillic letters": lambda text: text.translate(_CYRILLIC),
    "zero width": lambda text: _longer_words(text, "\u200b".join),
    "dots": lambda text: _longer_words(text, ".".join),
    "spaces": lambda text: _longer_words(text, " ".join),
    "stretched": lambda text: _longer_words(text, _stretch),
    "full width": lambda text: text.translate(_WIDE),
    "accents": lambda text: text.translate(_ACCENTED),
    "mixed": lambda text: _longer_words(text, _mixed),
}

CONDEMNATIONS: dict[str, str] = {
    "in quotation marks": 'Somebody wrote here: "{}" That is no way to talk to people.',
    "in quotation marks, introduced": "I am shocked that “{}” is what passes for debate today.",
    "on a quoted line": "> {}\n\nPlease stop this. It helps nobody.",
    "without any marks": "He told me that {} and I think he should be ashamed of that.",
}
