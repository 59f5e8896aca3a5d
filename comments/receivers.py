"""What a sign-in means for the guest whom the browser remembers."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import Role, User
from accounts.verified import is_verified
from comments.cookies import guest_key
from comments.following import hand_over
from comments.joining import join_guest
from comments.models import Author
from comments.mutes import keep_muted
from comments.readers import adopt
from comments.signals import author_joined


@receiver(user_logged_in, dispatch_uid="join_guest_of_cookie")
def join_guest_of_cookie(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Give the comments of this browser's guest to the reader who signs in here.

    Whoever moderates is asked first: they try things out as guests, and are muted and banned there.
    """
    if request is None or user.role != Role.READER or not is_verified(user):
        return
    key = guest_key(request)
    if key is None:
        return
    hand_over(guest_key=key, user=user)
    adopt(guest=key, user=user)
    guest = Author.objects.filter(key=key, user=None).first()
    if guest is not None and guest.comments.exists():
        join_guest(guest=guest, user=user)


@receiver(author_joined)
def stay_muted(sender: object, guest: Author, author: Author, **kwargs: Any) -> None:
    """Whoever muted the guest does not read the account that the guest has become."""
    keep_muted(guest=guest, author=author)
