"""What a sign-in means for the guest whom the browser remembers."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from comments.cookies import guest_key
from comments.following import move_to_address
from comments.joining import take_over
from comments.models import Author
from comments.mutes import keep_muted
from comments.readers import forget_own
from comments.signals import author_joined


@receiver(user_logged_in, dispatch_uid="join_guest_of_cookie")
def join_guest_of_cookie(request: HttpRequest | None, user: User, **kwargs: Any) -> None:
    """Give what this browser's guest wrote and kept to the reader who signs in here, and what was
    followed under their address.
    """
    if request is not None:
        take_over(user=user, guest_key=guest_key(request))


@receiver(author_joined)
def stay_muted(sender: object, guest: Author, author: Author, **kwargs: Any) -> None:
    """Whoever muted the guest does not read the account that the guest has become.

    Nobody mutes themselves, though, or disagrees with what turns out to be their own.
    """
    keep_muted(guest=guest, author=author)
    if author.user is not None:
        forget_own(user=author.user)


@receiver(email_changed, dispatch_uid="letters_to_new_address")
def letters_to_new_address(
    user: User,
    to_email_address: EmailAddress,
    from_email_address: EmailAddress | None = None,
    **kwargs: Any,
) -> None:
    """What an account follows is told to the address that it has now."""
    if from_email_address is not None:
        move_to_address(user=user, old=from_email_address.email, new=to_email_address.email)
