"""Rules of the demo: one that removes, one that is only counted, one drafted, and its trial."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from moderation.rescoring import Period
from moderation.rule_sets import publish
from moderation.rulebook import trials
from moderation.rulebook.drafts import add_rule

# A score alone removes no advertising. With three links it is enough for this newsroom.
ADVERTS: dict[str, Any] = {
    "name": gettext_noop("Adverts full of links"),
    "mode": "on",
    "when": {
        "all": [
            {"fact": "own.spam", "is": "at_least", "value": 0.9},
            {"fact": "text.links", "is": "at_least", "value": 3},
        ]
    },
    "then": {"action": "remove", "policy": "spam"},
}
SHOUTING: dict[str, Any] = {
    "name": gettext_noop("Shouting"),
    "mode": "shadow",
    "when": {
        "all": [
            {"fact": "text.length", "is": "at_least", "value": 30},
            {"fact": "text.capitals", "is": "at_least", "value": 0.5},
        ]
    },
    "then": {"action": "hold", "urgency": 50, "labels": ["shouting"]},
}
# Looks clever, and is not: the trial says whose words it would have taken out.
SHORT_REMOVED: dict[str, Any] = {
    "name": gettext_noop("Too short to say anything"),
    "mode": "on",
    "when": {
        "all": [
            {"fact": "text.length", "is": "below", "value": 80},
            {"fact": "comment.depth", "is": "below", "value": 1},
        ]
    },
    "unless": {"any": [{"fact": "author.trust", "is": "one_of", "value": ["reliable"]}]},
    "then": {"action": "remove", "policy": "off-topic"},
}
TRIED_DAYS = 60


def remove_adverts(*, by: User) -> None:
    """Publish a rule that removes what is surely advertising."""
    add_rule(entry=_named(ADVERTS), by=by)
    publish(by=by, note=_("Nobody has to read what has three links and sells something."))


def count_shouting(*, by: User) -> None:
    """Publish a rule that is counted and acts on nothing."""
    add_rule(entry=_named(SHOUTING), by=by)
    publish(by=by, note=_("How often do people shout? Only counted for now."))


def draft_and_try(*, by: User, now: datetime) -> None:
    """Have somebody draft a rule that removes, and try it on the days that were lived."""
    rule = add_rule(entry=_named(SHORT_REMOVED), by=by)
    period = Period(now - timedelta(days=TRIED_DAYS), now + timedelta(days=1))
    trials.start(period=period, by=by, rule_key=rule.key)
    while trials.take_step() is trials.Step.WENT_ON:
        pass


def _named(entry: dict[str, Any]) -> dict[str, Any]:
    """Return a rule with its name in the site's language."""
    return entry | {"name": _(entry["name"])}
