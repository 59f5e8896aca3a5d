"""What an open desk shows, told apart by one query: while its stamp stays, nothing changed."""

import hashlib
import uuid
from typing import Any

from django.db import connection

from accounts.models import User
from moderation.scope import sections_of

_STAMP = """
    SELECT
        floor(extract(epoch FROM clock_timestamp()) / 60),
        (SELECT coalesce(sum(kept.changes), 0) FROM moderation_queuecount kept
         WHERE %(sections)s::bigint[] IS NULL OR kept.section_id = ANY(%(sections)s)),
        (SELECT string_agg(concat_ws(' ', held.queue, held.claimed_by_id), ','
                ORDER BY held.queue, held.claimed_by_id)
         FROM moderation_reviewitem held
         WHERE held.claimed_by_id IS NOT NULL AND held.claimed_until > clock_timestamp()),
        (SELECT concat_ws(' ', count(*), sum(appeal.id))
         FROM moderation_appeal appeal WHERE appeal.state = 'open'),
        (SELECT concat_ws(' ', item.section_id, item.is_open, item.claimed_by_id,
                item.claimed_until, item.claimed_until > clock_timestamp(), comment.version)
         FROM moderation_reviewitem item
         JOIN comments_comment comment ON comment.id = item.comment_id
         WHERE item.public_id = %(item)s)
"""


def desk_stamp(*, user: User, item_id: uuid.UUID | None, asked: str) -> str:
    """Return a short text that changes when what this person's desk shows may have changed.

    It is made of how often something was opened or closed in the sections they see, who holds what,
    which appeals wait, the item in hand (``item_id``) and its comment's version, and the minute:
    ages and figures of the last hour move with time alone. ``asked`` is the rest of what the answer
    depends on. One query, two for whoever is narrowed to sections.
    """
    sections = sections_of(user)
    values: dict[str, Any] = {
        "sections": None if sections is None else sorted(sections),
        "item": item_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, values)
        told = cursor.fetchone()
    whole = repr((user.pk, user.role, asked, values["sections"], told))
    return hashlib.sha256(whole.encode()).hexdigest()[:32]
