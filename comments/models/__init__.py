"""What readers see: articles, authors, comments with their revisions, and reports."""

from comments.models.address_key import AddressKey, AddressLink
from comments.models.article import (
    Article,
    CommentsMode,
    Disagreeing,
    ModerationMode,
    ScoresShown,
    Section,
    SiteSettings,
    Tag,
)
from comments.models.author import Author
from comments.models.comment import Comment, CommentQuerySet, CommentRevision, Status
from comments.models.follow import Follow
from comments.models.hint import HintGiven
from comments.models.looking import Disagreement, DiscussionRead, Mute, Pick, PickQuerySet, Visit
from comments.models.not_mine import NotMine
from comments.models.privacy_settings import ErasedComments
from comments.models.publication import Publication
from comments.models.report import Outcome, Report, ReportCategory
from comments.models.restriction import Restriction, RestrictionKind, RestrictionQuerySet

__all__ = [
    "AddressKey",
    "AddressLink",
    "Article",
    "Author",
    "Comment",
    "CommentQuerySet",
    "CommentRevision",
    "CommentsMode",
    "Disagreeing",
    "Disagreement",
    "DiscussionRead",
    "ErasedComments",
    "Follow",
    "HintGiven",
    "ModerationMode",
    "Mute",
    "NotMine",
    "Outcome",
    "Pick",
    "PickQuerySet",
    "Publication",
    "Report",
    "ReportCategory",
    "Restriction",
    "RestrictionKind",
    "RestrictionQuerySet",
    "ScoresShown",
    "Section",
    "SiteSettings",
    "Status",
    "Tag",
    "Visit",
]
