"""Readers that a reader does not want to read. It is for oneself: nobody else sees or feels it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from comments.models import Author, Comment, Mute
from comments.submission import Writer


class NotOneself(Exception):
    """Somebody tried to mute themselves."""


def mute(*, comment: Comment, writer: Writer, reader_key: str) -> Mute:
    """Mute the author of a comment; a second time it is the first. Raises NotOneself."""
    if writer.wrote(comment):
        raise NotOneself
    return Mute.objects.get_or_create(
        reader_key=reader_key,
        muted=comment.author,
        defaults={"made_at": timezone.now()},
    )[0]


def unmute(*, author: Author, reader_key: str) -> bool:
    """Read somebody again; whether they were muted."""
    return bool(Mute.objects.filter(reader_key=reader_key, muted=author).delete()[0])


def unmute_by_id(*, mute_id: str, reader_key: str) -> bool:
    """The same, by the row of one's own list, as a form brings its number."""
    if not (mute_id.isascii() and mute_id.isdigit() and len(mute_id) < 19):
        return False
    return bool(Mute.objects.filter(reader_key=reader_key, pk=mute_id).delete()[0])


class Muted(NamedTuple):
    """One of those whom a reader muted. ``name`` is what the public knows them by."""

    pk: int
    name: str
    made_at: datetime


def mutes_of(*, reader_key: str) -> Sequence[Muted]:
    """Return whom a reader muted, the latest first.

    Each by the name under their newest public comment: what else they call themselves was never
    published.
    """
    if not reader_key:
        return []
    public = Comment.objects.published().filter(
        author=OuterRef("muted"), article__published_at__lte=Now()
    )
    names = public.order_by("-pk").values("author_name")[:1]
    found = Mute.objects.filter(reader_key=reader_key).annotate(name=Subquery(names))
    nobody = gettext("A reader of whom nothing is public now")
    rows = found.values_list("pk", "name", "made_at")
    return [Muted(pk, name or nobody, made_at) for pk, name, made_at in rows]


def is_muted(*, author: Author, reader_key: str) -> bool:
    """Whether a reader muted an author."""
    return Mute.objects.filter(reader_key=reader_key, muted=author).exists()


def keep_muted(*, guest: Author, author: Author) -> None:
    """Let a guest who is muted stay so as the author that they have become."""
    mutes = Mute.objects.filter(muted=guest).exclude(reader_key=f"user:{author.user_id}")
    Mute.objects.bulk_create(
        [Mute(reader_key=m.reader_key, muted=author, made_at=m.made_at) for m in mutes],
        ignore_conflicts=True,
    )
