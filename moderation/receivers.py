"""What moderation does when something happens in comments, in the same transaction."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from comments.hints import tell_what_is_held
from comments.models import Article, Comment, CommentRevision, Report, Status
from comments.reasons import tell_reasons
from comments.signals import (
    comment_reported,
    comment_submitted,
    comment_withdrawn,
    discussions_read,
)
from comments.waiting import tell_wait
from moderation.hints import what_is_held
from moderation.illegal_content import answers
from moderation.models import Policy, Queue, ReviewItem, ScreeningJob
from moderation.policies import first_version
from moderation.readership import count_readers_again
from moderation.reported_enough import hold_if_reported_enough
from moderation.reports import weigh_again
from moderation.review_items import follow_article, opening_for, replace_items
from moderation.statement_words import pages_of_reasons
from moderation.waiting import expected_wait
from moderation.wakeup import wake_screening

tell_wait(estimate=expected_wait)
tell_reasons(of=pages_of_reasons)
tell_what_is_held(estimate=what_is_held)


@receiver(comment_submitted)
def queue_for_screening(
    sender: object, comment: Comment, revision: CommentRevision, **_: Any
) -> None:
    """Store the job that has the revision screened, and wake a worker once it is committed."""
    if revision.number > 1 and not _people_wait(comment):
        replace_items(closing=[comment.pk], opening={}, at=revision.created_at)
    ScreeningJob.objects.create(revision=revision)
    transaction.on_commit(wake_screening, robust=True)


def _people_wait(comment: Comment) -> bool:
    """Whether readers or a colleague asked about it: an edit is no way out of that."""
    asked = (Queue.REPORTED, Queue.ESCALATED)
    return ReviewItem.objects.filter(comment=comment, is_open=True, queue__in=asked).exists()


@receiver(comment_withdrawn)
def take_off_the_desk(sender: object, comment: Comment, **_: Any) -> None:
    """Let nobody wait for a decision about what its author took out."""
    assert comment.withdrawn_at is not None  # noqa: S101, that is what the signal says
    replace_items(closing=[comment.pk], opening={}, at=comment.withdrawn_at)
    answers.withdrawn(comment, at=comment.withdrawn_at)


@receiver(comment_reported)
def queue_for_review(sender: object, comment: Comment, report: Report, **_: Any) -> None:
    """Bring a comment that was reported before a moderator, unless it is gone already.

    One that its author edited meanwhile may be public again in a moment.
    """
    if comment.status == Status.REMOVED:
        return
    if hold_if_reported_enough(comment, report=report) or weigh_again(comment, without=report):
        return
    opening = opening_for(report, comment=comment)
    replace_items(closing=[], opening={comment.pk: opening}, at=report.created_at)


@receiver(post_save, sender=Policy)
def keep_its_first_wording(sender: object, instance: Policy, created: bool, **_: Any) -> None:
    """Let every policy have a version that statements can name, from the first moment on."""
    if created:
        first_version(instance)


@receiver(discussions_read)
def move_up_what_is_read(sender: object, article_ids: list[int], **_: Any) -> None:
    """Let what readers reported become more urgent with everybody who reads it meanwhile."""
    count_readers_again(article_ids=article_ids)


@receiver(post_save, sender=Article)
def move_with_the_article(sender: object, instance: Article, created: bool, **_: Any) -> None:
    """Hand what waits under an article to the moderators of the section that it is in now."""
    if not created:
        follow_article(instance)
