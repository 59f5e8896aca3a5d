"""Whether people approve what a decision makes public, or lets stand."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from django.db import connection

from comments.models import Status
from moderation.models import Action, MadeBy

# People's last word about a text, those left out that are being taken back.
_LAST_WORDS = """
SELECT DISTINCT ON (decision.revision_id) decision.comment_id, decision.action = 'approve'
FROM moderation_decision decision
WHERE decision.revision_id = ANY(%s) AND decision.id <> ALL(%s)
    AND decision.made_by = 'moderator' AND decision.action IN ('approve', 'remove')
    AND NOT EXISTS (
        SELECT FROM moderation_decision undoing
        WHERE undoing.supersedes_id = decision.id AND undoing.action = 'undo')
ORDER BY decision.revision_id, decision.id DESC
"""


class Proposed(Protocol):
    """What is asked of a proposal."""

    @property
    def comment_id(self) -> int: ...
    @property
    def revision_id(self) -> int: ...
    @property
    def seen(self) -> str: ...
    @property
    def to_status(self) -> str: ...
    @property
    def action(self) -> Action: ...
    @property
    def made_by(self) -> MadeBy: ...
    @property
    def supersedes_id(self) -> int | None: ...


def by_people(proposals: Iterable[Proposed]) -> Mapping[int, bool]:
    """Return whether people approve what becomes public, by comment; of what a decision does not
    touch that there is no answer: it stays as it is.

    A person's approval is one, in bulk or not. What comes back to the page by an undoing, or by a
    rule after it was off the page, is asked of the decisions before: one query, for these alone.
    """
    told: dict[int, bool] = {}
    asked: list[Proposed] = []
    for one in proposals:
        if one.to_status != Status.PUBLISHED:
            continue
        if one.made_by == MadeBy.MODERATOR and one.action == Action.APPROVE:
            told[one.comment_id] = True
        elif one.action == Action.UNDO or one.seen in (Status.HELD, Status.REMOVED):
            asked.append(one)
    if not asked:
        return told
    undone = [one.supersedes_id for one in asked if one.action == Action.UNDO]
    with connection.cursor() as cursor:
        cursor.execute(_LAST_WORDS, [[one.revision_id for one in asked], undone])
        words: dict[int, bool] = dict(cursor.fetchall())
    return told | {one.comment_id: words.get(one.comment_id, False) for one in asked}
