"""What a statement says, in plain words to its author: on its page, in lists and in letters."""

from collections.abc import Collection, Mapping

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accounts.signed_links import Purpose, sign
from comments.models import Comment, Restriction, Status
from comments.reasons import Reason
from comments.thread_html import exact_html
from moderation.models import Appeal, AppealState, Automated, Statement, StatementKind


def title(statement: Statement) -> str:
    """Return what was decided, as a headline."""
    match statement.kind:
        case StatementKind.REMOVED:
            return _("Your comment was removed")
        case StatementKind.HIDDEN:
            return _("Your comment is off the page until a moderator has looked")
        case StatementKind.MUTED:
            return _("A moderator reads your comments first")
        case StatementKind.BANNED:
            return _("You cannot write comments")
        case StatementKind.LIFTED:
            return _("You can write as before")
        case _restored if statement.about and statement.about.kind == StatementKind.HIDDEN:
            return _("Your comment was put back on the page")
        case _restored:
            return _("A decision about your comment was taken back")


def standing(statement: Statement, *, again: Statement | None = None) -> str:
    """Return where things stand now: a statement is of its moment, the page is read later.

    ``again``: what came again when the end of the restriction was undone (``held_again``). Times in
    it are elements of a page, as in ``until``.
    """
    if statement.comment is None:
        now = _of_author(statement, is_again=again is not None)
    else:
        now = _of_comment(statement.comment)
    if again is None or statement.restricts:
        return now
    return (
        format_html("{} {}", _("This holds no longer."), now) if now else _("This holds no longer.")
    )


def _of_comment(comment: Comment) -> str:
    if comment.withdrawn_at is not None:
        return _("You have withdrawn this comment since.")
    match comment.status:
        case Status.REMOVED:
            return _("Nobody but you can read it here.")
        case Status.PUBLISHED:
            return _("Your comment is on the page.")
        case _waits:
            return _("Your comment waits for a moderator.")


def how_decided(statement: Statement) -> str:
    """Return whether a person or a machine decided, in one sentence."""
    match statement.automated_decision:
        case Automated.FULLY:
            return _("A machine decided this by the rules of the site; no person was asked.")
        case Automated.PARTIALLY:
            return _("A person decided this for many comments at once that were found together.")
        case _not:
            return _("A person decided this.")


def until(restriction: Restriction | None) -> str:
    """Return until when a mute or a ban holds, to follow a colon: for a page, which tells times in
    the reader's zone.
    """
    if restriction is None or restriction.until is None:
        return _("it has no end of its own")
    told = escape(_("until %(moment)s")) % {"moment": exact_html(restriction.until)}
    return mark_safe(told)  # noqa: S308, escaped, and a time of ours


def until_in_letter(restriction: Restriction | None) -> str:
    """Return the same for a letter, which knows no zone but the site's and names it."""
    if restriction is None or restriction.until is None:
        return _("it has no end of its own")
    local = timezone.localtime(restriction.until)
    return _("until %(day)s, %(time)s (%(zone)s)") % {
        "day": date_format(local, "DATE_FORMAT"),
        "time": date_format(local, "TIME_FORMAT"),
        "zone": settings.TIME_ZONE,
    }


def path_for_author(statement: Statement) -> str:
    """Return the page for whoever is known to be the author."""
    return reverse("readers:own_statement", args=[statement.public_id])


def pages_of_reasons(comment_ids: Collection[int]) -> Mapping[int, Reason]:
    """Return the pages that say why comments are off the page, by comment. One query.

    What waits although nothing was decided against it, or not since the last word, has none.
    """
    waiting = Appeal.objects.filter(decision__comment=OuterRef("comment"), state=AppealState.OPEN)
    settled = Appeal.objects.filter(decision=OuterRef("decision"))
    found = Statement.objects.filter(comment__in=comment_ids)
    newest = found.order_by("comment_id", "-id").distinct("comment_id")
    return {
        one.comment_id: Reason(
            path_for_author(one),
            _way_to(one, is_appealed=one.is_appealed, is_settled=one.is_settled),
        )
        for one in newest.annotate(is_appealed=Exists(waiting), is_settled=Exists(settled))
        if one.comment_id is not None and one.restricts
    }


def _way_to(statement: Statement, *, is_appealed: bool, is_settled: bool) -> str:
    if statement.kind == StatementKind.HIDDEN:
        return _("Why it is off the page")
    if is_appealed:
        return _("Why, and where your appeal stands")
    if is_settled:
        return _("Why, and what came of your appeal")
    return _("Why, and how to object")


def link_for_letter(statement: Statement) -> str:
    """Return a signed link to the page, with the site's address: no account is needed."""
    token = sign(purpose=Purpose.STATEMENT, subject=statement.public_id.hex)
    return settings.SITE_URL + reverse("readers:statement", args=[token])


def _of_author(statement: Statement, *, is_again: bool) -> str:
    restriction = statement.act.restriction if statement.act is not None else None
    if restriction is None:
        return ""
    if restriction.lifted_at is not None:
        return (
            _("It was lifted and imposed again since.") if is_again else _("It was lifted since.")
        )
    if restriction.until is not None and restriction.until <= timezone.now():
        return _("It is over.")
    told = escape(_("It holds: %(until)s.")) % {"until": until(restriction)}
    return mark_safe(told)  # noqa: S308, escaped, and a time of ours
