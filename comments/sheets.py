"""The article page as a sheet with gaps: made once for all readers of a kind, filled in for each.

What is one reader's own stands in a gap: names, tokens, the hidden values of the form, what is
new, their comments, the threads as they see them. A sheet that is kept is made for a stand-in of
whom nothing but the kind is known, so nothing of anybody can be in it. It is kept for some seconds,
under the versions of article and discussion: a decision names another sheet at once, and what is
newer about the rest of the site (its sections, the article's tags) is there when those are over.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from html import escape
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.safestring import SafeString

from accounts.models import User
from comments.cookies import ADDRESS_NAME, NAME
from comments.submission import Writer

_SECONDS = 10

Part = bytes | memoryview


class Gap(StrEnum):
    """What is put into a sheet for one reader."""

    TOKEN = "token"  # noqa: S105, a name
    SUBMISSION_KEY = "submission_key"
    SHOWN = "shown"
    READER = "reader"  # the name of somebody signed in
    NAME = "name"  # of a guest whom the form knows, and their addresses
    EMAIL = "email"
    WEBSITE = "website"
    NEWS = "news"
    OWN = "own"
    THREADS = "threads"


# Other ones in each process: nobody can write them into a comment or an article.
MARKS = {gap: SafeString(f"mark-{secrets.token_hex(16)}") for gap in Gap}
_GAPS = {mark.encode(): gap for gap, mark in MARKS.items()}
_AT_MARKS = re.compile(b"(" + b"|".join(_GAPS) + b")")

Sheet = Sequence[bytes | Gap]
Values = Mapping[Gap, Callable[[], Sequence[Part]]]


class Kind(NamedTuple):
    """Everything about a reader that decides how a sheet is made.

    ``role``: of somebody signed in. ``is_remembered``: a guest whose browser keeps who they are.
    ``is_known``: the form knows their name. ``has_own``, ``has_news``: there is something to put
    into those gaps.
    """

    role: str
    is_remembered: bool
    is_known: bool
    has_own: bool
    has_news: bool


def kind_of(
    request: HttpRequest, *, writer: Writer, is_known: bool, has_own: bool, has_news: bool
) -> Kind:
    """Return the kind of whoever asks."""
    is_remembered = NAME in request.COOKIES or ADDRESS_NAME in request.COOKIES
    role = "" if writer.user is None else writer.user.role
    return Kind(role, writer.user is None and is_remembered, is_known, has_own, has_news)


def stand_in(kind: Kind, *, path: str) -> HttpRequest:
    """Return a request for the same page by nobody in particular of that kind."""
    request = HttpRequest()
    request.method, request.path = "GET", path
    request.user = User(name=MARKS[Gap.READER], role=kind.role) if kind.role else AnonymousUser()
    if kind.is_remembered:
        request.COOKIES[NAME] = MARKS[Gap.READER]
    return request


def kept_sheet(*, edition: str, kind: Kind, make: Callable[[], bytes]) -> Sheet:
    """Return the sheet of an edition for readers of a kind, from the cache where it is there.

    ``edition`` names everything that must never be old.
    """
    cache = caches["fragments"]
    key = f"sheet:{edition}:{':'.join(map(str, kind))}"
    found: Sheet | None = cache.get(key)
    if found is None:
        found = sheet(make())
        cache.set(key, found, _SECONDS)
    return found


def sheet(html: bytes) -> Sheet:
    """Take a page apart at its marks."""
    return tuple(_GAPS.get(part, part) for part in _AT_MARKS.split(html))


def filled(sheet: Sheet, values: Values) -> bytes:
    """Return the page with a reader's values in its gaps. Only what there is a gap for is asked."""
    parts: list[Part] = []
    for part in sheet:
        parts += values[part]() if isinstance(part, Gap) else (part,)
    return b"".join(parts)


def text(words: str) -> Sequence[Part]:
    """Return somebody's words as they may stand in a gap."""
    return (escape(words).encode(),)
