"""Every read that the desk needs: queues, the comment in hand, records of what was decided.

Each function costs the same number of queries whatever it returns. What a person may see is
narrowed here, in one place for each kind of object, so that no view fetches without a scope.
"""

from moderation.selectors.branch import MOST_ABOVE, Branch, branch_above
from moderation.selectors.focus import Focus, focus_on
from moderation.selectors.learning import (
    LearnedLabel,
    Learning,
    Move,
    learned_labels,
    learning_state,
    moves,
)
from moderation.selectors.queues import (
    Lateness,
    Position,
    QueueFilters,
    QueuePage,
    Sort,
    count_new,
    first_item,
    item_for,
    last_arrival,
    lateness,
    newest_id,
    next_item,
    queue_page,
)
from moderation.selectors.records import (
    AuthorRecord,
    CommentRecord,
    DecidedFilters,
    DecidedPage,
    author_changed_since,
    author_record,
    comment_for,
    comment_record,
    decided_page,
    decision_for,
    last_decision_about,
    last_decision_of,
    moderators,
    open_item,
    policies,
)
from moderation.selectors.rescorings import (
    Moved,
    furthest_moved,
    newest_rescorings,
    rescoring_for,
)
from moderation.selectors.states import QueueState, queue_states, states_in

__all__ = [
    "MOST_ABOVE",
    "AuthorRecord",
    "Branch",
    "CommentRecord",
    "DecidedFilters",
    "DecidedPage",
    "Focus",
    "Lateness",
    "LearnedLabel",
    "Learning",
    "Move",
    "Moved",
    "Position",
    "QueueFilters",
    "QueuePage",
    "QueueState",
    "Sort",
    "author_changed_since",
    "author_record",
    "branch_above",
    "comment_for",
    "comment_record",
    "count_new",
    "decided_page",
    "decision_for",
    "first_item",
    "focus_on",
    "furthest_moved",
    "item_for",
    "last_arrival",
    "last_decision_about",
    "last_decision_of",
    "lateness",
    "learned_labels",
    "learning_state",
    "moderators",
    "moves",
    "newest_id",
    "newest_rescorings",
    "next_item",
    "open_item",
    "policies",
    "queue_page",
    "queue_states",
    "rescoring_for",
    "states_in",
]
