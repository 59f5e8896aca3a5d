"""Where an author may be written to: only at an address that they have proven to be theirs."""

from collections.abc import Collection

from allauth.account.models import EmailAddress
from django.db.models import F

from comments.models import Author


def verified_addresses_of(author_ids: Collection[int]) -> dict[int, str]:
    """Return the proven addresses of authors, by their id; those without one are left out.

    Two queries. Somebody signed in, or a guest who joined an account, has the verified address of
    the account; any other guest the one that they proved with a mailed link.
    """
    authors = Author.objects.filter(pk__in=author_ids)
    rows = authors.values_list("pk", "verified_email", "user", "joined_to__user")
    owners = {pk: user or joined for pk, _email, user, joined in rows}
    accounts = dict(
        EmailAddress.objects.filter(
            user__in=set(owners.values()), user__is_active=True, email=F("user__email")
        )
        .filter(verified=True)
        .values_list("user", "email")
    )
    found = {
        pk: accounts.get(owners[pk], "") if owners[pk] else email for pk, email, *_owners in rows
    }
    return {pk: address for pk, address in found.items() if address}
