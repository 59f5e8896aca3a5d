"""Who is at the keyboard. A guest is known by a signed cookie that holds their key and no more.

A second one holds the e-mail address that somebody showed to be theirs with a mailed link.
"""

import uuid

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from comments.addresses import AddressHashes
from comments.readers import reader_key
from comments.submission import Writer

NAME = "ordstyrer_guest"
DAYS = 365
_SALT = "comments.guest_cookie"
ADDRESS_NAME = "ordstyrer_address"
ADDRESS_DAYS = 30
_ADDRESS_SALT = "comments.address_cookie"


def writer_of(request: HttpRequest) -> Writer:
    """Return who would be writing: the signed-in user, or the guest of the cookie, or neither."""
    if isinstance(request.user, User):
        return Writer(user=request.user)
    return Writer(guest_key=guest_key(request), address=shown_address(request))


def remember_guest(response: HttpResponse, *, key: uuid.UUID) -> None:
    """Have the browser keep the guest's key for a year, where scripts cannot read it."""
    response.set_cookie(
        NAME,
        guest_value(key),
        max_age=DAYS * 24 * 3600,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def guest_value(key: uuid.UUID) -> str:
    """Return what the cookie of this guest holds."""
    return signing.dumps(key.hex, salt=_SALT)


def read_guest(value: str) -> uuid.UUID | None:
    """Return whose cookie this is, or None where it was not made here or is too old."""
    try:
        return uuid.UUID(hex=signing.loads(value, salt=_SALT, max_age=DAYS * 24 * 3600))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def remember_address(response: HttpResponse, *, address: str) -> None:
    """Have the browser keep for a month that its reader showed this address to be theirs."""
    response.set_cookie(
        ADDRESS_NAME,
        signing.dumps(address, salt=_ADDRESS_SALT),
        max_age=ADDRESS_DAYS * 24 * 3600,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget_guest(response: HttpResponse) -> None:
    """Have the browser forget who its guest is."""
    for name in (NAME, ADDRESS_NAME):
        response.delete_cookie(name, samesite="Lax")


def reporter_keys(*, writer: Writer, address: AddressHashes) -> list[str]:
    """Return what makes two reports of one reader the same: user, guest, else their address.

    An address has one for each key that is kept; the first is the one to store.
    """
    if key := reader_key(writer=writer):
        return [key]
    return [f"address:{known}" for known in (address.current, *address.earlier)]


def guest_key(request: HttpRequest) -> uuid.UUID | None:
    """Return the key of the guest whom this browser remembers, signed in or not."""
    value = request.COOKIES.get(NAME)
    return read_guest(value) if value else None


def shown_address(request: HttpRequest) -> str:
    """Return the address that this browser's reader showed to be theirs, or nothing."""
    value = request.COOKIES.get(ADDRESS_NAME)
    if not value:
        return ""
    try:
        address = signing.loads(value, salt=_ADDRESS_SALT, max_age=ADDRESS_DAYS * 24 * 3600)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return address if isinstance(address, str) else ""
