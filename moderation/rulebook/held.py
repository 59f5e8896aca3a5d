"""How often each rule held, lately."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

DAYS = 7
MOST_DECISIONS = 100_000  # the newest of them, so that a busy site waits no longer for its page

# Decisions from before rules had keys name the rule alone. Nothing stops a rule in shadow: it never
# acts.
_HELD = """
SELECT coalesce(said->>'key', said->>'rule'), count(*),
    count(*) FILTER (WHERE said ? 'stopped' AND NOT shadow @> jsonb_build_array(said))
FROM (
    SELECT matched, shadow FROM moderation_decision
    WHERE made_by = 'rule' AND decided_at > %(since)s
    ORDER BY id DESC LIMIT %(most)s
) AS decision
CROSS JOIN LATERAL jsonb_array_elements(matched || shadow) AS said
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Held:
    """How often a rule held, and how often an allow rule above it stopped it then."""

    times: int = 0
    stopped: int = 0


def held_lately(*, at: datetime) -> Mapping[str, Held]:
    """Return it by the rule's key, or its name in old decisions. One query."""
    since = at - timedelta(days=DAYS)
    with connection.cursor() as cursor:
        cursor.execute(_HELD, {"since": since, "most": MOST_DECISIONS})
        return {key: Held(times, stopped) for key, times, stopped in cursor.fetchall()}
