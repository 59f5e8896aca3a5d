"""Where rules that were tried and people went different ways: all of them, a page or a file.

A trial keeps the decisions alone. What the rules say of each is asked of the stored facts when it
is read: facts and rules are those of the trial, so the answer is that of then. Only what an article
is called or tagged may be another since.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import connection
from django.db.models import F, Max
from django.http import Http404

from accounts.models import User
from classifier.base import Label
from comments.models import Comment, CommentRevision
from moderation.models import Decision, Surprise, Trial, TrialSurprises
from moderation.rulebook.stored import table_of_revisions
from moderation.rulebook.trial_results import NO_LABEL, strongest_labels
from moderation.rulebook.trial_rules import evaluated
from moderation.rules.evaluation import Evaluation, RuleAction
from moderation.rules.language import settled
from moderation.selectors.trials import decisions_to_read

SAMPLE = 5  # of each kind, at the top of the page
SPARE = 4  # times as many are drawn: some may be withdrawn by now
PAGE_SIZE = 25
OF_A_FILE = 500  # read at a time

BECOMES = {Surprise.REMOVES: RuleAction.REMOVE, Surprise.PUBLISHES: RuleAction.PUBLISH}
_LABELS = (*(label.value for label in Label), NO_LABEL)

_DRAWN = """
SELECT drawn.place, kept.decisions[drawn.place - kept.first + 1]
FROM unnest(%s::int[]) AS drawn(place) JOIN moderation_trialsurprises kept
    ON kept.trial_id = %s AND kept.kind = %s
    AND drawn.place >= kept.first AND drawn.place < kept.first + cardinality(kept.decisions)
"""

Places = Sequence[tuple[int, int]]  # (place, decision)


@dataclass(frozen=True, slots=True)
class Finding:
    """One text about which people had decided otherwise than the rules that were tried.

    ``place`` is its number among those of its kind, the oldest 0. ``before`` and ``before_why`` are
    what the version says that was live. ``is_so_still``: the rules that were tried say the same
    today. ``label`` and ``score`` are the strongest of the author's own words.
    """

    kind: Surprise
    place: int
    decision: Decision
    before: RuleAction
    before_why: str
    is_so_still: bool
    why: str
    label: str
    score: float | None

    @property
    def comment(self) -> Comment:
        """The comment that was decided about."""
        return self.decision.comment

    @property
    def revision(self) -> CommentRevision:
        """The text that was decided about."""
        return self.decision.revision

    @property
    def revision_id(self) -> int:
        """The id of that text."""
        return self.decision.revision_id


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """Findings of one kind, the newest texts first; ``next`` is where the following page begins."""

    findings: Sequence[Finding]
    next: int | None


def number_kept(trial: Trial, kind: Surprise) -> int:
    """Count the surprises that can be read, if nothing was withdrawn. One query."""
    ends = F("first") + F("decisions__len")
    kept = TrialSurprises.objects.filter(trial=trial, kind=kind)
    return kept.aggregate(number=Max(ends))["number"] or 0


def sample_of(trial: Trial, kind: Surprise, *, user: User) -> list[Finding]:
    """Return up to SAMPLE findings drawn at random, the same each time."""
    number = number_kept(trial, kind)
    chance = random.Random(f"{trial.public_id} {kind}")  # noqa: S311, nothing is secret
    places = chance.sample(range(number), min(number, SAMPLE * SPARE))
    with connection.cursor() as cursor:
        cursor.execute(_DRAWN, [places, trial.pk, kind.value])
        drawn = dict(cursor.fetchall())
    found = [(place, drawn[place]) for place in places if place in drawn]
    return _read(trial, kind, found, user=user)[:SAMPLE]


def findings_page(
    trial: Trial, kind: Surprise, *, user: User, before: int | None = None
) -> FindingsPage:
    """Return a page of findings, of places below ``before``."""
    found = _findings(trial, kind, user=user, before=before, at_a_time=PAGE_SIZE + 1)
    rows = list(islice(found, PAGE_SIZE + 1))
    more = rows[PAGE_SIZE - 1].place if len(rows) > PAGE_SIZE else None
    return FindingsPage(rows[:PAGE_SIZE], more)


def all_findings(trial: Trial, kind: Surprise, *, user: User) -> Iterator[Finding]:
    """Return every finding of a kind, one by one, the newest texts first."""
    return _findings(trial, kind, user=user, before=None, at_a_time=OF_A_FILE)


def finding_for(*, user: User, trial: Trial, decision_id: int) -> Finding:
    """Return the finding about a decision that a trial goes against. Raises Http404."""
    kept = TrialSurprises.objects.filter(
        trial=trial,
        lowest__lte=decision_id,
        highest__gte=decision_id,
        decisions__contains=[decision_id],
    ).first()
    if kept is None:
        raise Http404
    place = kept.first + kept.decisions.index(decision_id)
    found = _read(trial, Surprise(kept.kind), [(place, decision_id)], user=user)
    if not found:
        raise Http404
    return found[0]


def _findings(
    trial: Trial, kind: Surprise, *, user: User, before: int | None, at_a_time: int
) -> Iterator[Finding]:
    kept = _places(trial, kind, before)
    while places := list(islice(kept, at_a_time)):
        yield from _read(trial, kind, places, user=user)


def _places(trial: Trial, kind: Surprise, before: int | None) -> Iterator[tuple[int, int]]:
    """Yield what is kept, the last first. One query for each chunk of the trial."""
    kept = TrialSurprises.objects.filter(trial=trial, kind=kind).order_by("-first")
    while True:
        row = (kept if before is None else kept.filter(first__lt=before)).first()
        if row is None:
            return
        end = len(row.decisions) if before is None else before - row.first
        for place, decision in reversed(list(enumerate(row.decisions[:end], row.first))):
            if decision:
                yield place, decision
        before = row.first


def _read(trial: Trial, kind: Surprise, places: Places, *, user: User) -> list[Finding]:
    """Return what this person may read of some findings, in their order.

    A text that was emptied has no facts any more, and nothing to be read.
    """
    ids = [decision for _place, decision in places]
    decisions = decisions_to_read(user).in_bulk(ids)
    chunk = table_of_revisions([one.revision_id for one in decisions.values()])
    if chunk is None:
        return []
    tried, live = evaluated(trial, chunk.table)
    labels, scores = strongest_labels(chunk.table)
    rows = {revision: row for row, revision in enumerate(chunk.revision_ids.tolist())}
    found = []
    with settled():
        for place, pk in places:
            decision = decisions.get(pk)
            row = None if decision is None else rows.get(decision.revision_id)
            if decision is None or row is None:
                continue
            found.append(
                Finding(
                    kind=kind,
                    place=place,
                    decision=decision,
                    before=live.action(row),
                    before_why=_told(live, row),
                    is_so_still=tried.action(row) is BECOMES[kind],
                    why=_told(tried, row),
                    label=_LABELS[labels[row]],
                    score=round(float(scores[row]), 4) if scores[row] >= 0 else None,
                )
            )
    return found


def _told(evaluation: Evaluation, row: int) -> str:
    """Say which rule decides and why, without the reasons of all others that hold."""
    rule = evaluation.rule(row)
    return f"{rule.name}: {evaluation.why(row)}" if rule else ""
