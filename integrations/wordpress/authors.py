"""Who wrote the imported comments: one author for each e-mail address of the old site.

The addresses are not proven, and an imported author has no cookie: nobody who types the same
address later becomes them.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from comments.addresses import AddressHashes, hashes_of
from comments.erasing import erased_import_key
from comments.models import Author
from integrations.wordpress.blocks import words_of
from integrations.wordpress.keys import author_key
from integrations.wordpress.reading import Commented
from integrations.wordpress.tally import Tally

_is_website = URLValidator(schemes=["http", "https"])
_LONGEST_NAME = 80
_LONGEST_WEBSITE = 200


@dataclass(frozen=True, slots=True)
class Who:
    """The author of one comment, as far as the export says."""

    key: str
    name: str
    email: str
    website: str
    hashes: AddressHashes


def who_wrote(comment: Commented, *, site: str) -> Who:
    """Return the author of a comment, without what is no address."""
    email = _valid_email(comment.email)
    address = _valid_address(comment.address)
    name = words_of(comment.author)[:_LONGEST_NAME] or _("Anonymous")
    return Who(
        key=author_key(site=site, email=email, name=name, address=address),
        name=name,
        email=email,
        website=_valid_website(comment.website),
        hashes=hashes_of(address) if address else AddressHashes(""),
    )


def authors_of(wrote: Sequence[tuple[Who, datetime]], *, tally: Tally) -> dict[str, Author]:
    """Return the stored authors by key; those who are not here yet are stored."""
    first = _first(wrote)
    known = _known(first)
    new = [
        Author(name=who.name, email=who.email, imported_from=key)
        for key, (who, _at) in first.items()
        if key not in known
    ]
    Author.objects.bulk_create(new, ignore_conflicts=True)
    authors = _known(first)
    tally.came_in[_("authors")] += len(authors) - len(known)
    return authors


def date_back(authors: Mapping[str, Author], wrote: Sequence[tuple[Who, datetime]]) -> None:
    """Say of authors when they were first seen, where that was earlier than what is stored.

    Call it after the comments are decided: like every decision it locks authors last.
    """
    first = _first(wrote)
    earlier = [author for author in authors.values() if _seen_earlier(author, first)]
    Author.objects.bulk_update(sorted(earlier, key=lambda author: author.pk), ["first_seen_at"])


def _first(wrote: Sequence[tuple[Who, datetime]]) -> dict[str, tuple[Who, datetime]]:
    first: dict[str, tuple[Who, datetime]] = {}
    for who, at in wrote:
        if who.key not in first or at < first[who.key][1]:
            first[who.key] = (who, at)
    return first


def _known(keys: dict[str, tuple[Who, datetime]]) -> dict[str, Author]:
    """Return the authors that are stored, by key; somebody erased is known and stays erased."""
    named = {key: key for key in keys} | {erased_import_key(key): key for key in keys}
    found = Author.objects.filter(imported_from__in=list(named))
    return {named[str(author.imported_from)]: author for author in found}


def _seen_earlier(author: Author, first: dict[str, tuple[Who, datetime]]) -> bool:
    if author.erased_at is not None:
        return False
    at = first[str(author.imported_from)][1]
    if at >= author.first_seen_at:
        return False
    author.first_seen_at = at
    return True


def _valid_email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text if len(text) <= 254 else ""


def _valid_website(text: str) -> str:
    try:
        _is_website(text)
    except ValidationError:
        return ""
    return text if len(text) <= _LONGEST_WEBSITE else ""


def _valid_address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
