"""Notices of illegal content, for tests."""

import uuid
from typing import Any

from django.test import Client
from django.urls import reverse

from comments.models import Comment
from moderation.decisions import database_now
from moderation.illegal_content.filing import bring_to_desk
from moderation.models import IllegalContentNotice

NOTIFIER = {"name": "Åse Nabo", "email": "aase@example.org"}


def notice_form(comment: Comment, **changed: str) -> dict[str, str]:
    """What the form brings."""
    return {
        "link": f"http://testserver{comment.get_absolute_url()}",
        "kind": "hate",
        "explanation": "It calls for a group to be driven out of town.",
        "legal_ground": "Penal Code, section 185",
        **NOTIFIER,
        "in_good_faith": "on",
        "submission_key": str(uuid.uuid4()),
        **changed,
    }


def file_by_form(comment: Comment, **changed: str) -> Any:
    return Client().post(reverse("readers:illegal_notice"), notice_form(comment, **changed))


def make_notice(comment: Comment, **fields: Any) -> IllegalContentNotice:
    """A notice as it is stored, whatever the comment's status."""
    at = database_now()
    notice = IllegalContentNotice.objects.create(
        **{
            "submission_key": uuid.uuid4(),
            "comment": comment,
            "revision_id": comment.current_revision_id,
            "kind": "hate",
            "explanation": "It calls for a group to be driven out of town.",
            "in_good_faith": True,
            "filed_at": at,
            **NOTIFIER,
            **fields,
        }
    )
    bring_to_desk(comment, kind=notice.kind, at=at)
    return notice
