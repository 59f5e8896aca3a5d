"""Following a discussion, or a thread of it, by mail.

Nothing is sent to an address before somebody who reads its mail said yes: a signed-in reader whose
address is known to be theirs, or whoever opens the signed link in a letter and presses the button.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.signed_links import Purpose, sign
from accounts.verified import is_verified
from comments.models import Article, Comment, Follow, SiteSettings
from comments.structured import absolute
from comments.submission import Writer
from mailing.letters import post

CONFIRM_WITHIN = timedelta(days=2)  # then the link in the letter is stale, and the row is deleted
ASK_AGAIN_AFTER = timedelta(minutes=10)
MOST_ASKED = 5  # letters that ask one address, within CONFIRM_WITHIN: nobody is flooded with them


def known_address(writer: Writer) -> str:
    """Return the address that is known to be the writer's, or nothing."""
    user = writer.user
    return user.email if user is not None and is_verified(user) else ""


def follow(
    *, writer: Writer, article: Article, email: str, is_theirs: bool, thread: Comment | None = None
) -> Follow:
    """Have an address follow an article, or the ``thread`` that begins with a comment.

    ``is_theirs``: the address is known to be the writer's. Otherwise it is asked by letter, unless
    it was asked just now or too often; following the same again changes nothing.
    """
    now = _now()
    with transaction.atomic():
        wanted, _created = Follow.objects.get_or_create(
            email=email.strip().lower(),
            article=article,
            thread=thread,
            defaults={"user": writer.user, "guest_key": writer.guest_key},
        )
        if wanted.confirmed_at is None and is_theirs:
            confirm(wanted, writer=writer)
        elif wanted.confirmed_at is None and _may_ask(wanted, at=now):
            wanted.asked_at = now
            wanted.save(update_fields=["asked_at"])
            _ask(wanted)
    return wanted


def confirm(follow: Follow, *, writer: Writer) -> None:
    """The address wants the letters: from now on, and about nothing that was there before."""
    now = _now()
    # Whoever asked for it may have typed somebody else's address: it is theirs who says yes.
    Follow.objects.filter(pk=follow.pk, confirmed_at=None).update(
        confirmed_at=now, told_until=now, user=writer.user, guest_key=writer.guest_key
    )


def stop(follow: Follow, *, all_of_address: bool = False) -> None:
    """Send no more letters about this, or none at all to this address."""
    Follow.objects.filter(Q(email=follow.email) if all_of_address else Q(pk=follow.pk)).delete()


def follows_of(writer: Writer) -> QuerySet[Follow]:
    """Return what a reader follows, the latest first; with an address of theirs, from anywhere."""
    if writer.user is not None:
        theirs = Q(user=writer.user) | Q(email=known_address(writer))
    elif writer.guest_key is not None:
        theirs = Q(guest_key=writer.guest_key, user=None)
    else:
        return Follow.objects.none()
    found = Follow.objects.filter(theirs).exclude(confirmed_at=None)
    return found.select_related("article", "thread").order_by("-pk")


def hand_over(*, user: User, guest_key: uuid.UUID | None) -> None:
    """Give an account what is its owner's: what was confirmed under its address, from anywhere, and
    what the guest of this browser follows. What the account follows already is followed once.
    """
    nobodys = Follow.objects.filter(user=None)
    if address := known_address(Writer(user=user)):
        nobodys.filter(email=address).exclude(confirmed_at=None).update(user=user)
    if guest_key is not None:
        guests = nobodys.filter(guest_key=guest_key)
        guests.exclude(_same_as(Follow.objects.filter(user=user))).update(user=user)


@transaction.atomic
def move_to_address(*, user: User, old: str, new: str) -> None:
    """Send the letters of an account to its new address, and none to the old one."""
    nobodys_or_theirs = Q(user=None) | Q(user=user)
    theirs = Follow.objects.filter(nobodys_or_theirs, email=old).exclude(confirmed_at=None)
    there = Follow.objects.filter(email=new)
    there.filter(_same_as(theirs), confirmed_at=None).delete()
    theirs.filter(_same_as(there)).delete()
    theirs.update(email=new, user=user)
    there.exclude(confirmed_at=None).filter(user=None).update(user=user)


def forget_unconfirmed() -> int:
    """Delete what nobody confirmed in time; returns how many. Asked again, there is time again."""
    waits = Follow.objects.filter(confirmed_at=None)
    asked = waits.annotate(since=Coalesce("asked_at", "created_at"))
    return asked.filter(since__lt=_now() - CONFIRM_WITHIN).delete()[0]


def stop_address(follow: Follow) -> str:
    """Return the address that ends it: a page for people, and a POST for mail programs."""
    token = sign(purpose=Purpose.UNSUBSCRIBE, subject=str(follow.public_id))
    return absolute(reverse("comments:stop_follow", args=[token]))


def by_public_id(subject: str) -> Follow | None:
    """Return what a signed link names, if it is still there."""
    found = Follow.objects.filter(public_id=uuid.UUID(subject))
    return found.select_related("article", "thread").first()


def _same_as(others: QuerySet[Follow]) -> Exists:
    """What follows the same discussion, or the same thread of it, as one of the others."""
    return Exists(
        others.filter(article=OuterRef("article")).filter(
            Q(thread=OuterRef("thread")) | Q(thread=None) & IsNull(OuterRef("thread"), True)
        )
    )


def _may_ask(follow: Follow, *, at: datetime) -> bool:
    if follow.asked_at is not None and at - follow.asked_at < ASK_AGAIN_AFTER:
        return False
    asked = Follow.objects.filter(email=follow.email, confirmed_at=None)
    return asked.filter(asked_at__gt=at - CONFIRM_WITHIN).count() < MOST_ASKED


def _ask(follow: Follow) -> None:
    token = sign(purpose=Purpose.FOLLOW, subject=str(follow.public_id))
    address = absolute(reverse("comments:confirm_follow", args=[token]))
    with translation.override(settings.LANGUAGE_CODE):
        about = follow.about
        post(
            to=follow.email,
            subject=_("Do you want letters about %(this)s?") % {"this": about},
            body=_(
                "Somebody, hopefully you, asked %(paper)s for letters to this address that tell of"
                " new comments: about %(this)s.\n\nIf you want them, open this page and press the"
                " button; the link is good for two days:\n%(address)s\n\n"
                "If you do not, do nothing: you will hear no more of it.\n"
            )
            % {"this": about, "address": address, "paper": SiteSettings.current().name},
            kind="follow-confirm",
        )


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now
