"""What the author of an appeal is written when it is settled."""

from django.utils.translation import gettext as _

from comments.models import Author
from mailing.letters import post
from moderation.appeal_links import link_to_appeal
from moderation.models import ActKind, Appeal, AppealState

KIND = "appeal"


def tell(appeal: Appeal) -> None:
    """Write to the author what came of an appeal, in the transaction that settled it.

    Nothing is sent to an address that nobody has proven; the page of the appeal says the same.
    """
    address = address_of(appeal.author)
    if not address:
        return
    post(
        to=address,
        subject=outcome_in_words(appeal),
        body=_body(appeal),
        kind=KIND,
        key=f"{KIND}:{appeal.public_id}",
    )


def address_of(author: Author) -> str:
    """Return where an author may be written to, or nothing."""
    return author.user.email if author.user is not None and author.user.is_active else ""


def outcome_in_words(appeal: Appeal) -> str:
    """Return what came of an appeal, in one sentence to its author."""
    match appeal.state, _about(appeal):
        case AppealState.OVERTURNED, "comment":
            return _("Your appeal was right: your comment is published again")
        case AppealState.OVERTURNED, "mute":
            return _("Your appeal was right: your comments need not wait for a moderator any more")
        case AppealState.OVERTURNED, _ban:
            return _("Your appeal was right: you can write comments again")
        case AppealState.UPHELD, "comment":
            return _("We have looked again, and your comment stays removed")
        case AppealState.UPHELD, "mute":
            return _("We have looked again, and a moderator still reads your comments first")
        case AppealState.UPHELD, _ban:
            return _("We have looked again, and the ban stays")
        case AppealState.CLOSED, "comment":
            return _("The removal of your comment was taken back before your appeal was decided")
        case AppealState.CLOSED, _measure:
            return _("The restriction was lifted before your appeal was decided")
        case _open, _what:
            return _("Your appeal has arrived")


def _body(appeal: Appeal) -> str:
    parts = [f"{outcome_in_words(appeal)}."]
    if appeal.decision is not None:
        about = _("It is about your comment under “%(article)s”.")
        parts.append(about % {"article": appeal.decision.comment.article.title})
    if appeal.reason:
        parts.append(_("The reason:") + f"\n{appeal.reason}")
    if appeal.state != AppealState.CLOSED:
        parts.append(_("Somebody who had no part in the first decision has decided this."))
    parts.append(_("Your appeal and the answer:") + f"\n{link_to_appeal(appeal.against)}")
    return "\n\n".join(parts)


def _about(appeal: Appeal) -> str:
    if appeal.act is None:
        return "comment"
    return "mute" if appeal.act.kind == ActKind.MUTE else "ban"
