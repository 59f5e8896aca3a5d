"""Whether somebody's e-mail address is known to be theirs.

Readers show it with the code that is mailed to them. A site admin, or whoever may run commands on
the server, answers for the accounts that they make.
"""

from allauth.account.models import EmailAddress

from accounts.models import User


def is_verified(user: User) -> bool:
    """Whether this user's own address is known to be theirs."""
    addresses = EmailAddress.objects.filter(user=user, email=user.email, verified=True)
    return bool(addresses.exists())


def vouch_for(user: User) -> None:
    """Take the user's address for theirs, and forget any other of theirs."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
