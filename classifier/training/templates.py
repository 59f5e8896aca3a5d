"""Sentences of our own that teach by contrast: the same words, another meaning.

Real collections hold rude words mostly in rude comments and names of groups mostly in attacks on
them. A model then takes the word for the deed. The files in ``contrast/`` put the words where they
do no harm (reporting, condemning, denying, naming, complaining about things), beside sentences in
which they do, and contempt beside civil disagreement on the same subject.

A file has kinds: ``name``, ``labels`` (targets in [0, 1]; a label not named is 0), ``unknown``
(labels that are left unsaid) and ``patterns``, whose ``{slots}`` are filled from ``vocabulary.py``
and from the file's own ``[slots]``.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from classifier.base import Label
from classifier.training.vocabulary import WORDS

CONTRAST = Path(__file__).parent / "contrast"
FILLS = 14  # sentences made of one pattern, if its slots allow
FIXED = "contrast, fixed"  # sets of sentences without slots, which the encoder reads more often
HARMLESS = 0.2  # no label above this
JOINED = 0.3  # so many sentences get a harmless one beside them, so that length tells nothing

_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Kind:
    """Sentence patterns of one sort, with the labels that they carry: None is not said."""

    name: str
    labels: Mapping[Label, float | None]
    patterns: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]

    @property
    def is_harmless(self) -> bool:
        """Whether a sentence of this kind may stand beside any other and change nothing."""
        return all(value is not None and value <= HARMLESS for value in self.labels.values())


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence to learn from, and the pattern that it was made of."""

    text: str
    labels: Mapping[Label, float | None]
    source: str
    pattern: str


def kinds(*, folder: Path = CONTRAST) -> list[Kind]:
    """All kinds of all files. Raises ValueError where a label or a slot is unknown."""
    found = []
    for path in sorted(folder.glob("*.toml")):
        content = tomllib.loads(path.read_text("utf-8"))
        own = {name: tuple(words) for name, words in content.get("slots", {}).items()}
        words = {**WORDS, **own}
        for kind in content["kind"]:
            labels: dict[Label, float | None] = dict.fromkeys(Label, 0.0)
            labels |= {Label(name): float(value) for name, value in kind["labels"].items()}
            labels |= {Label(name): None for name in kind.get("unknown", ())}
            unknown = {
                slot for one in kind["patterns"] for slot in _SLOT.findall(one) if slot not in words
            }
            if unknown:
                raise ValueError(f"{path.name}, {kind['name']}: no such slot: {sorted(unknown)}")
            found.append(Kind(kind["name"], labels, tuple(kind["patterns"]), words))
    return found


def sentences(*, seed: int, fills: int = FILLS) -> Iterator[Sentence]:
    """Yield different sentences of every pattern, up to ``fills`` of each."""
    chance = random.Random(seed)
    every = kinds()
    harmless = [(pattern, kind) for kind in every if kind.is_harmless for pattern in kind.patterns]
    seen: set[str] = set()
    for kind in every:
        for pattern in kind.patterns:
            slots = bool(_SLOT.search(pattern))
            name = f"{'contrast' if slots else FIXED}: {kind.name}"
            for _ in range(fills if slots else 1):
                text = _fill(pattern, kind.words, chance)
                if slots and chance.random() < JOINED:
                    other, its = chance.choice(harmless)
                    pair = [text, _fill(other, its.words, chance)]
                    chance.shuffle(pair)
                    text = " ".join(pair)
                if text not in seen:
                    seen.add(text)
                    yield Sentence(text, kind.labels, name, pattern)


def _fill(pattern: str, words: Mapping[str, tuple[str, ...]], chance: random.Random) -> str:
    text = _SLOT.sub(lambda slot: chance.choice(words[slot[1]]), pattern)
    return text[:1].upper() + text[1:] if pattern[:1] == "{" else text
