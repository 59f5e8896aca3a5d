"""The desk's pages. Each view: permission, form, one call, and failures in words."""

from moderation.views.above import above
from moderation.views.alike import alike
from moderation.views.batches import (
    batch,
    batch_list,
    go_on_batch,
    start_batch,
    stop_batch,
    undo_batch,
)
from moderation.views.items import claim_item, decide_item, item, release_item
from moderation.views.learning import learning, switch_learning
from moderation.views.looks import look, look_closer
from moderation.views.queues import counts, desk, queue
from moderation.views.records import author, comment, decide_comment, decided, undo_decision
from moderation.views.reports import answer_report
from moderation.views.rescoring import (
    go_on_rescoring,
    rescoring,
    rescorings,
    start_rescoring,
    stop_rescoring,
)

__all__ = [
    "above",
    "alike",
    "answer_report",
    "author",
    "batch",
    "batch_list",
    "claim_item",
    "comment",
    "counts",
    "decide_comment",
    "decide_item",
    "decided",
    "desk",
    "go_on_batch",
    "go_on_rescoring",
    "item",
    "learning",
    "look",
    "look_closer",
    "queue",
    "release_item",
    "rescoring",
    "rescorings",
    "start_batch",
    "start_rescoring",
    "stop_batch",
    "stop_rescoring",
    "switch_learning",
    "undo_batch",
    "undo_decision",
]
