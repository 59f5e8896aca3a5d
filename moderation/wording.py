"""What the desk says of decisions, claims and scores, in whole sentences."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from classifier.base import Label, Unscored
from classifier.fitting import FEWEST_DECISIONS, FEWEST_OF_A_SIDE, Finding, Outcome
from comments.models import Comment, Status
from moderation.models import Action, Decision, MadeBy, PolicyVersion, Queue, ReviewItem
from moderation.score_changes import Side

LABELS: dict[str, Promise] = {
    Label.TOXICITY: gettext_lazy("toxicity"),
    Label.SEVERE_TOXICITY: gettext_lazy("severe toxicity"),
    Label.INSULT: gettext_lazy("insult"),
    Label.THREAT: gettext_lazy("threat"),
    Label.IDENTITY_ATTACK: gettext_lazy("identity attack"),
    Label.PROFANITY: gettext_lazy("profanity"),
    Label.SEXUALLY_EXPLICIT: gettext_lazy("sexually explicit"),
    Label.SPAM: gettext_lazy("spam"),
}
WHY_UNSCORED: dict[str, Promise] = {
    Unscored.LANGUAGE: gettext_lazy("the model does not know the language of this text"),
    Unscored.EMPTY: gettext_lazy("the text has no words to score"),
    Unscored.FAILED: gettext_lazy("the model could not be asked"),
}


STATUS: dict[str, Promise] = {
    Status.SUBMITTED: gettext_lazy("Screening"),
    Status.HELD: gettext_lazy("Waiting"),
    Status.PUBLISHED: gettext_lazy("Published"),
    Status.REMOVED: gettext_lazy("Removed"),
}


SIDES: dict[str, Promise] = {
    Side.BELOW: gettext_lazy("below every threshold"),
    Side.HOLD: gettext_lazy("held by a threshold"),
    Side.REMOVE: gettext_lazy("removed by a threshold"),
    Side.UNSCORED: gettext_lazy("not scored"),
    Side.NEVER: gettext_lazy("never read"),
}


def standing(comment: Comment, *, in_one_word: bool = True) -> str:
    """Return where a comment stands; what its author took out is not called removed."""
    if comment.withdrawn_at is not None:
        return _("Withdrawn") if in_one_word else _("Withdrawn by its author")
    return str(STATUS[comment.status] if in_one_word else comment.get_status_display())


def label_in_words(label: str) -> str:
    """Return a label as people say it; one that is not known any more stays as it was stored."""
    return str(LABELS.get(label, label.replace("_", " ")))


def why_unscored(reason: str) -> str:
    """Return why there is no score; ``""`` means that no model was asked yet."""
    return str(WHY_UNSCORED.get(reason, _("no model has read this text yet")))


def learned(finding: Finding) -> str:
    """Return what became of a label when the model learned from decisions."""
    match finding.outcome:
        case Outcome.USED:
            return _("better by more than chance: used")
        case Outcome.KEPT:
            return _("nothing better was found: corrected as before, which still is better")
        case Outcome.TOO_FEW:
            return _("too few decisions: it takes %(n)d") % {"n": FEWEST_DECISIONS}
        case Outcome.ONE_SIDED:
            return _("it takes %(n)d removals and as many approvals, old ones and new ones") % {
                "n": FEWEST_OF_A_SIDE
            }
        case Outcome.NOTHING_TO_CORRECT:
            return _("moderators decide as the model scores: nothing to correct")
        case Outcome.NOT_BETTER:
            return _("not better by more than chance: not used")
        case Outcome.NO_SAMPLE:
            return _("too few recent comments to compare on")


def judged_again(finding: Finding) -> str:
    """Return what the newest decisions say of a label that a version in use corrects."""
    match finding.outcome:
        case Outcome.KEPT:
            return _("still better by more than chance")
        case Outcome.NOT_BETTER:
            return _("no longer better by more than chance")
        case _:
            return learned(finding)


def clock(moment: datetime) -> str:
    """Return a moment as hours and minutes, with the date when it was not today."""
    local = timezone.localtime(moment)
    if local.date() == timezone.localdate():
        return date_format(local, "TIME_FORMAT")
    return date_format(local, "BRIEF_DATETIME_FORMAT")


def duration(seconds: float) -> str:
    """Return a length of time in one short unit: "40 s", "3 min", "2 h", "5 d"."""
    whole = max(0, int(seconds))
    if whole < 60:
        return _("%(n)d s") % {"n": whole}
    if whole < 3600:
        return _("%(n)d min") % {"n": whole // 60}
    if whole < 48 * 3600:
        return _("%(n)d h") % {"n": whole // 3600}
    return _("%(n)d d") % {"n": whole // 86400}


def duration_spoken(seconds: float) -> str:
    """Return a length of time as a sentence says it: "3 minutes"."""
    minutes = max(0, int(seconds)) // 60
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)d hour", "%(n)d hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}


def duration_about(seconds: float) -> str:
    """Return how long something will take, as a sentence says it after "about"."""
    return _("a minute") if seconds < 90 else duration_spoken(seconds)


def who(decision: Decision) -> str:
    """Return who decided: a colleague's name, the rule, or the system it came from."""
    if decision.made_by == MadeBy.MODERATOR:
        return str(decision.actor) if decision.actor else _("A moderator")
    if decision.made_by == MadeBy.IMPORT:
        return _("The system it was imported from")
    rule = decision.reason.partition(":")[0]
    return _("The rule “%(rule)s”") % {"rule": rule} if rule else _("The rules")


