"""What a rule may ask about a comment: every fact, what kind it is, and how it may be compared."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from classifier.base import Label, Unscored


class Kind(StrEnum):
    """What a fact is, and so how it is compared and typed."""

    SCORE = "score"  # calibrated probability, 0..1
    SHARE = "share"  # 0..1
    NUMBER = "number"  # 0 and up
    YES_NO = "yes_no"
    CHOICE = "choice"  # one word
    TAGS = "tags"  # any number of words
    WORDS = "words"  # the text, against a word list
    HOSTS = "hosts"  # where its links lead, against a list of hosts


class Is(StrEnum):
    """How a fact is compared with the value of a condition."""

    AT_LEAST = "at_least"
    BELOW = "below"
    YES = "yes"
    NO = "no"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    IN_LIST = "in_list"
    OUTSIDE_LIST = "outside_list"


_COMPARED = (Is.AT_LEAST, Is.BELOW)
OPERATORS: dict[Kind, tuple[Is, ...]] = {
    Kind.SCORE: _COMPARED,
    Kind.SHARE: _COMPARED,
    Kind.NUMBER: _COMPARED,
    Kind.YES_NO: (Is.YES, Is.NO),
    Kind.CHOICE: (Is.ONE_OF, Is.NONE_OF),
    Kind.TAGS: (Is.ONE_OF, Is.NONE_OF),
    Kind.WORDS: (Is.IN_LIST,),
    Kind.HOSTS: (Is.IN_LIST, Is.OUTSIDE_LIST),
}
NUMERIC = frozenset({Kind.SCORE, Kind.SHARE, Kind.NUMBER, Kind.YES_NO})
WITHOUT_VALUE = frozenset({Is.YES, Is.NO})
BY_LIST = frozenset({Is.IN_LIST, Is.OUTSIDE_LIST})


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a rule may ask. ``choices`` are the known words; empty where any may come.

    ``least`` and ``most`` bound what can sensibly be typed; ``whole`` is False where fractions make
    sense.
    """

    key: str
    kind: Kind
    choices: tuple[str, ...] = ()
    least: float = 0.0
    most: float = 1.0
    whole: bool = True

    @property
    def attribute(self) -> str:
        """Its name in ``moderation.facts.Facts``."""
        return self.key.replace(".", "_")

    @property
    def operators(self) -> tuple[Is, ...]:
        """How it may be compared."""
        return OPERATORS[self.kind]


WINDOWS = (5, 10, 30, 60, 180, 720, 1440)  # minutes, in which repetitions are counted
_STORED_FIRST = (10, 60, 1440)  # before there were the others
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TRUST = ("new", "often_removed", "mixed", "reliable")
MUTED = ("ban", "mute", "new_name")

MANY = 1_000_000.0

# The numeric ones are stored with each comment in this order (``CommentFacts.numbers``): a new one
# goes to the end, and none is ever taken out or moved.
FACTS: tuple[Fact, ...] = (
    *(Fact(f"own.{label}", Kind.SCORE) for label in Label),
    *(Fact(f"quoted.{label}", Kind.SCORE) for label in Label),
    Fact("text.length", Kind.NUMBER, most=MANY),
    Fact("text.capitals", Kind.SHARE),
    Fact("text.links", Kind.NUMBER, most=1_000),
    *(Fact(f"repeats.own_{minutes}", Kind.NUMBER, most=100) for minutes in _STORED_FIRST),
    *(Fact(f"repeats.site_{minutes}", Kind.NUMBER, most=100) for minutes in _STORED_FIRST),
    # What stands, whether anybody has seen it or not: see "author.approved".
    Fact("author.published", Kind.NUMBER, most=MANY),
    Fact("author.removed_share", Kind.SHARE),
    Fact("author.strikes", Kind.NUMBER, most=1_000),
    Fact("author.age_days", Kind.NUMBER, most=MANY, whole=False),
    Fact("author.comments_hour", Kind.NUMBER, most=MANY),
    Fact("author.signed_in", Kind.YES_NO),
    Fact("author.verified", Kind.YES_NO),
    Fact("address.comments_hour", Kind.NUMBER, most=MANY),
    Fact("address.names_day", Kind.NUMBER, most=MANY),
    Fact("article.age_hours", Kind.NUMBER, most=MANY, whole=False),
    Fact("article.pace", Kind.NUMBER, most=MANY, whole=False),
    Fact("article.pre_moderated", Kind.YES_NO),
    Fact("comment.depth", Kind.NUMBER, most=MANY),
    Fact("comment.reports", Kind.NUMBER, most=MANY),
    Fact("comment.edited", Kind.YES_NO),
    Fact("comment.hour", Kind.NUMBER, most=24),
    # A proleptic ordinal, of a rule's dates.
    Fact("comment.day", Kind.NUMBER, least=date.min.toordinal(), most=date.max.toordinal()),
    *(
        Fact(f"repeats.{who}_{minutes}", Kind.NUMBER, most=100)
        for who in ("own", "site")
        for minutes in WINDOWS
        if minutes not in _STORED_FIRST
    ),
    # What stands because a person approved it, one by one or in bulk.
    Fact("author.approved", Kind.NUMBER, most=MANY),
    Fact("network.comments_hour", Kind.NUMBER, most=MANY),
    Fact("network.names_day", Kind.NUMBER, most=MANY),
    Fact("unscored", Kind.CHOICE, choices=tuple(Unscored)),
    Fact("language", Kind.CHOICE),
    Fact("author.trust", Kind.CHOICE, choices=TRUST),
    Fact("author.muted", Kind.CHOICE, choices=MUTED),
    Fact("comment.weekday", Kind.CHOICE, choices=WEEKDAYS),
    Fact("article.section", Kind.CHOICE),
    Fact("article.slug", Kind.CHOICE),
    Fact("article.tags", Kind.TAGS),
    Fact("words", Kind.WORDS),
    Fact("hosts", Kind.HOSTS),
)
BY_KEY = {fact.key: fact for fact in FACTS}
NUMBERS = tuple(fact.key for fact in FACTS if fact.kind in NUMERIC)
PLACE = {key: place for place, key in enumerate(NUMBERS)}
CHOICES = tuple(fact.key for fact in FACTS if fact.kind is Kind.CHOICE)
