"""Who is at the keyboard in a frame, where browsers keep no cookie for us.

A *pass* says who one is. A guest's is the very value that their cookie would hold; that of somebody
signed in ends by itself, and with their password. The frame's script keeps it and sends it along.

A *ticket* stands in every form of a frame in the place of the token against forged posts. It is
good for some hours, for frames in the pages of one site, and carries the pass of whoever the form
was made for, so that a form works without scripts too.
"""

import uuid
from datetime import timedelta
from typing import NamedTuple

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from comments import cookies

TICKET_LASTS = timedelta(hours=12)
USERS_PASS_LASTS = timedelta(hours=12)
_TICKET, _USERS_PASS = "comments.embedding.ticket", "comments.embedding.user"


class Person(NamedTuple):
    """Whose pass it is: a user, a guest by their key, or nobody yet."""

    user: User | None = None
    guest_key: uuid.UUID | None = None


class NewPage(NamedTuple):
    """A page without an article so far: the first comment under it makes one."""

    address: str
    title: str


class Ticket(NamedTuple):
    """What a form in a frame brings back. ``host``: the origin of the page around the frame."""

    host: str
    kept_pass: str
    page: NewPage | None


class TicketRefused(Exception):
    """The form does not come from a frame of ours, or from one that is too old."""


def users_pass(user: User) -> str:
    """Return a pass for somebody signed in."""
    return signing.dumps([user.pk, _proof(user)], salt=_USERS_PASS)


def read_pass(kept: str) -> Person:
    """Return whose pass this is: nobody's, if it was not made here or is over."""
    key = cookies.read_guest(kept)
    if key is not None:
        return Person(guest_key=key)
    try:
        pk, proof = signing.loads(kept, salt=_USERS_PASS, max_age=USERS_PASS_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return Person()
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or not constant_time_compare(proof, _proof(user)):
        return Person()
    return Person(user=user)


def ticket(*, host: str, kept_pass: str, page: NewPage | None = None) -> str:
    """Return a ticket for the forms of one frame."""
    return signing.dumps([host, kept_pass, *(page or ())], salt=_TICKET, compress=True)


def read_ticket(sent: str) -> Ticket:
    """Return what a form's ticket says. Raises TicketRefused."""
    try:
        host, kept_pass, *page = signing.loads(sent, salt=_TICKET, max_age=TICKET_LASTS)
    except (signing.BadSignature, ValueError) as error:
        raise TicketRefused from error
    return Ticket(host, kept_pass, NewPage(*page) if page else None)


def _proof(user: User) -> str:
    """Return what changes with the password: passes end with it."""
    session = user.get_session_auth_hash()
    return salted_hmac(_USERS_PASS, session, algorithm="sha256").hexdigest()[:32]
