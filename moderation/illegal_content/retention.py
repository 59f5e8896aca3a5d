"""How long it is remembered who filed a notice."""

from datetime import datetime, timedelta

from comments.models import SiteSettings
from moderation.models import IllegalContentNotice

NOTHING = {
    "name": "",
    "email": "",
    "notifier_key": "",
    "explanation": "",
    "legal_ground": "",
    "answer": "",
}


def forget_notifiers(*, at: datetime) -> int:
    """Erase who filed notices that were answered long enough ago, and what they wrote.

    That there was a notice, of what kind, and what became of it stays; whoever waits for a
    letter is not forgotten before. Returns how many were erased.
    """
    days = timedelta(days=SiteSettings.current().illegal_notice_days)
    due = IllegalContentNotice.objects.filter(
        decided_at__lte=at - days, forgotten_at=None, told_at__isnull=False
    )
    return due.update(forgotten_at=at, **NOTHING)
