"""Who is at the keyboard in a frame, where browsers keep no cookie for us.

A *pass* says who one is. A guest's is the very value that their cookie would hold; that of somebody
signed in names the session that they signed in with, sealed: it is good for some hours, and not a
moment longer than that session. The frame's script keeps it and sends it along; of a guest who
signed in it keeps both, ``guest~user``, as browsers keep both cookies.

A *ticket* stands in every form of a frame in the place of the token against forged posts. It is
good for some hours, for frames in the pages of one site, and carries the pass of whoever the form
was made for, so that a form works without scripts too.
"""

import uuid
from datetime import timedelta
from typing import NamedTuple

from django.core import signing

from accounts.models import User
from accounts.sealing import SealBroken, seal, unseal
from accounts.sessions import signed_in
from comments import cookies

TICKET_LASTS = timedelta(hours=12)
USERS_PASS_LASTS = timedelta(hours=12)
BESIDE = "~"  # between a guest's pass, or nothing, and a user's
_TICKET, _USERS_PASS = "comments.embedding.ticket", "comments.embedding.user"


class Person(NamedTuple):
    """Whose pass it is: a user, a guest by their key, one who was the other, or nobody yet."""

    user: User | None = None
    guest_key: uuid.UUID | None = None
    session_key: str = ""


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


def users_pass(*, session_key: str) -> str:
    """Return a pass for whoever is signed in in a session of the site."""
    return seal(session_key, purpose=_USERS_PASS)


def read_pass(kept: str) -> Person:
    """Return whose pass this is: nobody's, if it was not made here or is over."""
    guests, _, users = kept.partition(BESIDE)
    guest_key = cookies.read_guest(guests) if guests else None
    try:
        session_key = unseal(users, purpose=_USERS_PASS, max_age=USERS_PASS_LASTS)
    except SealBroken:
        return Person(guest_key=guest_key)
    user = signed_in(session_key=session_key)
    return Person(user, guest_key, session_key if user is not None else "")


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
