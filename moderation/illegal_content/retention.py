"""How long it is remembered who filed a notice, and what they may ask for and have erased."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.functions import RandomUUID
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from moderation.models import IllegalContentNotice
from moderation.models.illegal_content_notice import IllegalKind, NoticeOutcome
from privacy.emptying import blanking, counting
from privacy.registry import Row, Rule

PERSONAL = ("explanation", "legal_ground", "name", "email", "notifier_key", "answer")
CALLED = {
    "answer": gettext_lazy("Answer"),
    "law": gettext_lazy("Against which law"),
    "reference": gettext_lazy("Reference"),
}
WORDS = {"kind": dict(IllegalKind.choices), "outcome": dict(NoticeOutcome.choices)}
_NOTHING: dict[str, Any] = {
    **dict.fromkeys(PERSONAL, ""),
    "submission_key": RandomUUID(),
    "forgotten_at": Now(),
}


def filed_by(addresses: Collection[str]) -> QuerySet[IllegalContentNotice]:
    """Return the notices that came under these e-mail addresses, whatever their case."""
    wanted = Q(pk__in=())
    for address in addresses:
        wanted |= Q(email__iexact=address)
    return IllegalContentNotice.objects.filter(wanted)


def as_rows(notices: QuerySet[IllegalContentNotice]) -> Iterator[Row]:
    """Yield what somebody may download of their own notices."""
    for notice in notices.select_related("comment").order_by("id"):
        yield {
            "reference": notice.reference,
            "comment": str(notice.comment.public_id),
            "kind": notice.kind,
            "your_words": notice.explanation,
            "law": notice.legal_ground,
            "name": notice.name,
            "email": notice.email,
            "network_address_hash": notice.notifier_key,
            "filed_at": notice.filed_at,
            "outcome": notice.outcome,
            "decided_at": notice.decided_at,
            "answer": notice.answer,
        }


def forget_notifier(addresses: Collection[str]) -> int:
    """Erase who filed notices under these addresses, and what they wrote; returns how many.

    What is open stays open: a person decides about the comment all the same.
    """
    return filed_by(addresses).update(**_NOTHING)


def forget_words_about(comment_ids: Sequence[int]) -> None:
    """Erase what answered notices say of comments whose author is erased: it may repeat them."""
    answered = IllegalContentNotice.objects.filter(comment__in=comment_ids).exclude(outcome="")
    answered.update(explanation="", answer="")


def _told_long_ago(before: datetime) -> QuerySet[IllegalContentNotice]:
    """Whoever waits for a letter is not forgotten before it is written."""
    return IllegalContentNotice.objects.filter(
        decided_at__lt=before, told_at__isnull=False, forgotten_at=None
    )


def _told(days: int | None) -> str:
    if days is None:
        return _("Who filed a notice of illegal content, and what they wrote, is kept.")
    return ngettext(
        "Who filed a notice of illegal content, and what they wrote, goes %(days)d day after it"
        " was decided.",
        "Who filed a notice of illegal content, and what they wrote, goes %(days)d days after it"
        " was decided.",
        days,
    ) % {"days": days}


RULE = Rule(
    key="illegal-notices",
    title=gettext_lazy("Who filed notices of illegal content"),
    days=lambda site: site.illegal_notice_days,
    told=_told,
    empty=blanking(_told_long_ago, **_NOTHING),
    count=counting(_told_long_ago),
)
