"""What the author of an appeal is written: it has arrived, it is settled, an answer was taken back.

An answer is told some minutes later, as decisions are (``moderation.telling``): what was taken back
by then needs no letter. Nothing is sent to an address that nobody has proven, nor where letters
about decisions are turned off, by the site or by the author; the page of the appeal says the same.
Where an answer ends a decision, this is the letter about that, too.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from comments.models import Author, SiteSettings
from comments.verified import verified_addresses_of
from mailing.letters import post
from moderation.appeal_links import link_to_appeal
from moderation.letter_texts import fill, text_of, with_way_out
from moderation.models import ActKind, AnswerTakenBack, Appeal, AppealState, LetterKind

KIND = "appeal"
QUIET = timedelta(minutes=5)  # for whoever pressed the wrong button
AT_A_TIME = 50
_ANSWERS = {
    AppealState.UPHELD: LetterKind.UPHELD,
    AppealState.OVERTURNED: LetterKind.OVERTURNED,
    AppealState.CLOSED: LetterKind.CLOSED,
}


def tell_arrived(appeal: Appeal) -> None:
    """Write that an appeal has arrived, in the transaction that files it."""
    _write(appeal, LetterKind.RECEIVED, key="received")


def tell_due(*, at: datetime) -> int:
    """Write about the answers whose turn it is; returns how many appeals were looked at."""
    with transaction.atomic():
        due = list(
            Appeal.objects.filter(told_at=None, decided_at__lte=at - QUIET)
            .exclude(state=AppealState.OPEN)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("decision__comment__author", "decision__comment__article")
            .select_related("author", "act")
            .order_by("decided_at")[:AT_A_TIME]
        )
        for appeal in due:
            appeal.letter = _write(appeal, _ANSWERS[AppealState(appeal.state)], key=_round(appeal))
            appeal.told_at = at
            appeal.save(update_fields=["letter", "told_at"])
        return len(due)


def tell_taken_back(taken: AnswerTakenBack) -> None:
    """Write that an answer was taken back, where its author had been written to about it."""
    if taken.letter:
        _write(taken.appeal, LetterKind.REOPENED, key=f"reopened:{_round(taken.appeal)}")


def outcome_in_words(appeal: Appeal, *, state: str = "") -> str:
    """Return what came of an appeal, in one sentence to its author.

    ``state``: that of an answer which was taken back.
    """
    match state or appeal.state, _about(appeal):
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


def _write(appeal: Appeal, kind: LetterKind, *, key: str) -> bool:
    """Post a letter to the author; False where none is sent."""
    author, site = _author(appeal), SiteSettings.current()
    if not (site.decision_letters and author.decision_letters):
        return False
    address = verified_addresses_of([author.pk]).get(author.pk, "")
    if not address:
        return False
    with override(settings.LANGUAGE_CODE):
        values = {
            "name": author.name,
            "site": site.name,
            "about": _against(appeal),
            "outcome": outcome_in_words(appeal),
            "reason": appeal.reason,
            "link": link_to_appeal(appeal.against),
        }
        text = with_way_out(fill(text_of(kind, language=settings.LANGUAGE_CODE), values))
    key = f"{KIND}:{appeal.public_id}:{key}"
    post(to=address, subject=text.subject, body=text.body, kind=KIND, key=key)
    return True


def _author(appeal: Appeal) -> Author:
    # Whoever wrote the comment: a guest may have become somebody with an account since.
    return appeal.decision.comment.author if appeal.decision else appeal.author


def _round(appeal: Appeal) -> str:
    """Name the answer: after one was taken back the next one is told in a letter of its own."""
    return str(appeal.taken_back.count())


def _against(appeal: Appeal) -> str:
    match _about(appeal):
        case "comment":
            assert appeal.decision is not None  # noqa: S101, it is about a comment
            title = appeal.decision.comment.article.title
            return _("the removal of your comment on “%(article)s”") % {"article": title}
        case "mute":
            return _("the decision that a moderator reads your comments first")
        case _ban:
            return _("the decision that you cannot write comments")


def _about(appeal: Appeal) -> str:
    if appeal.act is None:
        return "comment"
    return "mute" if appeal.act.kind == ActKind.MUTE else "ban"
