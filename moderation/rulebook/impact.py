"""What a rule set would have done in the last days, on the facts that are stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Sum
from django.db.models.functions import Length
from numpy.typing import NDArray

from moderation.models import CommentFacts, WordList
from moderation.punctuation import decimal
from moderation.rescoring import Period
from moderation.rulebook.stored import tables
from moderation.rules.asked import Asked
from moderation.rules.conditions import InWordList
from moderation.rules.documents import conditions_of, lists_of
from moderation.rules.evaluation import ACTIONS, Rule, RuleSet, evaluate_asked
from moderation.rules.word_lists import Lists

DAYS = 7
MOST_COMMENTS = 20_000  # the newest of them
MOST_WHILE_WRITING = 2_000
LONGEST_LISTS = 200_000  # characters


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of some comments."""

    published: int = 0
    held: int = 0
    removed: int = 0

    @property
    def total(self) -> int:
        """How many there were."""
        return self.published + self.held + self.removed

    @property
    def shares(self) -> list[tuple[int, str]]:
        """Return each number with its share in percent."""
        total = self.total or 1
        numbers = (self.published, self.held, self.removed)
        return [(number, decimal(f"{100 * number / total:.1f}")) for number in numbers]

    @property
    def stopped_share(self) -> float:
        """The share that is not published, 0..1."""
        return (self.held + self.removed) / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Impact:
    """The live version and the draft on the same comments.

    ``held`` says by the key of a rule of the draft for how many it holds; ``moves`` how many went
    from one action to another.
    """

    live: Outcome = Outcome()
    draft: Outcome = Outcome()
    held: Mapping[str, int] = field(default_factory=dict)
    moves: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def comments(self) -> int:
        """How many comments were asked."""
        return self.draft.total

    def share_of(self, key: str) -> float:
        """Return the share of comments for which a rule holds, 0..1."""
        return self.held.get(key, 0) / self.comments if self.comments else 0.0


@dataclass(frozen=True, slots=True)
class Reach:
    """For how many of some comments a rule holds."""

    held: int
    of: int

    @property
    def percent(self) -> str:
        """The share, with one decimal."""
        return decimal(f"{100 * self.held / self.of:.1f}")


def impact_of(*, live: RuleSet, draft: RuleSet, at: datetime) -> Impact:
    """Evaluate both on the newest stored comments of the last days."""
    # The others are ready to look for in this process, however long they are.
    changed = draft.lists.without(live.lists)
    counts = np.zeros((len(ACTIONS), len(ACTIONS)), dtype=np.int64)
    held = np.zeros(len(draft.rules), dtype=np.int64)
    for chunk in tables(period=_newest(MOST_COMMENTS, at=at)):
        was = Asked(chunk.table, live.lists)
        now = Asked(chunk.table, draft.lists, beside=was, changed=changed)
        before, after = evaluate_asked(live, was), evaluate_asked(draft, now)
        np.add.at(counts, (before.strictness, after.strictness), 1)
        held += after.held[: len(draft.rules)].sum(axis=1)
    return Impact(
        live=_outcome(counts.sum(axis=1)),
        draft=_outcome(counts.sum(axis=0)),
        held={rule.key: int(n) for rule, n in zip(draft.rules, held, strict=True)},
        moves={
            (old.value, new.value): int(counts[i, j])
            for i, old in enumerate(ACTIONS)
            for j, new in enumerate(ACTIONS)
            if i != j and counts[i, j]
        },
    )


def reach_of(rule: Rule, *, at: datetime) -> Reach | None:
    """Count for how many of the newest comments a rule holds, whatever stands beside it.

    None where nothing is stored, or where the lists that it asks are too long to be read with
    every letter that is typed.
    """
    rows = WordList.objects.filter(key__in=lists_of(rule))
    length = rows.aggregate(all=Sum(Length("entries")))["all"] or 0
    if length > LONGEST_LISTS:
        return None
    entries = {row.key: row.words() for row in rows}
    if set(lists_of(rule)) - entries.keys():
        return None
    words = {c.key for c in conditions_of(rule) if isinstance(c, InWordList)}
    lists = Lists(entries, words=words)
    held = asked = 0
    for chunk in tables(period=_newest(MOST_WHILE_WRITING, at=at)):
        held += int(rule.holds(Asked(chunk.table, lists)).sum())
        asked += len(chunk)
    return Reach(held, asked) if asked else None


def _newest(most: int, *, at: datetime) -> Period:
    """Return the time in which the newest comments of the last days were written."""
    since = at - timedelta(days=DAYS)
    newest = CommentFacts.objects.filter(written_at__gte=since).order_by("-written_at")
    oldest = newest.values_list("written_at", flat=True)[most - 1 : most].first()
    return Period(start=oldest or since, end=at + timedelta(days=1), section_id=None)


def _outcome(counts: NDArray[np.int64]) -> Outcome:
    published, held, removed = (int(n) for n in counts)
    return Outcome(published, held, removed)
