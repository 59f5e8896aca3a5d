"""How many notices one address may file, and one mailbox be written receipts for."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from comments.addresses import AddressHashes
from comments.limits import Window, seconds_until
from moderation.models import IllegalContentNotice

_HOUR = 3600


def seconds_until_notice(*, address: AddressHashes, email: str, submission_key: str) -> int:
    """Count a notice of this network address and this mailbox. Returns 0, or seconds to wait."""
    windows = [Window(settings.ILLEGAL_NOTICES_PER_HOUR, _HOUR)]
    filed = IllegalContentNotice.objects.order_by("-filed_at").values_list("filed_at", flat=True)

    known = [address.current, *address.earlier]

    def until_free(**by: Any) -> float:
        newest = list(filed.filter(**by)[: settings.ILLEGAL_NOTICES_PER_HOUR])
        if len(newest) < settings.ILLEGAL_NOTICES_PER_HOUR:
            return 0.0
        return max(0.0, _HOUR - (timezone.now() - newest[-1]).total_seconds())

    wait = seconds_until(
        what="illegal-notices",
        who=known,
        member=submission_key,
        windows=windows,
        in_database=lambda: until_free(notifier_key__in=known),
    )
    if wait or not email:
        return wait
    mailbox = salted_hmac("illegal-notices", email.lower(), algorithm="sha256").hexdigest()[:32]
    return seconds_until(
        what="illegal-notices-to",
        who=[mailbox],
        member=submission_key,
        windows=windows,
        in_database=lambda: until_free(email=email),
    )
