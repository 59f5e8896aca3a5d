"""How right a rule is that somebody wrote and that removes by itself, by its audits.

Nobody granted it, so it has no target, and nothing pauses it: what audits say of it is there to be
read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from comments.models import SiteSettings
from moderation import rule_sets
from moderation.automation.watch import Evidence, Watch, chart, precision, window
from moderation.charts import Chart
from moderation.models import Rule
from moderation.rulebook.audits import audits_of, share_of
from moderation.rulebook.automation_words import by_audits, rule_chart
from moderation.rulebook.automations import LEAST_SHARE
from moderation.rules.evaluation import Mode, RuleAction

AS_IF = 0.98  # the target whose window is looked at: 1,000 audits
CONFIDENCE = 0.95
MOST_VERSIONS = 500  # that are looked through for when a rule was changed last

_VERSIONS = """
SELECT published_at, jsonb_path_query_first(
    document, '$.rules[*] ? (@.key == $key)', jsonb_build_object('key', %s::text))
FROM moderation_ruleset ORDER BY number DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Audited:
    """What the audits of a live rule say since it reads as it does now."""

    since: datetime
    decided: int
    wrong: int
    waiting: int
    right: str
    chart: Chart | None


def audited(rule: Rule) -> Audited | None:
    """Return what audits say of a rule; None of one that does not remove in the live version, or
    that an automation owns. Five queries.
    """
    live = {one.key: one for one in rule_sets.live()[1].rules}.get(rule.key)
    acts = live is not None and live.mode is Mode.ON and live.action is RuleAction.REMOVE
    if live is None or not acts or live.automation:
        return None
    since = _reads_so_since(rule.key)
    found = audits_of(rule.key, since=since)
    told: dict[str, Any] = {
        "evidence": Evidence(total=0, right=0),
        "target": AS_IF,
        "confidence": CONFIDENCE,
        "share": max(LEAST_SHARE, share_of(SiteSettings.current())),
    }
    points: list[Watch] = chart(audits=found.decided, **told)[1:]  # the first is of no audit
    return Audited(
        since=since,
        decided=len(found.decided),
        wrong=sum(not audit.is_right for audit in found.decided),
        waiting=found.waiting,
        right=by_audits(precision(found.decided[-window(AS_IF) :], confidence=CONFIDENCE)),
        chart=rule_chart(points) if points else None,
    )


def _reads_so_since(key: str) -> datetime:
    """Return when the live version of a rule became what it is: its name may be another one since,
    and so may the entries of the lists that it asks.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, [key, MOST_VERSIONS])
        rows: list[tuple[datetime, str | None]] = cursor.fetchall()
    versions = [(at, orjson.loads(entry or "null")) for at, entry in rows]
    since, newest = versions[0]
    for at, entry in versions:
        if _unnamed(entry) != _unnamed(newest):
            break
        since = at
    return since


def _unnamed(entry: Mapping[str, Any] | None) -> dict[str, Any]:
    return {part: value for part, value in (entry or {}).items() if part != "name"}
