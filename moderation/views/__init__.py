"""The desk's pages. Each view: permission, form, one call, and failures in words."""

from moderation.views.items import claim_item, decide_item, item, release_item
from moderation.views.queues import counts, desk, queue
from moderation.views.records import author, comment, decide_comment, decided, undo_decision

__all__ = [
    "author",
    "claim_item",
    "comment",
    "counts",
    "decide_comment",
    "decide_item",
    "decided",
    "desk",
    "item",
    "queue",
    "release_item",
    "undo_decision",
]
