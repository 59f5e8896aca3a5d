"""What an imported row is known by, so that a second import finds it."""

import hashlib
import re
from urllib.parse import urlsplit

from integrations.wordpress.reading import Commented, Item

_NUMBER = re.compile(r"[?&](?:p|page_id)=(\d+)")
_LONGEST = 250


def site_of(*, address: str, item: Item) -> str:
    """Return the site's name in keys: host and path, without scheme; the item's if it must be."""
    parts = urlsplit(address if "//" in address else f"//{address}")
    if not parts.netloc:
        link = urlsplit(item.link or item.guid)
        return (link.netloc or "unknown").lower()
    return f"{parts.netloc}{parts.path}".rstrip("/").lower()


def article_key(*, site: str, item: Item) -> str:
    """Return the key of a post: by its number, which may stand only in its address."""
    number = item.number
    if not number.isdigit():
        found = _NUMBER.search(item.link) or _NUMBER.search(item.guid)
        number = found[1] if found else _digest(item.link or item.guid, item.title, item.date_gmt)
    return _key("wordpress", site, number)


def comment_keys(*, article: str, comments: tuple[Commented, ...]) -> list[str]:
    """Return a key for each comment of an article.

    A number that is missing, or that another comment of the article has, is made up for by a
    digest of what was written: two comments are one only if they are the same.
    """
    keys: list[str] = []
    texts: dict[str, str] = {}
    for comment in comments:
        text = _digest(comment.author, comment.email, comment.date_gmt, comment.content)
        number = comment.number if comment.number.isdigit() else text
        if texts.setdefault(number, text) != text:
            number = f"{number}-{text}"
        keys.append(comment_key(article=article, number=number))
    return keys


def comment_key(*, article: str, number: str) -> str:
    """Return the key of the comment with that number under the article with that key."""
    return _key(article, "comment", number)


def author_key(*, site: str, email: str, name: str, address: str) -> str:
    """Return the key of an author: site and e-mail; without one, name and network address.

    It is a digest, because keys are read in places where nobody looks for e-mail addresses.
    """
    who = _digest(email.lower()) if email else _digest("", name.casefold(), address)
    return _key("wordpress", site, "author", who)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _key(*parts: str) -> str:
    key = ":".join(parts)
    return key if len(key) <= _LONGEST else f"wordpress:{_digest(key)}"
