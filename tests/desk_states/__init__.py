"""Every page of the desk in every state that a person can meet it in: what the browser looks at.

A state is a function that brings a page there; ``@state`` says whose page it is. A page without a
state fails (tests/journeys/test_every_state.py).
"""

from tests.desk_states import (
    appeals,
    automations,
    illegal,
    lists,
    queue,
    records,
    rooms,
    rules,
    told,
    trials,
)
from tests.desk_states.stage import NO_PAGES, STATES, Stage, State

__all__ = [
    "NO_PAGES",
    "STATES",
    "Stage",
    "State",
    "appeals",
    "automations",
    "illegal",
    "lists",
    "queue",
    "records",
    "rooms",
    "rules",
    "told",
    "trials",
]
