"""Readers' reports: what a reader's word weighs, and what moderators answer.

A reader's word weighs (agreed + 2) / (answered + 4): the share of their reports that moderators
agreed with, smoothed as if two of four had been agreed with before the first. Somebody new weighs
0.5, whoever was right in 7 of 9 0.69, whoever was wrong nine times 0.15. The weight moves the
urgency of what is reported (``moderation.urgency``), and nothing else.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accounts.models import User
from comments.models import Comment, Outcome, Report
from moderation import urgency
from moderation.models import ReviewItem

_AS_IF_AGREED, _AS_IF_ANSWERED = 2, 4
_RECORDS = """
WITH asked AS (
    SELECT key, key AS known FROM unnest(%s::varchar[]) AS key
    UNION
    SELECT key, 'address:' || hash FROM unnest(%s::varchar[]) AS key,
        same_address(substr(key, 9)::varchar) AS hash
    WHERE key LIKE 'address:%%'
)
SELECT asked.key, count(*) FILTER (WHERE report.outcome = 'agreed'), count(*)
FROM asked JOIN comments_report report ON report.reporter_key = asked.known
WHERE report.outcome <> '' GROUP BY asked.key
"""
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no vowels: no words by chance


@dataclass(frozen=True, slots=True)
class Record:
    """How many of a reader's reports were answered, and with how many moderators agreed."""

    agreed: int = 0
    answered: int = 0

    @property
    def weight(self) -> float:
        """What the reader's next word weighs, between 0 and 1."""
        return (self.agreed + _AS_IF_AGREED) / (self.answered + _AS_IF_ANSWERED)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a decision says to the reports about its comment; a rule has no ``moderator_id``."""

    comment_id: int
    outcome: Outcome
    moderator_id: int | None


class NotAnswered(Exception):
    """The report was answered by a decision: that stands until the decision is taken back."""


def pseudonym(reporter_key: str) -> str:
    """Return the name that a reporter has on the desk: always the same, and nobody's."""
    digest = salted_hmac("moderation.reporter", reporter_key, algorithm="sha256").digest()
    letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:3])
    return _("Reader %(code)s") % {"code": f"{letters}{digest[3] % 90 + 10}"}


def records_of(reporter_keys: Collection[str]) -> Mapping[str, Record]:
    """Return the records of these reporters, for each of them one. One query, none for nobody.

    Somebody who is known by their address keeps their record when its key changes.
    """
    found = {key: Record() for key in reporter_keys}
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_RECORDS, [list(found), list(found)])
            found |= {key: Record(agreed, answered) for key, agreed, answered in cursor.fetchall()}
    return found


def standing(reports: Sequence[Report], *, item: ReviewItem | None) -> list[Report]:
    """Return the reports that count for what waits: not answered, or agreed with since it waits."""
    return [report for report in reports if _stands(report, item)]


def weights_about(comment: Comment, *, item: ReviewItem | None = None) -> list[float]:
    """Return the weights of the reports about a comment that stand. Two queries."""
    return list(_weights(list(comment.reports.all()), item).values())


def weigh_again(comment: Comment, *, without: Report) -> bool:
    """Move what waits about a comment by a report that just came; False when nothing waits.

    Call it in the transaction that stored the report, which holds the comment.
    """
    item = ReviewItem.objects.filter(comment=comment, is_open=True).first()
    if item is None:
        return False
    now = _weights(list(comment.reports.all()), item)
    _move(item, before=[w for pk, w in now.items() if pk != without.pk], after=list(now.values()))
    return True


@transaction.atomic
def answer(*, report: Report, outcome: Outcome | None, moderator: User, at: datetime) -> Report:
    """Agree or disagree with one report, or (None) take that answer back.

    The reporter's record and the urgency of what waits follow. Raises NotAnswered for a report that
    a decision has answered.
    """
    comment = Comment.objects.select_for_update(no_key=True).get(pk=report.comment_id)
    item = ReviewItem.objects.filter(comment=comment, is_open=True).first()
    reports = list(comment.reports.all())
    report = next(known for known in reports if known.pk == report.pk)
    if report.resolved_at is not None and (item is None or report.resolved_at < item.opened_at):
        raise NotAnswered(report.pk)
    before = _weights(reports, item)
    report.outcome = outcome or ""
    report.resolved_at, report.resolved_by = (at, moderator) if outcome else (None, None)
    report.save(update_fields=["outcome", "resolved_at", "resolved_by"])
    if item is not None:
        # By the weights of before: an answer says nothing about the other reports.
        weight = records_of([report.reporter_key])[report.reporter_key].weight
        after = {pk: w for pk, w in before.items() if pk != report.pk}
        if _stands(report, item):
            after[report.pk] = before.get(report.pk, weight)
        _move(item, before=list(before.values()), after=list(after.values()))
    return report


def settle(answers: Sequence[Answer], *, at: datetime) -> None:
    """Answer whatever is not answered yet about comments that were decided. One query."""
    if not answers:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE comments_report report
            SET resolved_at = %s, outcome = answer.outcome, resolved_by_id = answer.moderator_id
            FROM unnest(%s::bigint[], %s::text[], %s::bigint[])
                AS answer(comment_id, outcome, moderator_id)
            WHERE report.comment_id = answer.comment_id AND report.resolved_at IS NULL
            """,
            [
                at,
                [answer.comment_id for answer in answers],
                [answer.outcome.value for answer in answers],
                [answer.moderator_id for answer in answers],
            ],
        )


def reopen(comment_ids: Collection[int], *, settled_at: datetime) -> None:
    """Let the reports wait again that decisions of one moment answered, which are taken back."""
    settled = Report.objects.filter(comment__in=comment_ids, resolved_at=settled_at)
    settled.update(resolved_at=None, outcome="", resolved_by=None)


def turn_down(comment: Comment) -> list[int]:
    """Disagree, after an appeal, with the reports that a removal had agreed with.

    Whoever reported it was wrong after all, and their next word weighs less. When and by whom they
    were answered stays. Returns their ids. Two queries.
    """
    agreed = Report.objects.filter(comment=comment, outcome=Outcome.AGREED)
    ids = list(agreed.values_list("pk", flat=True))
    Report.objects.filter(pk__in=ids).update(outcome=Outcome.DISAGREED)
    return ids


def agree_again(ids: Collection[int]) -> None:
    """Agree as before with reports that an appeal had turned down. One query, none for none."""
    if ids:
        Report.objects.filter(pk__in=ids, outcome=Outcome.DISAGREED).update(outcome=Outcome.AGREED)


def _stands(report: Report, item: ReviewItem | None) -> bool:
    if report.resolved_at is None:
        return True
    agreed = report.outcome == Outcome.AGREED
    return agreed and item is not None and report.resolved_at >= item.opened_at


def _weights(reports: Sequence[Report], item: ReviewItem | None) -> dict[int, float]:
    """Return what each report that stands weighs, by its primary key."""
    found = standing(reports, item=item)
    records = records_of({report.reporter_key for report in found})
    return {report.pk: records[report.reporter_key].weight for report in found}


def _move(item: ReviewItem, *, before: Sequence[float], after: Sequence[float]) -> None:
    by = urgency.of_reports(item.queue, after) - urgency.of_reports(item.queue, before)
    moved = min(max(item.urgency + by, 0), urgency.MOST)
    ReviewItem.objects.filter(pk=item.pk, is_open=True).update(urgency=moved)
