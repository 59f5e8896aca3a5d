"""A guest's comments become those of an account, and whatever holds for the guest follows.

Two things tell that a guest and an account are the same person: the cookie of the guest in the
browser that signs in, and a verified address that the guest wrote under. The cookie joins at once.
An address was only typed by the guest: anybody could have typed it, so its owner is asked first.
"""

import uuid
from collections.abc import Iterable
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Q

from accounts.models import Role, User
from accounts.verified import is_verified
from comments.following import hand_over
from comments.models import Author, Comment, NotMine
from comments.readers import adopt
from comments.signals import author_joined

MOST_OFFERED = 20


class Offered(NamedTuple):
    """A guest who wrote under an address of the account's owner, with their latest comment."""

    guest: Author
    number: int
    latest: Comment


def addresses_of(user: User, *, shown: str = "") -> set[str]:
    """Return the addresses known to be a user's; ``shown``: one that this browser showed so."""
    verified = EmailAddress.objects.filter(user=user, verified=True)
    return {*verified.values_list("email", flat=True), shown} - {""}


def offered_guests(
    *, user: User, addresses: Iterable[str], dismissed: bool = False
) -> list[Offered]:
    """Return guests who wrote under a user's addresses, the latest first. Two queries at most.

    ``dismissed``: those of whom the user said that they are somebody else, instead of the others.
    """
    said_no = Exists(NotMine.objects.filter(user=user, guest=OuterRef("pk")))
    guests = (
        Author.objects.filter(said_no if dismissed else ~said_no)
        .filter(user=None, email__in=list(addresses))
        .annotate(number=Count("comments", filter=_under_their_address()))
        .annotate(latest_id=Max("comments", filter=_under_their_address()))
        .filter(number__gt=0)
        .order_by("-latest_id")[:MOST_OFFERED]
    )
    found = {guest.latest_id: guest for guest in guests}
    latest = Comment.objects.filter(pk__in=found).select_related("article", "current_revision")
    return [
        Offered(found[comment.pk], found[comment.pk].number, comment)
        for comment in latest.order_by("-pk")
    ]


def take_over(*, user: User, guest_key: uuid.UUID | None) -> None:
    """Give a reader who signed in what they followed under their address, and everything that the
    guest of their browser wrote and kept.

    Whoever moderates is asked first: they try things out as guests, and are muted and banned there.
    """
    if user.role != Role.READER or not is_verified(user):
        return
    hand_over(guest_key=guest_key, user=user)
    if guest_key is None:
        return
    adopt(guest=guest_key, user=user)
    guest = Author.objects.filter(key=guest_key, user=None).first()
    if guest is not None and guest.comments.exists():
        join_guest(guest=guest, user=user)


def join_guest(*, guest: Author, user: User, only_address: str = "") -> Author:
    """Give a guest's comments to a user's author, with what moderators decided about the guest.

    ``only_address``: only what was written under that address. The guest stays, as whoever still
    holds the cookie; nobody who is banned is free because a part of their comments moved.
    """
    with transaction.atomic():
        defaults = {"name": user.name or guest.name, "email": user.email}
        author, _created = Author.objects.get_or_create(user=user, defaults=defaults)
        _move(guest_id=guest.pk, author_id=author.pk, only_address=only_address)
        Author.objects.filter(pk=guest.pk).update(joined_to=author)
        NotMine.objects.filter(user=user, guest=guest).delete()
        author_joined.send(Author, guest=guest, author=author)
    return author


def dismiss(*, guest: Author, user: User) -> None:
    """Offer a guest to a user no more: they say that it is somebody else."""
    NotMine.objects.get_or_create(user=user, guest=guest)


def _under_their_address() -> Q:
    return Q(comments__author_email__iexact=F("email"))


def _move(*, guest_id: int, author_id: int, only_address: str) -> None:
    """Move comments and what is counted of them: the comments first, as ``lifecycle`` locks."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH mine AS (
                SELECT id FROM comments_comment
                WHERE author_id = %(guest)s
                    AND (%(address)s = '' OR lower(author_email) = %(address)s)
                ORDER BY id FOR NO KEY UPDATE
            ), moved AS (
                UPDATE comments_comment comment SET author_id = %(author)s
                FROM mine WHERE comment.id = mine.id
                RETURNING comment.status, comment.withdrawn_at, comment.approved_by_person
            )
            SELECT count(*) FILTER (WHERE status = 'published'),
                count(*) FILTER (WHERE status = 'removed' AND withdrawn_at IS NULL),
                count(*) FILTER (WHERE approved_by_person)
            FROM moved
            """,
            {"guest": guest_id, "author": author_id, "address": only_address},
        )
        published, removed, approved = cursor.fetchone()
        cursor.execute(
            """
            WITH guest AS (SELECT first_seen_at FROM comments_author WHERE id = %(guest)s),
            locked AS (
                SELECT id FROM comments_author WHERE id IN (%(guest)s, %(author)s)
                ORDER BY id FOR NO KEY UPDATE
            )
            UPDATE comments_author author
            SET published_count = greatest(0, published_count
                    + CASE WHEN author.id = %(author)s THEN 1 ELSE -1 END * %(published)s),
                removed_count = greatest(0, removed_count
                    + CASE WHEN author.id = %(author)s THEN 1 ELSE -1 END * %(removed)s),
                approved_count = greatest(0, approved_count
                    + CASE WHEN author.id = %(author)s THEN 1 ELSE -1 END * %(approved)s),
                first_seen_at = CASE WHEN author.id = %(author)s
                    THEN least(author.first_seen_at, guest.first_seen_at)
                    ELSE author.first_seen_at END
            FROM guest, locked WHERE author.id = locked.id
            """,
            {
                "guest": guest_id,
                "author": author_id,
                "published": published,
                "removed": removed,
                "approved": approved,
            },
        )
