"""Links in letters that open one door for a while, without an account.

A link is signed for one purpose: what one door accepts no other does. It names its subject and the
moment it was made, so nothing is stored before it is used. Mail scanners follow links, so a GET
with such a link shows a page and changes nothing.

A link that makes somebody known here, or takes from them what they cannot get back, works once:
``use_up``. Links that show a page, or end letters, are good as often as their reader opens the
letter; what else may happen once is seen from the subject's state.
"""

from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe

from django.core import signing

from accounts.models import UsedLink


class Purpose(StrEnum):
    """What a link is for. Each is a salt of its own."""

    MANAGE = "manage"  # a guest's own comments
    UNSUBSCRIBE = "unsubscribe"
    CONFIRM = "confirm"  # an address that somebody typed
    FOLLOW = "follow"  # an address that somebody wants letters sent to
    STATEMENT = "statement"
    APPEAL = "appeal"
    ERASE = "erase"  # everything of an account
    ILLEGAL_NOTICE = "illegal_notice"  # how far somebody's own notice is


class LinkInvalid(Exception):
    """The link was not made here, or for something else."""


class LinkExpired(LinkInvalid):
    """The link was good once."""


class LinkUsed(LinkInvalid):
    """The link works once, and did."""


def sign(*, purpose: Purpose, subject: str) -> str:
    """Return a token for a link: what it is about, when it was made, and the site's signature."""
    return signing.dumps(subject, salt=_salt(purpose), compress=False)


def read(*, purpose: Purpose, token: str, max_age: timedelta | None = None) -> str:
    """Return a token's subject. Raises LinkExpired or LinkInvalid.

    ``max_age`` None: it never expires, for what only ever closes a door (to unsubscribe).
    """
    try:
        subject = signing.loads(token, salt=_salt(purpose), max_age=max_age)
    except signing.SignatureExpired as error:
        raise LinkExpired from error
    except (signing.BadSignature, ValueError) as error:
        raise LinkInvalid from error
    if not isinstance(subject, str):
        raise LinkInvalid
    return subject


def sign_once(*, purpose: Purpose, subject: str) -> str:
    """Return a token for a link that works once. Each is another one, for the same subject, too."""
    return sign(purpose=purpose, subject=f"{token_urlsafe(6)} {subject}")


def read_unused(*, purpose: Purpose, token: str, max_age: timedelta) -> str:
    """Return the subject of a token that works once. Raises LinkUsed, LinkExpired or LinkInvalid.

    This uses nothing up: it is for the page that asks.
    """
    subject = _read_once(purpose, token, max_age)
    if UsedLink.objects.filter(digest=_digest(token)).exists():
        raise LinkUsed
    return subject


def use_up(*, purpose: Purpose, token: str, max_age: timedelta) -> str:
    """Return the subject of a token that works once, and let it work no more. Raises as above.

    Call it in the transaction of what the link is for: either both are stored, or neither is.
    """
    subject = _read_once(purpose, token, max_age)
    if not UsedLink.objects.get_or_create(digest=_digest(token))[1]:
        raise LinkUsed
    return subject


def _read_once(purpose: Purpose, token: str, max_age: timedelta) -> str:
    return read(purpose=purpose, token=token, max_age=max_age).partition(" ")[2]


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _salt(purpose: Purpose) -> str:
    return f"accounts.signed_links.{purpose.value}"
