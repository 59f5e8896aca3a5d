"""Where an author may be written to: only at an address that they have proven to be theirs."""

from collections.abc import Collection

from comments.models import Author


def verified_addresses_of(author_ids: Collection[int]) -> dict[int, str]:
    """Return the proven addresses of authors, by their id; those without one are left out.

    One query. Somebody signed in has the address that they sign in with.
    """
    found = Author.objects.filter(pk__in=author_ids, user__is_active=True)
    return dict(found.exclude(user__email="").values_list("pk", "user__email"))
