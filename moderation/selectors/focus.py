"""The comment in hand, with everything that is needed to judge it on one screen."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from comments.models import Comment, CommentRevision, Report
from moderation.models import (
    Action,
    Classification,
    CloserLook,
    Decision,
    IllegalContentNotice,
    MadeBy,
    Queue,
    ReviewItem,
)
from moderation.near_duplicates import NONE_ALIKE, Alike, alike
from moderation.reports import Record, records_of, standing
from moderation.scope import comments_visible_to
from moderation.selectors.branch import Branch, branch_above

SHOWN_DECISIONS = 20
SHOWN_REPORTS = 20
SHOWN_COMMENTS = 5  # of the same author
SHOWN_VERSIONS = 5  # of the text, before the one that stands now


@dataclass(frozen=True, slots=True)
class Focus:
    """One comment and its surroundings. ``item`` is None where it waits for nobody.

    ``comment`` carries author, article with section, and the parent with its text; ``decisions``,
    ``versions`` (earlier ones) and ``others`` (of the same author) run from the newest back.
    """

    comment: Comment
    item: ReviewItem | None
    classification: Classification | None
    decisions: list[Decision]
    reports: list[Report]
    reporters: Mapping[str, Record]  # by the key of whoever reported
    others: list[Comment]
    branch: Branch
    versions: list[CommentRevision]
    alike: Alike
    notices: list[IllegalContentNotice]  # that wait for an answer

    @property
    def look(self) -> CloserLook | None:
        """The closer look at these scores, if somebody asked for one."""
        return getattr(self.classification, "closer_look", None)

    @property
    def screening(self) -> Decision | None:
        """The newest decision of the rules: what they matched is why the comment is here."""
        return next((d for d in self.decisions if d.made_by == MadeBy.RULE), None)

    @property
    def scored_since(self) -> bool:
        """Whether a newer model read the text since the rules held it: their reasons are older."""
        then, now = self.screening, self.classification
        if then is None or now is None or not self.may_be_decided:
            return False
        return then.revision_id == now.revision_id and then.classification_id != now.pk

    @property
    def flag(self) -> Decision | None:
        """The newest decision when it handed the comment to a senior moderator."""
        newest = self.decisions[0] if self.decisions else None
        return newest if newest is not None and newest.action == Action.FLAG else None

    @property
    def removal(self) -> Decision | None:
        """The newest decision when it removed the comment."""
        newest = self.decisions[0] if self.decisions else None
        return newest if newest is not None and newest.action == Action.REMOVE else None

    @property
    def weights(self) -> list[float]:
        """What the readers' reports weigh that count for what waits."""
        counting = standing(self.reports, item=self.item)
        return [self.reporters[report.reporter_key].weight for report in counting]

    @property
    def stood_before(self) -> Decision | None:
        """The newest decision of a person, where readers reported what it had let stand."""
        if self.item is None or self.item.queue != Queue.REPORTED:
            return None
        return next((d for d in self.decisions if d.made_by == MadeBy.MODERATOR), None)

    @property
    def may_be_decided(self) -> bool:
        """Whether it waits for a decision."""
        return self.item is not None and self.item.is_open


def focus_on(*, user: User, comment_id: int, item: ReviewItem | None) -> Focus:
    """Gather what the card and its context show. Ten queries at most, whatever there is.

    ``comment_id`` is one that this person may open; ``others`` are narrowed to what they may. Of
    what checks the rules there are no scores, nothing that rules decided and nothing alike.
    """
    unanswered = IllegalContentNotice.objects.filter(comment=OuterRef("pk"), outcome="")
    comment = (
        Comment.objects.select_related(
            "author",
            "current_revision",
            "article__section",
            "parent__current_revision",
        )
        .annotate(has_notice=Exists(unanswered))
        .get(pk=comment_id)
    )
    decisions = list(decisions_about(comment)[:SHOWN_DECISIONS])
    is_blind = item is not None and item.is_open and item.is_blind
    if is_blind:
        decisions = [made for made in decisions if made.made_by == MadeBy.MODERATOR]
    reports = reports_about(comment)
    return Focus(
        comment=comment,
        item=item,
        classification=None if is_blind else _classification_for(comment, item, decisions),
        decisions=decisions,
        reports=reports,
        reporters=records_of({report.reporter_key for report in reports}),
        others=list(
            comments_visible_to(user)
            .filter(author=comment.author_id)
            .exclude(pk=comment.pk)
            .select_related("current_revision", "article")
            .order_by("-id")[:SHOWN_COMMENTS]
        ),
        branch=branch_above(comment),
        versions=_versions(comment),
        alike=NONE_ALIKE if is_blind else alike(comment, user=user),
        notices=_notices(comment) if vars(comment)["has_notice"] else [],
    )


def reports_about(comment: Comment) -> list[Report]:
    """Return the newest reports about a comment, with who answered them. One query."""
    found = comment.reports.select_related("resolved_by").order_by("-id")
    return list(found[:SHOWN_REPORTS])


def _notices(comment: Comment) -> list[IllegalContentNotice]:
    found = IllegalContentNotice.objects.filter(comment=comment, outcome="")
    return list(found.order_by("id")[:SHOWN_REPORTS])


def _versions(comment: Comment) -> list[CommentRevision]:
    """Return what the text was before. One query, none for a text that never changed."""
    number = comment.current_revision.number
    if number == 1:
        return []
    return list(comment.revisions.filter(number__lt=number).order_by("-number")[:SHOWN_VERSIONS])


def _classification_for(
    comment: Comment, item: ReviewItem | None, decisions: list[Decision]
) -> Classification | None:
    """Return what a model last said of the text, or what the last decision rested on. One query.

    Whoever decides sees the newest scores. What is decided shows those that it was decided by,
    whatever a later version of the model made of the same text.
    """
    last = decisions[0] if decisions else None
    if last is None or (item is not None and item.is_open):
        return Classification.newest_of(comment.current_revision_id)
    if last.classification_id is None or last.revision_id != comment.current_revision_id:
        return Classification.newest_of(comment.current_revision_id)
    return Classification.objects.select_related("closer_look").get(pk=last.classification_id)


# The appeal that a decision answered, and what that was against: who may undo it rests on both.
ON_APPEAL = "restored_on_appeal__decision"


def decisions_about(comment: Comment) -> QuerySet[Decision]:
    """Return the decisions about a comment, newest first, with who and what they name."""
    return (
        Decision.objects.filter(comment=comment)
        .select_related("actor", "policy", "rule_set", "revision", "batch", ON_APPEAL)
        .order_by("-id")
    )
