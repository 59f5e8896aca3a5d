"""Learning from what moderators decided: which decisions count, and the run that learns.

Only people's decisions count: a rule's would teach the model itself, an import's somebody else's
rules. Of each text the last word counts, if it is an approval or a removal that nobody took back.
An approval says "no" to every label; a removal says "yes" to the labels of its policy and nothing
of the others.

The version in use is judged again by each run: what it no longer makes better it no longer
corrects, and one that makes nothing better, or has too few decisions behind it, is taken out.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import structlog
from django.db import Error, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from classifier import fitting
from classifier.base import Classifier, Label, Scores, Text
from classifier.fitting import (
    APPROVED,
    REMOVED,
    SAYS_NOTHING,
    Finding,
    Fitted,
    Outcome,
    fit_head,
)
from classifier.head import LABELS, Features, Head, Teachable
from classifier.thresholds import BadThresholds, proposed_thresholds
from comments.models import Comment, CommentRevision
from moderation import screening, strips
from moderation.article_words import article_words
from moderation.decisions import database_now
from moderation.heads import take_out, use_new, worn_by
from moderation.jobs import readers_backlog
from moderation.models import Action, Decision, HeadSwitch, LearnedHead, MadeBy

log = structlog.get_logger(__name__)

MOST_DECISIONS = 20_000  # the newest
MOST_RECENT = 2_000  # comments in the sample on which old and new are compared
CHUNK = 32  # texts between two looks at who waits
MOVED_SHOWN = 5  # comments whose score rose most, and as many whose score fell most
LEAST_MOVED = 0.01
PATIENCE_SECONDS = 900.0  # of waiting for readers, in a whole run
GLANCE_SECONDS = 0.2
LOCK = 0x6F72_6473  # PostgreSQL's advisory lock: one run at a time, on whatever machine

Tell = Callable[[int, int], None]  # texts read since the last time, texts to read in all


class Became(StrEnum):
    """What a run did with the version that was in use."""

    STAYS = "stays"  # nothing new is better, and it still is
    REPLACED = "replaced"
    TAKEN_OUT = "taken_out"


@dataclass(frozen=True, slots=True)
class Judged:
    """What a run found of the version that was in use, for each label that it corrects."""

    name: str
    became: Became
    findings: Mapping[Label, Finding]

    @classmethod
    def in_figures(cls, figures: Mapping[str, Any]) -> "Judged | None":
        """Read it from a version's figures; None where none was in use."""
        stored = figures.get("in_use")
        if stored is None:
            return None
        return cls(
            name=stored["name"],
            became=Became(stored["became"]),
            findings={
                Label(label): Finding(**entry | {"outcome": Outcome(entry["outcome"])})
                for label, entry in stored["labels"].items()
            },
        )

    def to_json(self) -> dict[str, Any]:
        """Return what ``in_figures`` reads."""
        return {
            "name": self.name,
            "became": self.became.value,
            "labels": {label.value: asdict(found) for label, found in self.findings.items()},
        }


class NotLearned(Exception):
    """There is no new version, and nothing is broken; the message says why, in words."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many decisions speak of a label, and how many of them are removals."""

    decisions: int
    removed: int

    @property
    def missing(self) -> int:
        """How many decisions it takes until the label can be learned."""
        return max(0, fitting.FEWEST_DECISIONS - self.decisions)

    @property
    def missing_of_a_side(self) -> int:
        """How many removals, or approvals, it takes."""
        side = min(self.removed, self.decisions - self.removed)
        return max(0, fitting.FEWEST_OF_A_SIDE - side)

    @property
    def is_enough(self) -> bool:
        """Whether a fit can be tried."""
        return not self.missing and not self.missing_of_a_side


@dataclass(frozen=True, slots=True)
class _Lesson:
    """What a person decided about a text."""

    revision_id: int
    removed: bool
    labels: tuple[str, ...]  # of the policy of a removal


def settled_decisions() -> QuerySet[Decision]:
    """Return the decisions that count, newest first.

    What was decided in bulk was not read text by text, and by score it is the model's own word:
    the model must not learn from that.
    """
    later = Decision.objects.filter(
        comment=OuterRef("comment"), version__gt=OuterRef("version"), revision=OuterRef("revision")
    )
    return (
        Decision.objects.filter(
            ~Exists(later),
            made_by=MadeBy.MODERATOR,
            action__in=(Action.APPROVE, Action.REMOVE),
            batch=None,
        )
        .select_related(None)
        .order_by("-id")
    )


def tallies() -> dict[Label, Tally]:
    """Count what there is to learn from, by label. One query."""
    return _tallies(_lessons())


