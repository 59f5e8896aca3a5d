"""Small pieces of the desk's pages: times, icons, keys, statuses."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from comments.models import Comment, Outcome, Status
from moderation import wording
from moderation.models import Decision, Policy

register = template.Library()

ICONS_OF_STATUS = {
    Status.PUBLISHED: "approve",
    Status.REMOVED: "remove",
    Status.HELD: "wait",
    Status.SUBMITTED: "wait",
}


@register.simple_tag
def ago(moment: datetime | None) -> SafeString | str:
    """Show how long ago something was; the exact time is there on hover and for screen readers."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    exact = date_format(local, "DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{}"><span aria-hidden="true">{}</span>'
        '<span class="vh">{}</span></time>',
        local.isoformat(timespec="seconds"),
        exact,
        wording.duration((timezone.now() - moment).total_seconds()),
        exact,
    )


@register.filter
def age(moment: datetime | None) -> str:
    """Return how long ago something was in one short unit, for titles."""
    return wording.duration((timezone.now() - moment).total_seconds()) if moment else ""


@register.filter
def short_time(seconds: float) -> str:
    """Return a length of time in one short unit."""
    return wording.duration(seconds)


@register.filter
def spoken(seconds: float) -> str:
    """Return a length of time as a sentence says it."""
    return wording.duration_spoken(seconds)


@register.filter
def in_words(label: str) -> str:
    """Return the name of a label as people say it."""
    return wording.label_in_words(label)


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one of the signs that base_desk.html defines. The word beside it says what it means."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="#icon-{}"/></svg>', name
    )


@register.filter
def status_icon(status: str) -> str:
    """Return the sign of a comment's status."""
    return ICONS_OF_STATUS[Status(status)]


@register.filter
def outcome_icon(outcome: str) -> str:
    """Return the sign of what a moderator made of a report."""
    return "approve" if outcome == Outcome.AGREED else "remove"


@register.filter
def status_word(comment: Comment) -> str:
    """Return where a comment stands in one word, for narrow places."""
    return wording.standing(comment)


@register.filter
def status_words(comment: Comment) -> str:
    """Return where a comment stands."""
    return wording.standing(comment, in_one_word=False)


@register.filter
def key_of(policy: Policy) -> str:
    """Return the digit that picks a policy, or nothing for those beyond the ninth."""
    return str(policy.position) if 1 <= policy.position <= 9 else ""


@register.filter
def clock(moment: datetime) -> str:
    """Return a moment as hours and minutes, with the date when it was not today."""
    return wording.clock(moment)


@register.filter
def decided_by(decision: Decision) -> str:
    """Return who made a decision."""
    return wording.who(decision)


@register.filter
def short(decision: Decision) -> str:
    """Return one word for a decision, for its row in the list."""
    return str(wording.SHORT[decision.action])


@register.filter
def decided_what(decision: Decision) -> str:
    """Return what a decision did, to follow the name of who made it."""
    return wording.what(decision)
