"""The article page for readers who bring no cookie: most of them, and the same page for all.

Three things differ between two such readers: the token against forged posts, and the two hidden
values of the form. The page is kept with marks in their places. It is kept for some seconds, under
the versions of article and discussion: a decision names another page at once, and what is newer
about the rest of the site (its sections, the article's tags) is there when the seconds are over.
"""

import re
import secrets
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token

from comments.embedding.frame import frame_of
from comments.forms import CommentForm, form_key

_SECONDS = 10


class _Marks(NamedTuple):
    """What stands in the kept page instead of a reader's own values.

    Other ones in each process: nobody can write them into a comment.
    """

    token: str
    submission_key: str
    shown: str


_MARKS = _Marks(*(f"mark-{secrets.token_hex(16)}" for _ in range(3)))
_AT_MARKS = re.compile(b"(" + b"|".join(mark.encode() for mark in _MARKS) + b")")


def is_newcomer(request: HttpRequest) -> bool:
    """Whether nothing about this request is its reader's own, so far as the page goes."""
    known = request.COOKIES.keys() - {settings.CSRF_COOKIE_NAME}
    if known or frame_of(request) is not None:
        return False
    return "reply" not in request.GET and not request.user.is_authenticated


def page_for_newcomer(
    request: HttpRequest, *, edition: str, render: Callable[[], HttpResponse]
) -> HttpResponse:
    """Return the article page, from the cache where it is there.

    ``edition`` names everything that must never be old; ``render`` makes the page with ``marked``
    values.
    """
    cache = caches["fragments"]
    key = f"newcomers:{edition}"
    pieces = cache.get(key)
    if pieces is None:
        pieces = _AT_MARKS.split(render().content)
        cache.set(key, pieces, _SECONDS)
    return HttpResponse(b"".join(_filled(pieces, request)))


def marked(form: CommentForm | None) -> dict[str, Any]:
    """Put the marks into the form and return those for the rest of the page's context."""
    if form is not None:
        form.initial = {**form.initial, **_MARKS._asdict()}
    return {"csrf_token": _MARKS.token}


def _filled(pieces: list[bytes], request: HttpRequest) -> list[bytes]:
    fresh = {**form_key(), "token": get_token(request)}
    values = {mark.encode(): fresh[name].encode() for name, mark in _MARKS._asdict().items()}
    return [values.get(piece, piece) for piece in pieces]
