"""What whoever filed a notice is written: a receipt, the decision, and what changed since.

A receipt repeats nothing that the form brought but the kind: nobody can have words of their own
sent to another's address.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.signed_links import Purpose, sign
from comments.models import SiteSettings
from comments.permalinks import permalink
from mailing.letters import post
from moderation.letter_texts import fill, text_of
from moderation.models import IllegalContentNotice, LetterKind, NoticeOutcome

# A decision taken back within this time is not written about; ``u`` takes back no older one.
TOLD_AFTER = timedelta(minutes=10)
CHUNK = 100


def receipt_path(notice: IllegalContentNotice) -> str:
    """Return the address of the page that shows how far a notice is."""
    token = sign(purpose=Purpose.ILLEGAL_NOTICE, subject=str(notice.public_id))
    return reverse("readers:illegal_receipt", args=[token])


def receipt(notice: IllegalContentNotice) -> None:
    """Write that the notice has arrived, in the transaction that stores it."""
    _write(notice, LetterKind.NOTED, about="receipt")


def tell(*, at: datetime) -> int:
    """Write about what was decided or taken back since each notifier was last told.

    Returns how many notices were seen to. Safe to run twice: each is taken by one worker alone.
    """
    seen = 0
    while told := _tell_some(at):
        seen += told
    return seen


@transaction.atomic
def _tell_some(at: datetime) -> int:
    changed = ~Q(outcome=F("told_outcome")) | (
        Q(decision__isnull=False) & ~Q(decision=F("told_decision"))
    )
    ripe = Q(decided_at__lte=at - TOLD_AFTER) | Q(outcome="")
    notices = list(
        IllegalContentNotice.objects.filter(changed, ripe)
        .select_related("decision__policy", "comment__article")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("id")[:CHUNK]
    )
    for notice in notices:
        _tell(notice)
        notice.told_outcome, notice.told_decision = notice.outcome, notice.decision
        notice.told_at = at
        notice.save(update_fields=["told_outcome", "told_decision", "told_at"])
    return len(notices)


def _tell(notice: IllegalContentNotice) -> None:
    if notice.outcome:
        # The same decision may be told again, after another one that was taken back.
        about = f"decision:{notice.decision_id or notice.outcome}:{notice.told_decision_id}"
        _write(notice, LetterKind.JUDGED, about=about)
    else:
        _write(notice, LetterKind.REREAD, about=f"again:{notice.told_decision_id}")


def decision_in_words(notice: IllegalContentNotice) -> str:
    """Return what became of a notice, as the notifier reads it, and the moderator's words."""
    policy = notice.decision.policy if notice.decision is not None else None
    match notice.outcome:
        case NoticeOutcome.ILLEGAL:
            said = _("The comment was removed: we think, too, that it is against the law.")
        case NoticeOutcome.RULES:
            said = _(
                "The comment was removed. It is against the rules of the site, so that we did not"
                " have to decide whether it is against the law."
            )
        case NoticeOutcome.KEPT:
            said = _(
                "The comment stays on the page: we do not think that it is against the law or"
                " against the rules of the site."
            )
        case NoticeOutcome.WITHDRAWN:
            return _("The comment is gone: its author took it out before we had decided.")
        case _outcome:
            return _(
                "What we had decided was taken back. Your notice is open again, and a moderator"
                " looks at it. You get another letter then."
            )
    rule = f"{policy.name}: {policy.text}" if policy is not None and policy.text else ""
    return "\n\n".join(filter(None, (said, rule, notice.answer)))


def how_to_object() -> str:
    """Return what somebody can do who does not agree (Art. 16(5))."""
    return _(
        "If you do not agree: answer to the newsroom and say what we have missed, naming the"
        " reference. A new notice with new reasons is read anew. You may also turn to a body that"
        " settles such disputes out of court, to the authority for digital services in your"
        " country, or to a court."
    )


def _write(notice: IllegalContentNotice, kind: LetterKind, *, about: str) -> None:
    if not notice.email:
        return
    language = notice.language or settings.LANGUAGE_CODE
    with translation.override(language):
        text = fill(text_of(kind, language=language), _values(notice))
    post(
        to=notice.email,
        subject=text.subject,
        body=text.body,
        kind="illegal_notice",
        key=f"illegal-notice:{notice.pk}:{about}",
    )


def _values(notice: IllegalContentNotice) -> dict[str, str]:
    site, comment = SiteSettings.current(), notice.comment
    return {
        "site": site.name,
        "reference": notice.reference,
        "filed": date_format(timezone.localtime(notice.filed_at), "DATETIME_FORMAT"),
        "comment": permalink(comment=comment, article=comment.article, site=site),
        "against": notice.get_kind_display(),
        "decision": _decision(notice),
        "objection": how_to_object(),
        "link": f"{settings.SITE_URL}{receipt_path(notice)}",
    }


def _decision(notice: IllegalContentNotice) -> str:
    said = [decision_in_words(notice)]
    if notice.told_outcome not in ("", notice.outcome):
        said.insert(0, _("This is not what we told you before: it was looked at again."))
    if notice.decision_id is not None:
        said.append(_("A person decided this, not a machine."))
    return "\n\n".join(said)
