"""The desk's pages. Each view: permission, form, one call, and failures in words."""

from moderation.views.above import above
from moderation.views.alike import alike
from moderation.views.appeals import (
    appeal,
    appeals,
    decide_appeal_view,
    release_appeal,
    undo_appeal,
)
from moderation.views.articles import article
from moderation.views.authors import (
    author,
    note_author,
    restrict_author,
    strike_author,
    take_back_act,
    trust_author,
)
from moderation.views.batches import (
    batch,
    batch_list,
    go_on_batch,
    start_batch,
    stop_batch,
    undo_batch,
)
from moderation.views.by_score import by_score
from moderation.views.care import (
    day,
    forget_days,
    preferences,
    put_off_break,
    reveal,
    turn_off_breaks,
)
from moderation.views.embed import embed
from moderation.views.hints import hints
from moderation.views.illegal_content import (
    answer_illegal_notice,
    illegal_notice,
    illegal_notices,
)
from moderation.views.items import (
    claim_item,
    decide_item,
    item,
    item_ahead,
    release_item,
    skip_item,
)
from moderation.views.learning import learning, switch_learning
from moderation.views.looks import look, look_closer
from moderation.views.quality import quality, team, your_day
from moderation.views.questions import questions
from moderation.views.queues import counts, desk, queue
from moderation.views.records import (
    comment,
    decide_comment,
    decided,
    pick_comment,
    undo_decision,
    unpick_comment,
)
from moderation.views.reports import answer_report
from moderation.views.rescoring import (
    go_on_rescoring,
    rescoring,
    rescorings,
    start_rescoring,
    stop_rescoring,
)
from moderation.views.rulebook.trust import change_trust, trust
from moderation.views.saved_filters import (
    delete_filter_view,
    rename_filter_view,
    save_filter_view,
    saved_filters_page,
)
from moderation.views.searching import search, search_export
from moderation.views.second_looks import (
    answer_look,
    disagreement,
    disagreements,
    second_look,
    settle_disagreement,
    skip_look,
    take_back_look,
)
from moderation.views.transparency import eu_statements, eu_statements_file

__all__ = [
    "above",
    "alike",
    "answer_illegal_notice",
    "answer_look",
    "answer_report",
    "appeal",
    "appeals",
    "article",
    "author",
    "batch",
    "batch_list",
    "by_score",
    "change_trust",
    "claim_item",
    "comment",
    "counts",
    "day",
    "decide_appeal_view",
    "decide_comment",
    "decide_item",
    "decided",
    "delete_filter_view",
    "desk",
    "disagreement",
    "disagreements",
    "embed",
    "eu_statements",
    "eu_statements_file",
    "forget_days",
    "go_on_batch",
    "go_on_rescoring",
    "hints",
    "illegal_notice",
    "illegal_notices",
    "item",
    "item_ahead",
    "learning",
    "look",
    "look_closer",
    "note_author",
    "pick_comment",
    "preferences",
    "put_off_break",
    "quality",
    "questions",
    "queue",
    "release_appeal",
    "release_item",
    "rename_filter_view",
    "rescoring",
    "rescorings",
    "restrict_author",
    "reveal",
    "save_filter_view",
    "saved_filters_page",
    "search",
    "search_export",
    "second_look",
    "settle_disagreement",
    "skip_item",
    "skip_look",
    "start_batch",
    "start_rescoring",
    "stop_batch",
    "stop_rescoring",
    "strike_author",
    "switch_learning",
    "take_back_act",
    "take_back_look",
    "team",
    "trust",
    "trust_author",
    "turn_off_breaks",
    "undo_appeal",
    "undo_batch",
    "undo_decision",
    "unpick_comment",
    "your_day",
]
