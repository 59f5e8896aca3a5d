"""Everything a rule may ask about a comment. Plain values: no database, no Django.

``Facts`` are those of one comment; a ``FactTable`` holds those of many as columns, which is what
rules are evaluated on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.base import Label, Scores, Unscored
from classifier.text import Folded, fold
from moderation.rules.catalogue import NUMBERS, PLACE, WEEKDAYS
from moderation.rules.links import hosts_in, links_in_text

Numbers = NDArray[np.float32]
Words = NDArray[np.object_]


class Muted(StrEnum):
    """Why a person must look at whatever an author writes."""

    BAN = "ban"  # what was on its way when the ban came
    MUTE = "mute"
    NEW_NAME = "new_name"  # from the network address of somebody who is muted or banned


@dataclass(frozen=True)
class Facts:
    """One comment as the rules see it: an attribute for each fact of the catalogue.

    Scores are calibrated probabilities, 0 to 1; both mappings are empty when ``unscored`` is set.
    None is a number that is not known: no condition about it holds.
    """

    text: str
    own: Mapping[Label, float] = field(default_factory=dict)
    quoted: Mapping[Label, float] = field(default_factory=dict)
    unscored: Unscored | None = None
    language: str = "und"
    repeats_own_5: int = 0
    repeats_own_10: int = 0
    repeats_own_30: int = 0
    repeats_own_60: int = 0
    repeats_own_180: int = 0
    repeats_own_720: int = 0
    repeats_own_1440: int = 0
    repeats_site_5: int = 0
    repeats_site_10: int = 0
    repeats_site_30: int = 0
    repeats_site_60: int = 0
    repeats_site_180: int = 0
    repeats_site_720: int = 0
    repeats_site_1440: int = 0
    author_published: int = 0  # comments of this author that are published now
    author_approved: int = 0  # of these, those that a person approved
    author_removed_share: float | None = None  # of those that were decided
    author_strikes: int = 0
    author_age_days: float | None = None  # since the first visit
    author_comments_hour: int = 0
    author_signed_in: bool = False
    author_verified: bool | None = None  # not known of what was screened before it was asked
    author_trust: str = "new"
    author_muted: Muted | None = None
    address_comments_hour: int | None = None
    address_names_day: int | None = None
    network_comments_hour: int | None = None
    network_names_day: int | None = None
    article_section: str = ""
    article_slug: str = ""
    article_tags: frozenset[str] = frozenset()
    article_age_hours: float | None = None
    article_pace: float | None = None  # comments a minute, over the last ten
    article_pre_moderated: bool = False
    comment_depth: int = 0
    comment_reports: int = 0
    comment_edited: bool = False
    written_at: datetime | None = None  # on the site's clock

    @cached_property
    def folded(self) -> Folded:
        """The text with evasion undone; made once, when the first word list asks."""
        return fold(self.text)

    @property
    def text_length(self) -> int:
        """Characters as a reader counts them: code points."""
        return len(self.text)

    @cached_property
    def text_capitals(self) -> float | None:
        """The share of capitals among the letters that have both cases; None without such."""
        upper = sum(map(str.isupper, self.text))
        cased = upper + sum(map(str.islower, self.text))
        return upper / cased if cased else None

    @cached_property
    def text_links(self) -> int:
        """How many web addresses stand in the text."""
        return links_in_text(self.text)

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """Where the addresses in the text lead, each host once."""
        return hosts_in(self.text)

    @property
    def comment_hour(self) -> int | None:
        """The hour of the day, 0 to 23."""
        return self.written_at.hour if self.written_at else None

    @property
    def comment_day(self) -> int | None:
        """The day as a proleptic ordinal."""
        return self.written_at.toordinal() if self.written_at else None

    @property
    def comment_weekday(self) -> str:
        """The day of the week, or nothing."""
        return WEEKDAYS[self.written_at.weekday()] if self.written_at else ""

    def number(self, key: str) -> float | None:
        """Return a numeric fact of the catalogue by its key; None where it is not known."""
        side, _dot, name = key.partition(".")
        if side == "own":
            return self.own.get(name)  # type: ignore[call-overload,no-any-return]
        if side == "quoted":
            return self.quoted.get(name)  # type: ignore[call-overload,no-any-return]
        value: float | None = getattr(self, key.replace(".", "_"))
        return value

    def numbers(self) -> list[float]:
        """Return the numeric facts in the catalogue's order, NaN where one is not known."""
        found = (self.number(key) for key in NUMBERS)
        return [np.nan if value is None else float(value) for value in found]

    def choice(self, key: str) -> str:
        """Return a fact that is one word; ``""`` where there is none."""
        return str(getattr(self, key.replace(".", "_")) or "")


@dataclass(frozen=True, eq=False)
class FactTable:
    """The facts of ``n`` comments, by column.

    ``numbers`` has shape (n, len(NUMBERS)), NaN where a fact is not known. ``choice`` gives a
    column of words by the fact's key, ``tags`` and ``hosts`` one collection for each comment,
    ``typed`` and ``folded`` the texts; the last five are asked for only where a rule needs them.
    """

    numbers: Numbers
    choice: Callable[[str], Words]
    tags: Callable[[], Sequence[frozenset[str]]]
    hosts: Callable[[], Sequence[Sequence[str]]]
    typed: Callable[[], Sequence[str]]
    folded: Callable[[], Sequence[str]]

    def __len__(self) -> int:
        return len(self.numbers)

    def number(self, key: str) -> Numbers:
        """Return the column of a numeric fact, shape (n,)."""
        return self.numbers[:, PLACE[key]]


def table_of(facts: Sequence[Facts]) -> FactTable:
    """Return the facts of some comments as a table, in their order."""
    numbers = np.array([one.numbers() for one in facts], dtype=np.float32)
    return FactTable(
        numbers=numbers.reshape(len(facts), len(NUMBERS)),
        choice=lambda key: words([one.choice(key) for one in facts]),
        tags=lambda: [one.article_tags for one in facts],
        hosts=lambda: [one.hosts for one in facts],
        typed=lambda: [one.text for one in facts],
        folded=lambda: [one.folded.text for one in facts],
    )


def words(values: Sequence[str]) -> Words:
    """Return words as a column."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def facts_about(*, text: str, scores: Scores, **known: Any) -> Facts:
    """Gather what the rules may ask from a text, its scores, and what else is known (see Facts)."""
    return Facts(
        text=text,
        own=scores.own,
        quoted=scores.quoted,
        unscored=scores.unscored,
        language=scores.language,
        **known,
    )