def learn(*, tell: Tell = lambda _more, _total: None) -> LearnedHead:
    """Learn from the decisions so far, store the version, and use it if it is better.

    One that is in use is judged again, and taken out if it is better no longer.
    Runs where the model is loaded, for minutes, in bounded memory; readers' comments go first.
    Raises NotLearned.
    """
    base = screening.base_classifier()
    if not isinstance(base, Teachable):
        raise NotLearned(_("This model cannot learn."))
    with _alone():
        lessons, newest, worn = _lessons(), _newest_decision_of_people(), worn_by(base)
        if newest is None or not any(tally.is_enough for tally in _tallies(lessons).values()):
            if worn is not None and take_out(worn, why=HeadSwitch.Why.TOO_FEW):
                raise NotLearned(
                    _("Too few decisions are left: %(name)s is taken out.") % {"name": worn.name}
                )
            raise NotLearned(_("There are too few decisions to learn from yet."))
        if LearnedHead.objects.filter(base=base.version, newest_decision=newest).exists():
            raise NotLearned(_("Nothing was decided since the last time."))
        head = _Run(base, worn, tell).learn(lessons, newest)
    log.info("learned", head=head.name, base=head.base, good=head.is_good)
    return head


class _Run:
    """One run of learning."""

    def __init__(self, base: Teachable, worn: LearnedHead | None, tell: Tell) -> None:
        self.base = base
        self.worn = worn
        self.tell = tell
        self.total = 0
        self.patience = PATIENCE_SECONDS

    def learn(self, lessons: Sequence[_Lesson], newest: Decision) -> LearnedHead:
        recent = _recent_revisions()
        # The sample is read three times: for the fit, by the base, and by the new version.
        self.total = len(lessons) + 3 * len(recent)
        features = self._features([lesson.revision_id for lesson in lessons])
        sample = self._features(recent)
        before = self._scores(self.base, recent)
        worn = Head.from_json(self.worn.document) if self.worn is not None else None
        fitted = fit_head(
            features=features,
            verdicts=_verdicts(lessons),
            recent=sample,
            held=_held(before),
            worn=worn,
            breathe=self._let_readers_pass,
        )
        stays = worn is not None and fitted.head.name == worn.name
        is_good = fitted.is_worth_using and not stays
        new, findings, after = Head.none(inputs=fitted.head.inputs), fitted.tried, before
        if is_good:
            new, findings = fitted.head, fitted.findings
            after = self._scores(self.base.with_head(new), recent)
        figures = _figures(findings, recent, before, after)
        if self.worn is not None:
            became = Became.STAYS if stays else Became.REPLACED if is_good else Became.TAKEN_OUT
            figures["in_use"] = Judged(self.worn.name, became, fitted.worn).to_json()
        with transaction.atomic():
            head = LearnedHead.objects.create(
                name=new.name,
                base=self.base.version,
                document=new.to_json(),
                is_good=is_good,
                figures=figures,
                decisions=int(features.scored.sum()),
                newest_decision=newest,
                fitted_at=database_now(),
            )
            if is_good:
                use_new(head)
            elif self.worn is not None and not stays:
                take_out(self.worn, why=_why_out(fitted))
        return head

    def _features(self, revision_ids: Sequence[int]) -> Features:
        parts = [self.base.features(texts) for texts in self._texts(revision_ids)]
        return Features.joined(parts)

    def _scores(self, classifier: Classifier, revision_ids: Sequence[int]) -> list[Scores]:
        return [s for texts in self._texts(revision_ids) for s in classifier.score(texts)]

    def _texts(self, revision_ids: Sequence[int]) -> Iterator[list[Text]]:
        """Yield the texts in small pieces, in the order given, when nobody waits."""
        for begin in range(0, len(revision_ids), CHUNK):
            self._let_readers_pass()
            asked = revision_ids[begin : begin + CHUNK]
            found = _read(asked)
            yield [found[revision_id] for revision_id in asked]
            self.tell(len(asked), self.total)

    def _let_readers_pass(self) -> None:
        """Screen what readers wait for: this may be the only process that can."""
        began = time.monotonic()
        while readers_backlog(most=1)[0]:
            if time.monotonic() - began > self.patience:
                raise NotLearned(_("Readers' comments went first all the time. Try again later."))
            if not _screened_any():
                time.sleep(GLANCE_SECONDS)  # another process has them in hand
        self.patience -= time.monotonic() - began


def _why_out(fitted: Fitted) -> HeadSwitch.Why:
    judged = {finding.outcome for finding in fitted.worn.values()}
    is_judged = Outcome.NOT_BETTER in judged
    return HeadSwitch.Why.NOT_BETTER if is_judged else HeadSwitch.Why.TOO_FEW


def _screened_any() -> bool:
    try:
        return screening.screen_batch() > 0
    except Error:
        raise
    except Exception:  # noqa: BLE001, screen_batch has logged it and given the jobs back
        return False


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of learning; a process that dies lets go of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise NotLearned(_("Another process is learning at this moment."))
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _newest_decision_of_people() -> Decision | None:
    # An undoing counts as news: it takes a lesson away.
    return Decision.objects.filter(made_by=MadeBy.MODERATOR).order_by("-id").first()


