"""What is told, in the form each receiver reads. Counts, ages and a link; nothing of a comment."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.webhooks.models import Delivery, Fact, Kind
from moderation.models import Automation, Queue
from moderation.rulebook.automations import rule_name
from moderation.selectors.states import QueueState
from moderation.wording import duration_spoken


@dataclass(frozen=True, slots=True)
class Mail:
    """A message as somebody reads it."""

    subject: str
    body: str


def facts_of(state: QueueState, *, late_since: datetime) -> dict[str, Any]:
    """Return what is told about a queue, as JSON holds it: ages in seconds, times in ISO 8601."""
    waited = state.at - state.oldest_at if state.oldest_at else timedelta(0)
    return {
        "queue": state.queue.value,
        "name": str(state.queue.label),
        "open": state.open_items,
        "oldest_seconds": int(waited.total_seconds()),
        "promise_seconds": int(state.promise.total_seconds()) if state.promise else None,
        "late_since": late_since.isoformat(),
        "link": link_to(state.queue),
        "site": urlsplit(settings.SITE_URL).hostname,
    }


def facts_of_test() -> dict[str, Any]:
    """Return what a test tells: that it is one."""
    return {"link": link_to(Queue.WAITING), "site": urlsplit(settings.SITE_URL).hostname}


def facts_of_pause(automation: Automation) -> dict[str, Any]:
    """Return what is told of an automation that paused itself."""
    page = reverse("moderation:automation", args=[automation.public_id])
    return {
        "name": rule_name(automation),
        "link": f"{settings.SITE_URL}{page}",
        "site": urlsplit(settings.SITE_URL).hostname,
    }


def link_to(queue: Queue) -> str:
    """Return the full address of a queue."""
    return f"{settings.SITE_URL}{reverse('moderation:queue', args=[queue.value])}"


def sentence(delivery: Delivery) -> str:
    """Return what is told as one sentence."""
    facts, fact = delivery.facts, Fact(delivery.fact)
    if fact == Fact.TEST:
        return _("This is a test of the notices of the comment desk. Nothing is late.")
    if fact == Fact.PAUSED:
        return _(
            "The automation “%(name)s” paused by itself: its comments wait for people now."
        ) % {"name": facts["name"]}
    if fact == Fact.IN_TIME:
        return _("The queue “%(name)s” is in time again.") % {"name": facts["name"]}
    waits = ngettext(
        "%(n)d comment waits in “%(name)s”, the oldest for %(waited)s",
        "%(n)d comments wait in “%(name)s”, the oldest for %(waited)s",
        facts["open"],
    ) % {
        "n": facts["open"],
        "name": facts["name"],
        "waited": duration_spoken(facts["oldest_seconds"]),
    }
    promised = duration_spoken(facts["promise_seconds"] or 0)
    if fact == Fact.STILL_LATE:
        return _("Still late: %(waits)s; promised were %(promised)s.") % {
            "waits": waits,
            "promised": promised,
        }
    return _("Late: %(waits)s; promised were %(promised)s.") % {
        "waits": waits,
        "promised": promised,
    }


def body_of(delivery: Delivery) -> bytes:
    """Return the body of a request, the same bytes at each attempt."""
    said, link = sentence(delivery), delivery.facts["link"]
    leads = _("See why") if delivery.fact == Fact.PAUSED else _("Open the queue")
    match Kind(delivery.endpoint.kind):
        case Kind.SLACK:
            return orjson.dumps({"text": f"{_slack(said)} <{link}|{_slack(leads)}>"})
        case Kind.MATTERMOST:
            return orjson.dumps({"text": f"{said} [{leads}]({link})"})
        case _:
            document = {
                "type": delivery.fact,
                "timestamp": delivery.created_at.isoformat(),
                "data": delivery.facts,
            }
            return orjson.dumps(document)


def mail_of(delivery: Delivery) -> Mail:
    """Return the message to a person."""
    said, site = sentence(delivery), delivery.facts["site"]
    subject = {
        Fact.LATE: _("A queue is late"),
        Fact.STILL_LATE: _("A queue is still late"),
        Fact.IN_TIME: _("A queue is in time again"),
        Fact.PAUSED: _("An automation paused by itself"),
        Fact.TEST: _("A test"),
    }[Fact(delivery.fact)]
    body = _(
        "%(said)s\n\n%(link)s\n\nYou get this because a site admin of %(site)s chose you for"
        " notices of the comment desk.\n"
    ) % {"said": said, "link": delivery.facts["link"], "site": site}
    return Mail(subject=f"{subject} – {site}", body=body)


def mail_id(delivery: Delivery) -> str:
    """Return a Message-ID that is the same at each attempt."""
    return f"<{delivery.message_id}@{urlsplit(settings.SITE_URL).hostname}>"


def _slack(text: str) -> str:
    """Escape what Slack reads as its own (https://api.slack.com/reference/surfaces/formatting)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
