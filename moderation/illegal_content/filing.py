"""Filing a notice: which comment a link names, and bringing it before a moderator.

A link that names no public comment of this site is refused in the same words whatever stands behind
it, so that nobody learns here that a hidden comment exists.
"""

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from django.db import transaction
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from comments.models import Comment, Status
from moderation import urgency
from moderation.illegal_content import letters
from moderation.models import (
    Classification,
    IllegalContentNotice,
    IllegalKind,
    Queue,
    ReviewItem,
)
from moderation.review_items import Opening, replace_items

# Behind an article here, and behind the page of another site that shows its discussion.
_IN_THE_FRAGMENT = re.compile(r"(?:c|comment)-([0-9a-f-]{36})", re.ASCII)


class NotPublic(Exception):
    """There is no comment there that the public may read (any more)."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What the form brought, already validated. Everything but these words is known to the site."""

    kind: IllegalKind
    explanation: str
    legal_ground: str = ""
    name: str = ""
    email: str = ""


def comment_at(link: str, *, hosts: Collection[str]) -> Comment | None:
    """Return the public comment that a link names, or None.

    The link leads to this site (``hosts``), or to the page elsewhere that shows the discussion.
    """
    named = _named_by(link.strip())
    comment = public_comment(named.public_id) if named is not None else None
    if named is None or comment is None:
        return None
    elsewhere = urlsplit(comment.article.page_url or "").netloc.lower()
    is_ours = named.host in hosts or (named.in_fragment and named.host == elsewhere)
    return comment if is_ours else None


def public_comment(public_id: uuid.UUID) -> Comment | None:
    """Return a comment that everybody may read now, or None."""
    return (
        Comment.objects.filter(
            status=Status.PUBLISHED,
            public_id=public_id,
            article__published_at__lte=timezone.now(),
            withdrawn_at=None,
        )
        .select_related("article__section", "current_revision")
        .first()
    )


def file_notice(
    *,
    comment: Comment,
    filing: Filing,
    submission_key: uuid.UUID,
    notifier_key: str,
    at: datetime,
) -> IllegalContentNotice:
    """Store a notice, write the receipt, and bring the comment before a moderator, most urgently.

    The same submission key, and the same person's second notice about a comment while the first
    is open, are the first one. ``notifier_key`` is the hash of the network address. Raises
    NotPublic when the comment was taken off the page meanwhile.
    """
    with transaction.atomic():
        # As it is now, and it stays so until the notice is stored.
        comment = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
        known = _filed_before(comment, filing, submission_key, notifier_key)
        if known is not None:
            return known
        if comment.status != Status.PUBLISHED or comment.withdrawn_at is not None:
            raise NotPublic
        notice = IllegalContentNotice.objects.create(
            submission_key=submission_key,
            comment=comment,
            revision_id=comment.current_revision_id,
            kind=filing.kind,
            explanation=filing.explanation,
            legal_ground=filing.legal_ground,
            name=filing.name,
            email=filing.email,
            in_good_faith=True,
            notifier_key=notifier_key,
            language=get_language() or "",
            filed_at=at,
        )
        bring_to_desk(comment, kind=filing.kind, at=at)
        letters.receipt(notice)
    return notice


def bring_to_desk(comment: Comment, *, kind: str, at: datetime) -> None:
    """Have a comment wait for a moderator before everything else, in whatever queue it is in."""
    scored = Classification.newest_of(comment.current_revision_id)
    label, score = scored.strongest if scored else ("", None)
    opening = Opening(
        queue=Queue.REPORTED,
        urgency=urgency.MOST,
        reason=_("Notice of illegal content: %(kind)s") % {"kind": IllegalKind(kind).label},
        top_label=label,
        top_score=score,
    )
    replace_items(closing=[], opening={comment.pk: opening}, at=at)
    ReviewItem.objects.filter(comment=comment, is_open=True).update(urgency=urgency.MOST)


def _filed_before(
    comment: Comment, filing: Filing, submission_key: uuid.UUID, notifier_key: str
) -> IllegalContentNotice | None:
    """Return the notice that this one repeats.

    Whoever types another's address from elsewhere learns nothing of that person's notices.
    """
    same_form = IllegalContentNotice.objects.filter(submission_key=submission_key).first()
    if same_form is not None:
        return same_form
    return IllegalContentNotice.objects.filter(
        comment=comment,
        kind=filing.kind,
        email=filing.email,
        notifier_key=notifier_key,
        outcome="",
    ).first()


class _Named(NamedTuple):
    """What a link says: on which host, which comment, and whether only its last part says so."""

    host: str
    public_id: uuid.UUID
    in_fragment: bool


def _named_by(link: str) -> _Named | None:
    try:
        parts = urlsplit(link)
        if parts.scheme not in ("http", "https"):
            return None
        host, in_fragment = parts.netloc.lower(), _IN_THE_FRAGMENT.fullmatch(parts.fragment)
        if in_fragment:
            return _Named(host, uuid.UUID(in_fragment[1]), in_fragment=True)
        found = resolve(parts.path)
    except (ValueError, Resolver404):
        return None
    public_id = found.kwargs.get("public_id")
    if found.view_name != "comments:comment" or not isinstance(public_id, uuid.UUID):
        return None
    return _Named(host, public_id, in_fragment=False)