def what(decision: Decision, *, told: PolicyVersion | None = None) -> str:
    """Return what somebody did, to follow their name: "removed this: Insults".

    ``told``: the policy as it was called then, where that matters.
    """
    match decision.action:
        case Action.APPROVE:
            return _("approved this")
        case Action.REMOVE if decision.policy is not None:
            policy = told.name if told is not None else decision.policy.name
            return _("removed this: %(policy)s") % {"policy": policy}
        case Action.REMOVE:
            return _("removed this")
        case Action.FLAG:
            return _("flagged this for a senior moderator")
        case Action.UNDO:
            return _("took the last decision back")
        case _action:
            return _("held this for a moderator")


SHORT: dict[str, Promise] = {
    Action.APPROVE: gettext_lazy("Approved"),
    Action.REMOVE: gettext_lazy("Removed"),
    Action.FLAG: gettext_lazy("Flagged"),
    Action.HOLD: gettext_lazy("Held"),
    Action.UNDO: gettext_lazy("Taken back"),
}


def done(decision: Decision) -> str:
    """Return what a person's own decision did, for the line at the foot."""
    name = {"name": decision.comment.author_name}
    match decision.action:
        case Action.APPROVE:
            return _("Approved: the comment of %(name)s is on the page.") % name
        case Action.REMOVE:
            return _("Removed: %(policy)s. Hidden, and %(name)s is told why.") % {
                "policy": decision.policy or "",
                **name,
            }
        case Action.FLAG:
            return _("Flagged: the comment of %(name)s waits for a senior moderator.") % name
        case _action:
            return _("Taken back: the comment of %(name)s is where it was before.") % name


def done_in_short(decision: Decision) -> str:
    """Return a person's own decision by its name, for what takes it back."""
    name = {"name": decision.comment.author_name}
    match decision.action:
        case Action.APPROVE:
            return _("approved the comment of %(name)s") % name
        case Action.REMOVE:
            return _("removed the comment of %(name)s") % name
        case _action:
            return _("flagged the comment of %(name)s") % name


def changed_by_author(comment: Comment) -> str:
    """Return what the author did to a comment while it was open on the desk."""
    if comment.withdrawn_at is not None:
        return _("The author withdrew this comment at %(time)s.") % {
            "time": clock(comment.withdrawn_at)
        }
    if comment.edited_at is not None:
        return _("The author changed the text at %(time)s, after you opened it.") % {
            "time": clock(comment.edited_at)
        }
    return _("This comment changed after you opened it.")


def overtaken(comment: Comment, *, newest: Decision | None, author_changed: bool) -> str:
    """Return what came before a late decision, and who did it."""
    if newest is None or author_changed:
        return changed_by_author(comment)
    return told(newest)


def told(decision: Decision) -> str:
    """Return who decided what and when: "Anna removed this: Insults, at 14:02."."""
    return _("%(who)s %(what)s, at %(time)s.") % {
        "who": who(decision),
        "what": what(decision),
        "time": clock(decision.decided_at),
    }


def claim_of_another(item: ReviewItem) -> str:
    """Return who has an item and until when."""
    if item.claimed_by is None or item.claimed_until is None:
        return ""
    return _("%(name)s has this one until %(time)s.") % {
        "name": item.claimed_by,
        "time": clock(item.claimed_until),
    }


def why_here(item: ReviewItem | None, *, flag: Decision | None) -> tuple[str, str, str]:
    """Return why a comment waits, as (before, rule, after): the rule's name is set apart."""
    if item is None:
        return ("", "", "")
    if item.queue == Queue.ESCALATED and flag is not None:
        asked = f": {flag.note}" if flag.note else "."
        return (_("Flagged by"), str(flag.actor or ""), asked)
    if item.queue == Queue.REPORTED:
        return (item.reason, "", "")
    rule, colon, why = item.reason.partition(": ")
    if not colon:
        return (item.reason, "", "")
    return (_("Held by"), rule, f": {why}")


def not_undone(decision: Decision, *, newest: Decision | None) -> str:
    """Return why a decision stays: what came after it, or that there is no way back from it."""
    if newest is not None and newest.pk != decision.pk:
        return _("Not taken back: %(since)s") % {"since": told(newest)}
    if decision.comment.version != decision.version:
        return _("Not taken back: %(since)s") % {"since": changed_by_author(decision.comment)}
    return _("This decision cannot be taken back: there was nothing before it. Decide anew.")


def not_picked() -> str:
    """Say why a comment was not picked."""
    return _("Not picked: the comment is not public now, and readers could not open it.")
