"""Questions to a senior moderator: a flag asks, the next decision of somebody else answers.

Nothing is stored twice: question and answer are decisions, each with its note. What is kept is up
to where the one who asked has read.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from moderation.models import Action, Decision, MadeBy, QuestionsRead, Queue, ReviewItem
from moderation.scope import comments_visible_to

PAGE_SIZE = 50
READY = (
    _("Is this still an opinion, or an attack on a person?"),
    _("Is what this says true, and may it stand?"),
    _("Could this break the law?"),
    _("Does the newsroom know this person or this case?"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A flag, and what came of it.

    Without an answer it waits, was taken back by the one who asked, or became pointless: the author
    changed or withdrew the comment, or the one who asked decided it.
    """

    flag: Decision
    answer: Decision | None
    is_taken_back: bool
    waits: bool
    is_new: bool  # the one who asked has not seen the answer yet


def read_up_to(user: User) -> int:
    """Return the id of the newest decision when this person last read their answers. One query."""
    read = QuestionsRead.objects.filter(moderator=user).values_list("up_to", flat=True).first()
    return read or 0


def unseen(user: User) -> int:
    """Count the answers that this person has not seen. One query, by an index of flags alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM moderation_decision flag
            WHERE flag.actor_id = %(user)s AND flag.action = 'flag' AND NOT EXISTS (
                SELECT FROM moderation_decision back
                WHERE back.comment_id = flag.comment_id AND back.supersedes_id = flag.id
                    AND back.action = 'undo' AND back.actor_id = %(user)s)
            AND EXISTS (
                SELECT FROM moderation_decision answer
                WHERE answer.comment_id = flag.comment_id AND answer.version > flag.version
                    AND answer.made_by = 'moderator' AND answer.actor_id <> %(user)s
                    AND answer.id > coalesce((SELECT up_to FROM moderation_questionsread
                                              WHERE moderator_id = %(user)s), 0))
            """,
            {"user": user.pk},
        )
        (number,) = cursor.fetchone()
    return int(number)


def questions_of(user: User, *, before: int | None = None) -> Sequence[Question]:
    """Return this person's questions, newest first, at most PAGE_SIZE. Three queries."""
    answers = Decision.objects.filter(
        comment=OuterRef("comment"), version__gt=OuterRef("version"), made_by=MadeBy.MODERATOR
    ).exclude(actor=user)
    taken_back = Decision.objects.filter(
        comment=OuterRef("comment"), supersedes=OuterRef("pk"), action=Action.UNDO, actor=user
    )
    waiting = ReviewItem.objects.filter(
        comment=OuterRef("comment"), is_open=True, queue=Queue.ESCALATED
    )
    flags = Decision.objects.filter(
        comment__in=comments_visible_to(user), actor=user, action=Action.FLAG
    )
    if before is not None:
        flags = flags.filter(id__lt=before)
    flags = flags.select_related("comment__article", "revision").annotate(
        taken_back=Exists(taken_back),
        waits=Exists(waiting),
        answered_by=Subquery(answers.order_by("-id").values("id")[:1]),
    )
    asked = list(flags.order_by("-id")[:PAGE_SIZE])
    found = Decision.objects.select_related("actor", "policy", "rule_set").in_bulk(
        [number for flag in asked if (number := _answer_to(flag))]
    )
    seen = read_up_to(user)
    return [
        Question(
            flag=flag,
            answer=found.get(_answer_to(flag)),
            is_taken_back=vars(flag)["taken_back"],
            waits=vars(flag)["waits"],
            is_new=_answer_to(flag) > seen,
        )
        for flag in asked
    ]


def _answer_to(flag: Decision) -> int:
    """The id of the decision that answers a flag of ``questions_of``, or 0."""
    told = vars(flag)
    return 0 if told["taken_back"] else told["answered_by"] or 0


def mark_read(user: User) -> None:
    """Keep that this person has seen every answer there is. Two queries."""
    newest = Decision.objects.order_by("-id").values_list("id", flat=True).first() or 0
    QuestionsRead.objects.update_or_create(moderator=user, defaults={"up_to": newest})
