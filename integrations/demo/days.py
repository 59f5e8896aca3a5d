"""Living the demo's days again, in their order, through the doors that real comments take.

Each remark is submitted, screened by the site's classifier and rules, and decided by a demo
moderator at the time the story says. Rows that a reader's page dates are set back afterwards;
decisions and classifications, which never change, are told their time when they are made.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle

from accounts.models import User
from comments.models import Article, Author, Comment, CommentRevision, Report, SiteSettings, Status
from comments.submission import (
    Draft,
    Writer,
    edit_comment,
    report_comment,
    submit_comment,
    withdraw_comment,
)
from integrations.demo.story import Remark
from moderation.author_acts import Measures, add_note
from moderation.decisions import decide, undo
from moderation.models import Action, Decision, Policy, ReviewItem
from moderation.screening import current_classifier, screen_batch

# What was edited weeks ago is edited when it is told.
_ANY_TIME = SiteSettings(edit_minutes=365 * 24 * 60)
_NAMES = uuid.UUID("6f8d9c1e-5b0a-4b52-9a57-0d5f1a2b7c11")


@dataclass(frozen=True, slots=True)
class Staff:
    """Who moderates, and the reader who has an account."""

    reader: User
    moderators: tuple[User, ...]
    senior: User


def live_through(
    *,
    remarks: list[Remark],
    articles: dict[str, Article],
    staff: Staff,
    told: Callable[[int], None],
) -> None:
    """Play all remarks in the order of their times; ``told`` hears how many are done."""
    days = _Days(articles, staff)
    for number, remark in enumerate(sorted(remarks, key=lambda r: r.at), start=1):
        days.play(remark, delay=timedelta(minutes=3 + number * 7 % 23))
        told(number)


class _Days:
    def __init__(self, articles: dict[str, Article], staff: Staff) -> None:
        self.articles = articles
        self.staff = staff
        self.on_duty = cycle(staff.moderators)
        self.settings = SiteSettings.current()
        self.policies = {policy.slug: policy for policy in Policy.objects.all()}
        self.comments: dict[str, Comment] = {}

    def play(self, remark: Remark, *, delay: timedelta) -> None:
        """Have one remark written, screened and, unless it is left alone, decided."""
        comment = self._submit(remark)
        self.comments[remark.key] = comment
        self._screen(comment, remark.at + timedelta(seconds=2))
        if remark.then == "leave":
            return
        self._moderate(comment, remark, remark.at + delay)
        self._report(comment, remark, remark.at + delay + timedelta(minutes=12))

    def _submit(self, remark: Remark) -> Comment:
        article = self.articles[remark.article]
        parent = self.comments[remark.to] if remark.to else None
        if parent is not None:
            parent.refresh_from_db()
        comment = submit_comment(
            article=article,
            writer=self._writer(remark.by),
            draft=Draft(
                body=remark.say,
                name=remark.by,
                email=_address(remark.by),
                website=remark.website,
            ),
            submission_key=uuid.uuid5(_NAMES, f"{remark.article}/{remark.key}"),
            parent=parent,
            settings=self.settings,
        ).comment
        self._date(comment, remark.at)
        return comment

    def _writer(self, name: str) -> Writer:
        if name == self.staff.reader.name:
            return Writer(user=self.staff.reader)
        return Writer(guest_key=uuid.uuid5(_NAMES, name))

    def _date(self, comment: Comment, at: datetime) -> None:
        Comment.objects.filter(pk=comment.pk).update(submitted_at=at, status_changed_at=at)
        CommentRevision.objects.filter(pk=comment.current_revision_id).update(created_at=at)
        Author.objects.filter(pk=comment.author_id, first_seen_at__gt=at).update(first_seen_at=at)

    def _screen(self, comment: Comment, at: datetime) -> None:
        screen_batch(classifier=current_classifier(), at=at)
        comment.refresh_from_db()

    def _moderate(self, comment: Comment, remark: Remark, at: datetime) -> None:
        if remark.then == "flag":
            self._decide(comment, Action.FLAG, at, note=remark.note)
        elif remark.then in {"remove", "undo"}:
            decision = self._decide(
                comment,
                Action.REMOVE,
                at,
                policy=self.policies[remark.policy],
                note=remark.note,
                also=Measures(
                    strike="strike" in remark.also,
                    mute=timedelta(days=30) if "mute" in remark.also else None,
                ),
            )
            if remark.noted:
                about, by = comment.author, next(self.on_duty)
                add_note(author=about, by=by, text=remark.noted, at=at + timedelta(minutes=2))
            if remark.then == "undo":
                undo(decision=decision, actor=self.staff.senior, at=at + timedelta(minutes=9))
                self._approve_if_held(comment, at + timedelta(minutes=10))
        else:
            self._approve_if_held(comment, at)
        if remark.edited:
            self._edit(comment, remark, at + timedelta(minutes=4))
        if remark.then == "withdraw":
            self._withdraw(comment, remark, at + timedelta(minutes=20))

    def _approve_if_held(self, comment: Comment, at: datetime) -> None:
        comment.refresh_from_db()
        if comment.status == Status.HELD:
            self._decide(comment, Action.APPROVE, at)

    def _decide(
        self,
        comment: Comment,
        action: Action,
        at: datetime,
        policy: Policy | None = None,
        note: str = "",
        also: Measures | None = None,
    ) -> Decision:
        decision = decide(
            comment=comment,
            action=action,
            actor=next(self.on_duty),
            seen_version=comment.version,
            at=at,
            policy=policy,
            note=note,
            taken_at=at - timedelta(seconds=4 + len(comment.current_revision.body) // 30),
            also=also,
        )
        comment.refresh_from_db()
        return decision

    def _edit(self, comment: Comment, remark: Remark, at: datetime) -> None:
        revision = edit_comment(
            comment=comment,
            writer=self._writer(remark.by),
            body=remark.edited,
            seen_version=comment.version,
            settings=_ANY_TIME,
        )
        CommentRevision.objects.filter(pk=revision.pk).update(created_at=at)
        Comment.objects.filter(pk=comment.pk).update(edited_at=at)
        self._screen(comment, at + timedelta(seconds=2))
        self._approve_if_held(comment, at + timedelta(minutes=5))

    def _withdraw(self, comment: Comment, remark: Remark, at: datetime) -> None:
        withdraw_comment(
            comment=comment, writer=self._writer(remark.by), seen_version=comment.version
        )
        Comment.objects.filter(pk=comment.pk).update(withdrawn_at=at, status_changed_at=at)

    def _report(self, comment: Comment, remark: Remark, at: datetime) -> None:
        for number, (category, words) in enumerate(remark.reports, start=1):
            report, _created = report_comment(
                comment=comment,
                category=category,
                words=words,
                # The first report of each remark is the same reader's: a record comes of it.
                reporter_key=f"guest:{uuid.uuid5(_NAMES, f'reporter {number}').hex}",
            )
            when = at + timedelta(minutes=11 * number)
            Report.objects.filter(pk=report.pk).update(created_at=when)
        if remark.reports:
            ReviewItem.objects.filter(comment=comment, is_open=True).update(
                opened_at=at + timedelta(minutes=11)
            )


def _address(name: str) -> str:
    return f"{'.'.join(name.lower().split())}@example.org".encode("ascii", "ignore").decode()
