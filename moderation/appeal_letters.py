"""What the author of an appeal is written when it is settled."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from comments.models import SiteSettings
from comments.verified import verified_addresses_of
from mailing.letters import post
from moderation.appeal_links import link_to_appeal
from moderation.models import ActKind, Appeal, AppealState

KIND = "appeal"


def tell(appeal: Appeal) -> None:
    """Write to the author what came of an appeal, in the transaction that settled it.

    Nothing is sent to an address that nobody has proven, nor where letters about decisions are
    turned off, by the site or by the author; the page of the appeal says the same. Where it ends a
    decision, this is the letter about that, too (``moderation.telling``).
    """
    address = _address(appeal)
    if not address:
        return
    with override(settings.LANGUAGE_CODE):
        subject, body = outcome_in_words(appeal), _body(appeal)
    post(to=address, subject=subject, body=body, kind=KIND, key=f"{KIND}:{appeal.public_id}")


def _address(appeal: Appeal) -> str:
    # Whoever wrote the comment: a guest may have become somebody with an account since.
    author = appeal.decision.comment.author if appeal.decision else appeal.author
    if not (SiteSettings.current().decision_letters and author.decision_letters):
        return ""
    return verified_addresses_of([author.pk]).get(author.pk, "")


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
