"""What the site asks of a classifier: text in, scores out.

This module is the whole contract. Nothing here knows Django, a database or a model file, so that
another model can take the place of the shipped one without touching anything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Label(StrEnum):
    """What is scored. The values are the names used in storage, rules and the API."""

    TOXICITY = "toxicity"
    SEVERE_TOXICITY = "severe_toxicity"
    INSULT = "insult"
    THREAT = "threat"
    IDENTITY_ATTACK = "identity_attack"
    PROFANITY = "profanity"
    SEXUALLY_EXPLICIT = "sexually_explicit"
    SPAM = "spam"


class Unscored(StrEnum):
    """Why a text has no scores. It is never read as "clean"."""

    LANGUAGE = "language"  # a language the model does not know
    EMPTY = "empty"  # nothing to read: no letters, only links, only emoji
    FAILED = "failed"  # the model is missing, corrupt, or gave up on this text


@dataclass(frozen=True, slots=True)
class Text:
    """One text to score, as the reader typed it, with what it may quote: all plain text."""

    body: str
    parent: str = ""  # the comment answered
    article_title: str = ""
    article: str = ""  # lead and body


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the body that moved a label: ``body[start:end]``, offsets in code points."""

    start: int
    end: int
    label: Label
    weight: float  # how much it moved the label, in logits; larger moved more


@dataclass(frozen=True, slots=True)
class Scores:
    """What the model says of one text.

    ``own`` holds a calibrated probability in [0, 1] for every label, of the author's own words;
    ``quoted`` the same of the words quoted from somebody else, or nothing where none are quoted.
    Both are empty exactly when ``unscored`` says why.
    """

    model: str
    language: str = "und"  # ISO 639-1, or "und" when it cannot be told
    own: Mapping[Label, float] = field(default_factory=dict)
    quoted: Mapping[Label, float] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    unscored: Unscored | None = None


class Classifier(Protocol):
    """Scores texts in batches. Safe to call again with the same texts: same answers."""

    @property
    def version(self) -> str:
        """Name of the model and what made it, stored with every classification."""
        ...

    def score(self, texts: Sequence[Text]) -> list[Scores]:
        """Return one ``Scores`` per text, in the order given. Never raises for odd text."""
        ...
