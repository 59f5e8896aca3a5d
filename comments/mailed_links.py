"""Links to one's own comments, for guests: mailed to the address that they wrote under.

Whoever opens one has shown that the address is theirs. Whether an address is known is told to its
owner alone, by a letter that comes or does not.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts import signed_links
from accounts.signed_links import Purpose
from comments.models import Author, Comment, SiteSettings
from mailing.letters import post
from mailing.models import Letter

GOOD_FOR = timedelta(hours=1)
KIND = "own_comments"


def mail_link(*, address: str) -> None:
    """Mail a link to a guest's comments, if there are any and the address got few of them lately.

    ``address`` in lower case.
    """
    theirs = Comment.objects.filter(
        author__user=None, author__email=address, author_email__iexact=address
    )
    if not theirs.exists() or _had_enough(address):
        return
    token = signed_links.sign_once(purpose=Purpose.MANAGE, subject=address)
    paper = SiteSettings.current().name
    post(
        to=address,
        kind=KIND,
        subject=gettext("Your comments in %(paper)s") % {"paper": paper},
        body=_words()
        % {
            "paper": paper,
            "link": f"{settings.SITE_URL}{reverse('comments:open_link', args=[token])}",
        },
    )


def address_of(token: str) -> str:
    """Return the address that a link was mailed to. Raises LinkUsed, LinkExpired or LinkInvalid."""
    return signed_links.read_unused(purpose=Purpose.MANAGE, token=token, max_age=GOOD_FOR)


def open_with(token: str, *, guest_key: uuid.UUID | None) -> str:
    """Use a link up, and return the address that it was mailed to. Raises as ``address_of``.

    The guest of this browser has shown their own address with that, if it is this one; other guests
    under the address have not: they may be anybody who typed it.
    """
    with transaction.atomic():
        address = signed_links.use_up(purpose=Purpose.MANAGE, token=token, max_age=GOOD_FOR)
        if guest_key is not None:
            guest = Author.objects.filter(key=guest_key, user=None, email=address)
            guest.update(verified_email=address)
    return address


def _had_enough(address: str) -> bool:
    since = timezone.now() - timedelta(hours=1)
    lately = Letter.objects.filter(kind=KIND, to=address, created_at__gt=since)
    return lately.count() >= max(1, settings.LINKS_PER_HOUR // 2)


def _words() -> str:
    return gettext(
        "You asked for a link to what you wrote in %(paper)s without an account:\n\n"
        "%(link)s\n\n"
        "The page behind it has a button; from then on your browser knows which comments are"
        " yours. The link works once, within an hour.\n\n"
        "If you did not ask, leave it: nothing happens."
    )
