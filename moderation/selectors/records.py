"""What was decided: by whom, about which comment, about whose."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models.functions import Left
from django.http import Http404

from accounts.models import MODERATING, User
from comments.models import Author, Comment, CommentRevision, Report
from moderation.models import Action, Appeal, Classification, Decision, MadeBy, Policy, ReviewItem
from moderation.scope import comments_visible_to, decisions_visible_to, sections_of
from moderation.selectors.focus import ON_APPEAL, decisions_about
from moderation.selectors.queues import EXCERPT_LENGTH, PAGE_SIZE

# Only people flag and take back, so these are looked for among people's decisions.
MADE_BY_PEOPLE = frozenset({Action.FLAG, Action.UNDO})


@dataclass(frozen=True, slots=True)
class DecidedFilters:
    """Which decisions. Empty means any."""

    action: str = ""
    made_by: str = ""
    moderator_id: int | None = None


@dataclass(frozen=True, slots=True)
class DecidedPage:
    """Decisions, newest first; the page after this one begins under ``next_before`` (an id)."""

    decisions: Sequence[Decision]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class AuthorRecord:
    """An author's comments, newest first, each with the last decision about it."""

    author: Author
    comments: list[Comment]
    next_before: int | None
    decisions: Mapping[int, Decision] = field(default_factory=dict)  # by comment id


@dataclass(frozen=True, slots=True)
class CommentRecord:
    """Everything that ever happened to a comment, each list from the beginning."""

    comment: Comment
    revisions: list[CommentRevision]
    classifications: list[Classification]
    decisions: list[Decision]
    reports: list[Report]
    appeals: list[Appeal]
    item: ReviewItem | None

    @property
    def newest(self) -> Mapping[int, Classification]:
        """What a model said last, by revision."""
        return {scored.revision_id: scored for scored in self.classifications}

    def rested_on(self, decision: Decision) -> Classification | None:
        """What a decision was made by, where the same text was scored again since."""
        newest = self.newest.get(decision.revision_id)
        if newest is None or decision.classification_id in (None, newest.pk):
            return None
        return next(c for c in self.classifications if c.pk == decision.classification_id)


def comment_for(*, user: User, public_id: uuid.UUID) -> Comment:
    """Return one comment. Raises Http404."""
    comment = comments_visible_to(user).filter(public_id=public_id).first()
    if comment is None:
        raise Http404
    return comment


def decision_for(*, user: User, public_id: uuid.UUID) -> Decision:
    """Return one decision with its comment. Raises Http404."""
    decision = (
        decisions_visible_to(user)
        .filter(public_id=public_id)
        .select_related("comment", "actor", "policy", "rule_set", ON_APPEAL)
        .first()
    )
    if decision is None:
        raise Http404
    return decision


def decided_page(
    *, user: User, filters: DecidedFilters, before: int | None = None, size: int = PAGE_SIZE
) -> DecidedPage:
    """Return decisions with comment, article, who and what they name. One query."""
    found = decisions_visible_to(user)
    made_by = MadeBy.MODERATOR if filters.action in MADE_BY_PEOPLE else filters.made_by
    if filters.moderator_id is not None:
        found = found.filter(actor=filters.moderator_id)
    if made_by:
        found = found.filter(made_by=made_by)
    if filters.action:
        found = found.filter(action=filters.action)
    if before is not None:
        found = found.filter(id__lt=before)
    decisions = list(
        found.select_related(
            *("comment__article", "comment__author", "actor", "policy", "rule_set", "batch"),
            ON_APPEAL,
        )
        .annotate(excerpt=Left("revision__body", EXCERPT_LENGTH))
        .order_by("-id")[: size + 1]
    )
    more = len(decisions) > size
    return DecidedPage(
        decisions=decisions[:size], next_before=decisions[size - 1].pk if more else None
    )


def last_decision_of(moderator: User) -> Decision | None:
    """Return what this person decided last by hand: a batch is taken back as one. One query."""
    return (
        decisions_visible_to(moderator)
        .filter(actor=moderator, batch=None)
        .select_related("comment", "actor", "policy", "rule_set", ON_APPEAL)
        .order_by("-id")
        .first()
    )


def last_decision_about(comment: Comment) -> Decision | None:
    """Return the last word on a comment. One query."""
    return decisions_about(comment).first()


def last_decisions_about(comments: Sequence[Comment]) -> dict[int, Decision]:
    """Return the last word on each of these comments, by comment id. One query."""
    newest = (
        Decision.objects.filter(comment__in=comments)
        .select_related("actor", "policy", "rule_set", ON_APPEAL)
        .order_by("comment_id", "-id")
        .distinct("comment_id")
    )
    return {decision.comment_id: decision for decision in newest}


def author_record(
    *, user: User, author: Author, before: int | None = None, size: int = PAGE_SIZE
) -> AuthorRecord:
    """Return an author's comments that this person may open, whatever their status. Two queries."""
    found = comments_visible_to(user).filter(author=author)
    if sections_of(user) is not None and not found.exists():
        raise Http404
    if before is not None:
        found = found.filter(id__lt=before)
    found = found.select_related("article", "current_revision", "parent__current_revision")
    comments = list(found.order_by("-id")[: size + 1])
    more, comments = len(comments) > size, comments[:size]
    return AuthorRecord(
        author=author,
        comments=comments,
        next_before=comments[-1].pk if more else None,
        decisions=last_decisions_about(comments),
    )


def comment_record(*, user: User, public_id: uuid.UUID) -> CommentRecord:
    """Return the whole history of a comment. Ten queries at most. Raises Http404."""
    comment = (
        comments_visible_to(user)
        .select_related(
            "author", "article__section", "current_revision", "parent__current_revision"
        )
        .filter(public_id=public_id)
        .first()
    )
    if comment is None:
        raise Http404
    item = open_item(comment)
    scored = Classification.objects.filter(revision__comment=comment).order_by("id")
    return CommentRecord(
        comment=comment,
        revisions=list(comment.revisions.order_by("number")),
        classifications=[] if item is not None and item.is_blind else list(scored),
        decisions=_with_comment(
            comment, list(decisions_about(comment).select_related("audit").reverse())
        ),
        reports=list(comment.reports.order_by("id")),
        appeals=list(
            Appeal.objects.filter(decision__comment=comment)
            .select_related("decided_by", "decision", "restoring", "act")
            .prefetch_related("taken_back__decided_by", "taken_back__by")
        ),
        item=item,
    )


def author_changed_since(comment: Comment, *, version: int) -> bool:
    """Whether the author edited or withdrew the comment since that version. One query.

    Every move raises the version by one; those without a decision are the author's.
    """
    moves = comment.version - version
    decisions = Decision.objects.filter(comment=comment, version__gt=version).count()
    return moves > decisions


def open_item(comment: Comment) -> ReviewItem | None:
    """Return what waits for a person about this comment, if anything does. One query."""
    found = ReviewItem.objects.filter(comment=comment, is_open=True)
    return found.select_related("claimed_by").first()


def policies() -> list[Policy]:
    """Return the policies in use, in the order of their keys. One query."""
    return list(Policy.objects.filter(is_active=True))


def moderators() -> list[User]:
    """Return who works on the desk. One query."""
    return list(User.objects.filter(role__in=MODERATING).order_by("name"))


def _with_comment(comment: Comment, decisions: list[Decision]) -> list[Decision]:
    for decision in decisions:
        decision.comment = comment
    return decisions