def _lessons() -> list[_Lesson]:
    """Return what can be learned from, oldest first. One query."""
    # A text that was emptied since teaches nothing.
    rows = (
        settled_decisions()
        .exclude(revision__body="")
        .values_list("revision_id", "action", "policy__labels")
    )
    lessons = [
        _Lesson(revision_id, action == Action.REMOVE, tuple(labels or ()))
        for revision_id, action, labels in rows[:MOST_DECISIONS]
    ]
    return [one for one in reversed(lessons) if one.labels or not one.removed]


def _verdicts(lessons: Sequence[_Lesson]) -> fitting.Verdicts:
    verdicts = np.full((len(lessons), len(LABELS)), SAYS_NOTHING, dtype=np.int8)
    for row, lesson in zip(verdicts, lessons, strict=True):
        if lesson.removed:
            row[[label in lesson.labels for label in LABELS]] = REMOVED
        else:
            row[:] = APPROVED
    return verdicts


def _tallies(lessons: Sequence[_Lesson]) -> dict[Label, Tally]:
    verdicts = _verdicts(lessons)
    known, removed = (verdicts != SAYS_NOTHING).sum(axis=0), (verdicts == REMOVED).sum(axis=0)
    return {
        label: Tally(decisions=int(known[row]), removed=int(removed[row]))
        for row, label in enumerate(LABELS)
    }


def _recent_revisions() -> list[int]:
    """Return the latest comments, whatever became of them: what is held is no fair sample."""
    found = Comment.objects.order_by("-submitted_at").values_list("current_revision_id", flat=True)
    return list(found[:MOST_RECENT])


def _read(revision_ids: Sequence[int]) -> dict[int, Text]:
    rows = CommentRevision.objects.filter(id__in=revision_ids).values_list(
        "id",
        "body",
        "comment__parent__current_revision__body",
        "comment__article_id",
        "comment__article__title",
    )
    articles = article_words({article for _pk, _body, _parent, article, _title in rows})
    return {
        pk: Text(body=body, parent=parent or "", article_title=title, article=articles[article])
        for pk, body, parent, article, title in rows
    }


def _hold_thresholds() -> Mapping[Label, float]:
    """Return from where on each label holds a comment: by the live rules, or as proposed."""
    live = {label: ticks[0].threshold for label, ticks in strips.thresholds().items()}
    if all(label.value in live for label in LABELS):
        return {label: live[label.value] for label in LABELS}
    try:
        proposed = proposed_thresholds()
    except BadThresholds as error:
        raise NotLearned(
            _("The thresholds of the model are missing or damaged. Install it again.")
        ) from error
    return {label: live.get(label.value, proposed[label].hold) for label in LABELS}


def _held(scores: Sequence[Scores]) -> dict[Label, int]:
    thresholds = _hold_thresholds()
    return {
        label: sum(score.own.get(label, 0.0) >= thresholds[label] for score in scores)
        for label in LABELS
    }


def _figures(
    findings: Mapping[Label, Finding],
    recent: Sequence[int],
    before: Sequence[Scores],
    after: Sequence[Scores],
) -> dict[str, Any]:
    """Return ``{"labels": {label: finding}, "recent": n, "moved": [...]}`` for the page.

    Where a version was in use, what ``Judged`` reads stands beside it, as ``in_use``.
    A finding has the fields of ``classifier.fitting.Finding`` and how many of the recent comments
    are ``held`` by the base and by the new version.
    """
    held_before, held_after = _held(before), _held(after)
    return {
        "labels": {
            label.value: {**asdict(finding), "held": [held_before[label], held_after[label]]}
            for label, finding in findings.items()
        },
        "recent": len(recent),
        "moved": _moved(findings, recent, before, after),
    }


def _moved(
    findings: Mapping[Label, Finding],
    recent: Sequence[int],
    before: Sequence[Scores],
    after: Sequence[Scores],
) -> list[dict[str, Any]]:
    """Return the recent comments whose scores rose most, then those whose scores fell most."""
    better = {Outcome.USED, Outcome.KEPT}
    used = [label for label, found in findings.items() if found.outcome in better]
    moves = []
    for revision_id, old, new in zip(recent, before, after, strict=True):
        if not used or not old.own or not new.own:
            continue
        label = max(used, key=lambda one: abs(new.own[one] - old.own[one]))
        moves.append((new.own[label] - old.own[label], revision_id, label, old.own[label]))
    moves.sort(reverse=True)
    shown = [m for m in moves[:MOVED_SHOWN] if m[0] >= LEAST_MOVED]
    shown += [m for m in moves[: -MOVED_SHOWN - 1 : -1] if m[0] <= -LEAST_MOVED]
    return [
        {
            "revision": revision_id,
            "label": label.value,
            "before": round(was, 4),
            "after": round(was + change, 4),
        }
        for change, revision_id, label, was in shown
    ]
