"""What the desk says of mutes, bans, strikes, trust and notes, in whole sentences."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Restriction
from moderation.models import ActKind, AuthorAct, PolicyVersion
from moderation.selectors import Standing
from moderation.trust import NAMES
from moderation.wording import clock


def moment(at: datetime) -> str:
    """Return a day with its time, whatever today is."""
    return date_format(timezone.localtime(at), "BRIEF_DATETIME_FORMAT")


def length(restriction: Restriction | None) -> str:
    """Return until when a restriction was made to hold."""
    if restriction is None or restriction.until is None:
        return _("for good")
    return _("until %(moment)s") % {"moment": moment(restriction.until)}


def standing(act: AuthorAct) -> str:
    """Return what is in force: "Banned until 4 Dec 2026, 14:00"."""
    if act.kind == ActKind.BAN:
        return _("Banned %(length)s") % {"length": length(act.restriction)}
    return _("Muted %(length)s") % {"length": length(act.restriction)}


def did(act: AuthorAct, *, told: PolicyVersion | None = None) -> str:
    """Return what somebody did, to follow their name: "muted this author until …: Insults".

    ``told``: the policy as it was called then, where that matters.
    """
    if act.kind == ActKind.NOTE:
        return _("noted")
    if act.kind == ActKind.UNDO:
        return _took_back(act.undoes)
    if act.kind == ActKind.TRUST:
        return _("set trust by hand: %(level)s") % {"level": NAMES[act.level]}
    words = {"length": length(act.restriction), "policy": told.name if told else act.policy or ""}
    if act.kind == ActKind.STRIKE:
        return _("gave a strike: %(policy)s") % words
    if act.kind == ActKind.BAN:
        again = act.undoes_id is not None
        return (
            _("banned this author again %(length)s: %(policy)s") % words
            if again
            else _("banned this author %(length)s: %(policy)s") % words
        )
    if act.undoes_id is not None:
        return _("muted this author again %(length)s: %(policy)s") % words
    return _("muted this author %(length)s: %(policy)s") % words


def _took_back(act: AuthorAct | None) -> str:
    kind = act.kind if act is not None else ""
    if kind == ActKind.NOTE:
        return _("struck out a note")
    if kind == ActKind.STRIKE:
        return _("took a strike back")
    if kind == ActKind.TRUST:
        return _("let trust follow the record again")
    return _("lifted the ban") if kind == ActKind.BAN else _("lifted the mute")


def done(act: AuthorAct) -> str:
    """Return what one's own act did, for the line above the drawer."""
    if act.kind == ActKind.NOTE:
        return _("Noted. Colleagues see it here.")
    if act.kind == ActKind.STRIKE:
        assert act.until is not None  # noqa: S101, every strike runs out
        return _("Strike given. It counts until %(moment)s.") % {"moment": moment(act.until)}
    if act.kind == ActKind.TRUST:
        return _("Set. Rules that ask for trust go by it from the next comment on.")
    if act.kind == ActKind.BAN:
        return _("%(standing)s. The author is told when they next write.") % {
            "standing": standing(act)
        }
    if act.kind == ActKind.MUTE:
        return _("%(standing)s. Everything they write waits for a moderator.") % {
            "standing": standing(act)
        }
    return _("Done: you %(did)s.") % {"did": did(act)}


def acted_meanwhile(newest: AuthorAct) -> str:
    """Return what a colleague did since a form was shown."""
    return _("Not done: meanwhile %(name)s %(did)s, at %(time)s. Look once more.") % {
        "name": newest.actor,
        "did": did(newest),
        "time": clock(newest.made_at),
    }


def nothing_to_take_back() -> str:
    """Return what whoever comes too late to take something back is told."""
    return _("Nothing was changed: it has run out, or a colleague took it back already.")


def marks(*, published: int, removed: int, total: int) -> str:
    """Return what the small picture of the latest comments shows."""
    return _(
        "The latest %(total)d comments, oldest first: %(published)d published, %(removed)d removed,"
        " %(waiting)d waiting."
    ) % {
        "total": total,
        "published": published,
        "removed": removed,
        "waiting": total - published - removed,
    }


def take_back(act: AuthorAct) -> str:
    """Return the name of the button that takes an act back."""
    if act.kind == ActKind.NOTE:
        return _("Strike out")
    if act.kind in (ActKind.STRIKE, ActKind.TRUST):
        return _("Take back")
    if act.kind == ActKind.UNDO:
        imposed = act.undoes.kind if act.undoes is not None else ""
        return _("Ban again") if imposed == ActKind.BAN else _("Mute again")
    return _("Lift the ban") if act.kind == ActKind.BAN else _("Lift the mute")


def with_removal(acts: list[AuthorAct]) -> str:
    """Return what a removal brought its author, to follow the sentence about the removal."""
    parts = [
        _("A strike was given.") if act.kind == ActKind.STRIKE else f"{standing(act)}."
        for act in acts
    ]
    return " ".join(parts)


def strikes(number: int) -> str:
    """Return how many strikes count now."""
    if not number:
        return _("No strike counts now.")
    return ngettext("%(n)d strike counts now", "%(n)d strikes count now", number) % {"n": number}


def at_a_glance(known: Standing) -> list[str]:
    """Return what whoever decides about an author's comment should know, in a few words each."""
    told = [standing(act) for act in known.restrictions]
    if known.strikes:
        told.append(strikes(len(known.strikes)))
    if known.trust is not None:
        told.append(_("Trust set by hand: %(level)s") % {"level": NAMES[known.trust.level]})
    if known.notes:
        number = len(known.notes)
        told.append(
            ngettext("%(n)d note of colleagues", "%(n)d notes of colleagues", number)
            % {"n": number}
        )
    return told


def other_names(number: int, *, days: int, more: bool) -> str:
    """Return the hint about a network address."""
    if not number:
        return _("No other name from this address in the last %(days)d days.") % {"days": days}
    if more:
        return _("More than %(n)d other names from this address in the last %(days)d days.") % {
            "n": number,
            "days": days,
        }
    return ngettext(
        "%(n)d other name from this address in the last %(days)d days.",
        "%(n)d other names from this address in the last %(days)d days.",
        number,
    ) % {"n": number, "days": days}
