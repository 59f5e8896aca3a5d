"""What the desk says of appeals, in whole sentences."""

from django.utils.translation import gettext as _

from moderation import author_wording, wording
from moderation.models import ActKind, AnswerTakenBack, Appeal, AppealState
from moderation.selectors.appeals import AppealCase


def against(appeal: Appeal) -> str:
    """Return what an appeal is against, in a few words."""
    if appeal.act is None:
        return _("Removal")
    return _("Ban") if appeal.act.kind == ActKind.BAN else _("Mute")


def decided_first(case: AppealCase) -> tuple[str, str]:
    """Return who decided first, and what they did, to follow the name."""
    appeal = case.appeal
    if appeal.decision is not None:
        return wording.who(appeal.decision), wording.what(appeal.decision, told=case.policy)
    assert appeal.act is not None  # noqa: S101, one of the two
    return str(appeal.act.actor), author_wording.did(appeal.act, told=case.policy)


def settled(appeal: Appeal) -> str:
    """Return how an appeal ended: "Kari Moe let it stand"."""
    if appeal.state == AppealState.CLOSED:
        return _("Settled otherwise: what it was against was taken back before.")
    who = {"name": appeal.decided_by}
    if appeal.state == AppealState.UPHELD:
        return _("%(name)s let the decision stand.") % who
    return _("%(name)s overturned the decision.") % who


def taken_back(taken: AnswerTakenBack) -> str:
    """Return what an answer was that somebody took back, and who did."""
    if taken.state == AppealState.UPHELD:
        told = _("%(by)s took the answer back by which %(name)s had let the decision stand.")
    else:
        told = _("%(by)s took the answer back by which %(name)s had overturned the decision.")
    return told % {"name": taken.decided_by, "by": taken.by}


def not_taken_back(appeal: Appeal) -> str:
    """Return why an answer stays."""
    if appeal.is_open:
        return _("Nothing was changed: the appeal waits already.")
    return _("Nothing was changed: something was decided or changed after this answer.")


def done(appeal: Appeal) -> str:
    """Return what one's own answer did, for the line above what comes next."""
    name = {"name": appeal.author.name}
    if appeal.state == AppealState.UPHELD:
        return _("The decision stands, and %(name)s is told why.") % name
    if appeal.state != AppealState.OVERTURNED:
        return ""
    if appeal.act is not None:
        return _("Overturned: lifted, and %(name)s is told why.") % name
    return _("Overturned: the comment of %(name)s is on the page, and they are told why.") % name


def held_by(appeal: Appeal) -> str:
    """Return who has an appeal and until when."""
    if appeal.claimed_by is None or appeal.claimed_until is None:
        return ""
    return _("%(name)s has this one until %(time)s.") % {
        "name": appeal.claimed_by,
        "time": wording.clock(appeal.claimed_until),
    }


def too_late(appeal: Appeal) -> str:
    """Return what whoever comes second is told."""
    return _("Nothing was changed: %(settled)s") % {"settled": settled(appeal)}
