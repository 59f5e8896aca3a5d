"""Every page of readers in every state that a person can meet it in: what the browser looks at.

A state is a function that brings a newcomer's browser there; ``@state`` names the routes whose page
it is. A route with neither a state nor a reason in ``NO_PAGES`` fails
(tests/journeys/test_reader_states.py).
"""

from tests.reader_states import accounts, following, me, newspaper, told, writing
from tests.reader_states.no_pages import NO_PAGES
from tests.reader_states.stage import STATES, Stage, State

__all__ = [
    "NO_PAGES",
    "STATES",
    "Stage",
    "State",
    "accounts",
    "following",
    "me",
    "newspaper",
    "told",
    "writing",
]
