"""What every page of the rules shows around its content."""

from typing import Any

from moderation.decisions import database_now
from moderation.selectors import QueueFilters
from moderation.views.cards import Desk
from moderation.views.guard import DeskRequest
from moderation.views.queues import chrome


def frame(request: DeskRequest, tab: str) -> dict[str, Any]:
    """Return the context of a page under a tab (templates/moderation/rules/_tabs.html)."""
    at = database_now()
    around = chrome(Desk(user=request.user, filters=QueueFilters(), at=at))
    return {**around, "room": "rules", "tab": tab, "at": at}
