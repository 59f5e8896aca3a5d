"""Links to an appeal: for whoever was told of a decision, without an account.

A link names a decision or an act, opens nothing else, and is good for as long as an appeal may be
filed and its outcome be read.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from accounts.signed_links import LinkInvalid, Purpose, read, sign
from moderation.appealable import Appealable, can_be_appealed
from moderation.models import AuthorAct, Decision

GOOD_FOR = timedelta(days=2 * 365)  # no site's window is longer than one year
_DECISION, _ACT = "decision", "act"


def path_to_appeal(against: Appealable) -> str:
    """Return where a decision or an act is appealed, as a path of this site."""
    kind = _DECISION if isinstance(against, Decision) else _ACT
    token = sign(purpose=Purpose.APPEAL, subject=f"{kind}:{against.public_id.hex}")
    return reverse("readers:appeal", args=[token])


def link_to_appeal(against: Appealable) -> str:
    """Return the same with the site's address, for letters."""
    return f"{settings.SITE_URL}{path_to_appeal(against)}"


def read_link(token: str) -> Appealable:
    """Return what a link is about. Raises LinkExpired and LinkInvalid."""
    subject = read(purpose=Purpose.APPEAL, token=token, max_age=GOOD_FOR)
    kind, _colon, name = subject.partition(":")
    try:
        public_id = uuid.UUID(hex=name)
    except ValueError as wrong:
        raise LinkInvalid from wrong
    found: Appealable | None
    if kind == _DECISION:
        found = (
            Decision.objects.select_related("comment__article", "revision", "policy")
            .filter(public_id=public_id)
            .first()
        )
    else:
        found = (
            AuthorAct.objects.select_related("author", "policy", "restriction", "undone_by")
            .filter(public_id=public_id)
            .first()
        )
    if found is None or not can_be_appealed(found):
        raise LinkInvalid
    return found
